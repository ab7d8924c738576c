import { assertCalm, callersOf, perSecond as stepsPerSecond } from './callers.ts';
import type { Goal } from './goal.ts';
import { openHouse } from './house.ts';
import { lags, type Lag } from './lag.ts';
import { median, quantile, quantileRatio, slope, type Point } from './statistics.ts';

const rounds = 6;
const callers = 64;
const stepsEach = 4;
/** Milliseconds of a round at a tenth of the load. */
const lasts = 4_000;
/** Releases by each caller in a round at saturation, and in the long one that is looked at for growth. */
const times = 4;
const long = 24;

const p99 = (samples: readonly number[]): number => quantile(samples, 0.99);

const tenths = 10;
const pieces = 5;

/** The median lag of each piece of the time, several to a tenth of it; `size`: when that tenth ended. */
function through(all: readonly Lag[], begun: number): readonly Point[] {
  const last = Math.max(...all.map(({ at }) => at)) - begun;
  return Array.from({ length: tenths * pieces }, (_, n) => {
    const own = all.filter(({ at }) => Math.min(tenths * pieces - 1, Math.floor(((at - begun) / last) * tenths * pieces)) === n);
    return { size: ((Math.floor(n / pieces) + 1) * last) / tenths, cost: median(own.map(({ lag }) => lag)) };
  }).filter(({ cost }) => cost > 0);
}

export const p18: Goal = {
  id: 'P18',
  title: `how long after its commit an event can be read in the view, at saturation (${callers} callers), against a tenth of that load`,
  measure: async (say) => {
    const heard = lags();
    const house = await openHouse({ around: heard.around });
    try {
      const asking = await callersOf(house, callers);
      const warm = await asking.release(callers, times);
      heard.taken();
      const [full, tenth, rates]: [number[], number[], number[]] = [[], [], [stepsPerSecond(warm)]];
      for (let round = 0; round < rounds; round += 1) {
        rates.push(stepsPerSecond(await asking.release(callers, times)));
        full.push(...heard.taken().map(({ lag }) => lag));
        await asking.open(callers, median(rates) / stepsEach / 10, lasts);
        tenth.push(...heard.taken().map(({ lag }) => lag));
      }
      const begun = performance.now();
      await asking.release(callers, long);
      const points = through(heard.taken(), begun);
      await asking.close();
      assertCalm(house);
      say(`${median(rates).toFixed(0)} steps/s: p99 ${p99(full).toFixed(1)} ms, p50 ${median(full).toFixed(1)} ms; a tenth: p99 ${p99(tenth).toFixed(1)} ms, p50 ${median(tenth).toFixed(1)} ms`); // prettier-ignore
      const sizes = [...new Set(points.map(({ size }) => size))];
      const each = sizes.map((size) => points.filter((point) => point.size === size).map(({ cost }) => cost));
      say(
        `median in each tenth of ${((sizes.at(-1) ?? 0) / 1000).toFixed(0)} s: ${each.map((costs) => median(costs).toFixed(1)).join(' ')} ms`,
      );
      return [
        {
          id: 'P18 growth',
          estimate: slope(points),
          target: { sign: '<=', value: 0.05 },
          about: 'log(median lag) on log(time) while it is saturated: 0 is no growth; the first of ten parts is the beginning',
          samples: Object.fromEntries(sizes.map((size, n) => [size.toFixed(0), each[n] ?? []])),
        },
        {
          id: 'P18',
          estimate: quantileRatio(full, tenth, 0.99),
          target: { sign: '<=', value: 5 },
          about:
            'embedded: p99 from the commit of an event until its view shows it; closed loop at saturation, open loop at a tenth of its rate',
          samples: { full, tenth },
        },
      ];
    } finally {
      await house.close();
    }
  },
};
