import type { Estimate } from './statistics.ts';

/** What a figure is to reach. A figure with an interval is judged by its bad end. */
export type Target = Readonly<{ sign: '<=' | '>='; value: number }>;

export type Figure = Readonly<{
  /** P9, or P9 with what it is about. */
  id: string;
  estimate: Estimate | number;
  target: Target | null;
  /** What was compared with what, in words. */
  about: string;
  samples: Readonly<Record<string, readonly number[]>>;
}>;

export type Goal = Readonly<{
  id: string;
  title: string;
  /** Says what is going on; gives the figures, the one that stands for the goal last. Throws where a count is wrong or something failed. */
  measure: (say: (text: string) => void, options: Readonly<{ full: boolean }>) => Promise<readonly Figure[]>;
}>;

const short = (value: number): string =>
  Number.isInteger(value) ? String(value) : Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);

export const isMet = ({ estimate, target }: Figure): boolean | null => {
  if (target === null) return null;
  const [low, high] = typeof estimate === 'number' ? [estimate, estimate] : estimate.interval;
  return target.sign === '<=' ? high <= target.value : low >= target.value;
};

/** `P9 2.1 (goal <= 3), 95% 2.0 to 2.2, met: …` */
export function lineOf(figure: Figure): string {
  const { id, estimate, target, about } = figure;
  const value = typeof estimate === 'number' ? short(estimate) : short(estimate.value);
  const interval = typeof estimate === 'number' ? '' : `, 95% ${estimate.interval.map(short).join(' to ')}`;
  if (target === null) return `${id} ${value}${interval}: ${about}`;
  return `${id} ${value} (goal ${target.sign} ${short(target.value)})${interval}, ${isMet(figure) === true ? 'met' : 'missed'}: ${about}`;
}
