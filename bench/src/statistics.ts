import { randomFrom, type Random } from './random.ts';

export type Interval = readonly [low: number, high: number];

const sorted = (samples: readonly number[]): readonly number[] => [...samples].sort((a, b) => a - b);

/** The value that this share of the samples does not exceed, between neighbours by proportion. NaN of nothing. */
export function quantile(samples: readonly number[], share: number): number {
  const all = sorted(samples);
  const at = (all.length - 1) * share;
  const low = all[Math.floor(at)] ?? NaN;
  const high = all[Math.ceil(at)] ?? NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);
export const mean = (samples: readonly number[]): number => samples.reduce((sum, one) => sum + one, 0) / samples.length;

const draws = 2000;

/** The middle 95% of what a figure comes to on samples drawn again with replacement. The same samples, the same interval. */
export function bootstrap(figure: (draw: <T>(samples: readonly T[]) => readonly T[]) => number): Interval {
  const random = randomFrom(20_261_124);
  const draw = <T>(samples: readonly T[]): readonly T[] =>
    samples.flatMap(() => {
      const one = samples[random.below(samples.length)];
      return one === undefined ? [] : [one];
    });
  const found = Array.from({ length: draws }, () => figure(draw));
  return [quantile(found, 0.025), quantile(found, 0.975)];
}

export type Estimate = Readonly<{ value: number; interval: Interval }>;

/** The ratio of two medians. */
export const ratio = (above: readonly number[], below: readonly number[]): Estimate => ({
  value: median(above) / median(below),
  interval: bootstrap((draw) => median(draw(above)) / median(draw(below))),
});

export type Point = Readonly<{ size: number; cost: number }>;

const slopeOf = (points: readonly Point[]): number => {
  const x = points.map(({ size }) => Math.log(size));
  const y = points.map(({ cost }) => Math.log(cost));
  const [mx, my] = [mean(x), mean(y)];
  const above = x.reduce((sum, one, n) => sum + (one - mx) * ((y[n] ?? my) - my), 0);
  return above / x.reduce((sum, one) => sum + (one - mx) ** 2, 0);
};

/** The slope of log(cost) on log(size); the interval draws anew within each size. */
export function slope(points: readonly Point[]): Estimate {
  const sizes = [...new Set(points.map(({ size }) => size))];
  const groups = sizes.map((size) => points.filter((point) => point.size === size));
  return { value: slopeOf(points), interval: bootstrap((draw) => slopeOf(groups.flatMap((group) => draw(group)))) };
}

/** A quantile of samples drawn again with replacement: which of the sorted ones it is, is a normal number around the share, so that nothing need be sorted again. */
function drawn(samples: readonly number[], share: number, random: Random): () => number {
  const all = sorted(samples);
  const spread = Math.sqrt((share * (1 - share)) / all.length);
  return () => all[Math.min(all.length - 1, Math.max(0, Math.floor((share + spread * random.normal()) * all.length)))] ?? NaN;
}

/** The quantile of many samples (hundreds and more), and its interval. */
export function quantileOf(samples: readonly number[], share: number): Estimate {
  const again = drawn(samples, share, randomFrom(20_261_124));
  const found = Array.from({ length: draws }, again);
  return { value: quantile(samples, share), interval: [quantile(found, 0.025), quantile(found, 0.975)] };
}

/** The ratio of the same quantile of two sets of many samples. */
export function quantileRatio(above: readonly number[], below: readonly number[], share: number): Estimate {
  const random = randomFrom(20_261_124);
  const [one, other] = [drawn(above, share, random), drawn(below, share, random)];
  const found = Array.from({ length: draws }, () => one() / other());
  return { value: quantile(above, share) / quantile(below, share), interval: [quantile(found, 0.025), quantile(found, 0.975)] };
}

export const times = ({ value, interval: [low, high] }: Estimate, factor: number): Estimate => ({
  value: value * factor,
  interval: [low * factor, high * factor],
});
