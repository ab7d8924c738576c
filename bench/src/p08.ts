import type { Goal } from './goal.ts';
import { lasting, nameOf, slots } from './p07.ts';
import { shapes } from './products.ts';
import { plannedOf, type Planned } from './pure.ts';
import { boundOf, reversed, scheduled } from './schedule.ts';
import { bootstrap, mean } from './statistics.ts';

/** The undo alone, from the failure of the last job of a release to the end, against what no undo can be shorter than. */
function ratioOfUndo(planned: Planned, k: number, durationOf: (step: string) => number): number {
  const { makespan, jobs } = scheduled({ planned, slots: k, durationOf, fails: true });
  const undone = new Set(jobs.filter(({ undo }) => undo).map(({ step }) => step));
  const undoOf = (step: string): string => `${step}/undo`;
  const missing = planned.steps.filter(({ id, undo }) => undo !== 'none' && !undone.has(undoOf(id)));
  if (missing.length > 0) throw new Error(`${missing.length} steps were not undone`);
  return makespan / boundOf(reversed(planned.steps), k, (step) => (undone.has(undoOf(step)) ? durationOf(undoOf(step)) : 0));
}

export const p08: Goal = {
  id: 'P8',
  title: 'how long an undo takes, against max(critical path of the reverse order, work / slots), in virtual time',
  measure: async (say, { full }) => {
    const seeds = full ? 1000 : 30;
    const ratios = new Map<number, number[]>([Infinity, ...slots].map((k) => [k, []]));
    for (let seed = 1; seed <= seeds; seed += 1) {
      const planned = plannedOf('bench', shapes.random(200, seed));
      const durationOf = lasting(seed);
      for (const [k, all] of ratios) all.push(ratioOfUndo(planned, k, durationOf));
      if (seed % 10 === 0) say(`${seed} of ${seeds} seeds`);
    }
    return [...ratios].map(([k, all]) => ({
      id: `P8 (${nameOf(k)})`,
      estimate: { value: mean(all), interval: bootstrap((draw) => mean(draw(all))) },
      target: { sign: '<=', value: 1.05 } as const,
      about: `mean of ${seeds} seeds of Rand-200 undone whole, log-normal durations, worst ${Math.max(...all).toFixed(3)}`,
      samples: { ratio: all },
    }));
  },
};
