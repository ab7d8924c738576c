import type { Figure, Goal } from './goal.ts';
import { shapes } from './products.ts';
import { plannedOf, type Planned } from './pure.ts';
import { randomFrom } from './random.ts';
import { boundOf, scheduled } from './schedule.ts';
import { bootstrap, mean } from './statistics.ts';

export const slots = [4, 16, 64] as const;

/** Log-normal durations around one, the same for the same seed and step. */
export function lasting(seed: number): (step: string) => number {
  const random = randomFrom(seed);
  const known = new Map<string, number>();
  return (step) => {
    const duration = known.get(step) ?? Math.exp(random.normal());
    known.set(step, duration);
    return duration;
  };
}

export const ratioTo = (planned: Planned, k: number, durationOf: (step: string) => number): number => {
  for (const { id } of planned.steps) durationOf(id);
  const { makespan } = scheduled({ planned, slots: k, durationOf, fails: false });
  return makespan / boundOf(planned.steps, k, durationOf);
};

export const p07: Goal = {
  id: 'P7',
  title: 'how long a release takes, against max(critical path, work / slots), in virtual time',
  measure: async (say, { full }) => {
    const figures: Figure[] = [];
    const even = plannedOf('bench', shapes.wide(500));
    for (const k of [...slots, Infinity]) {
      const estimate = ratioTo(even, k, () => 1);
      figures.push({ id: `P7 (Wide-500, ${nameOf(k)})`, estimate, target: { sign: '<=', value: 1.01 }, about: 'equal durations', samples: { ratio: [estimate] } }); // prettier-ignore
    }
    const seeds = full ? 1000 : 30;
    const ratios = new Map<number, number[]>([...slots, Infinity].map((k) => [k, []]));
    for (let seed = 1; seed <= seeds; seed += 1) {
      const planned = plannedOf('bench', shapes.random(200, seed));
      const durationOf = lasting(seed);
      for (const [k, all] of ratios) all.push(ratioTo(planned, k, durationOf));
      if (seed % 10 === 0) say(`${seed} of ${seeds} seeds`);
    }
    say(
      'the systems have the slots and serve them in the order of arrival; SRM itself has no limit and asks for a step as soon as it can be done',
    );
    say('real steps of 100 ms: not measured here');
    for (const [k, all] of ratios) {
      const about = `${seeds} seeds of Rand-200, log-normal durations`;
      const samples = { ratio: all };
      figures.push({ id: `P7 (worst, ${nameOf(k)})`, estimate: Math.max(...all), target: { sign: '<=', value: 1.25 }, about, samples: {} });
      figures.push({ id: `P7 (mean, ${nameOf(k)})`, estimate: { value: mean(all), interval: bootstrap((draw) => mean(draw(all))) }, target: { sign: '<=', value: 1.05 }, about, samples }); // prettier-ignore
    }
    return figures;
  },
};

export const nameOf = (k: number): string => (k === Infinity ? 'no limit' : `${k} slots`);
