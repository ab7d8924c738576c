import type { Envelope } from '@srm/schemas';
import type { Figure, Goal } from './goal.ts';
import { plannedOf, pureOperation, requestOf, succeeded, type Command, type Planned } from './pure.ts';
import { shapes, type Shape } from './products.ts';
import { median, ratio, slope, type Point } from './statistics.ts';

const sizes = [10, 100, 1000, 10_000];
const rounds = 7;
/** Components a round at the least, so that a round lasts longer than the clock is coarse. */
const least = 2000;

type Cost = Readonly<{ decide: number; parse: number }>;

/** Milliseconds an event: of the whole decision about each report, and of JSON.parse of the events that it gave. */
export function costOf(planned: Planned, times: number): Cost {
  let [decide, count, parse] = [0, 0, 0];
  for (let n = 0; n < times; n += 1) {
    const texts: string[] = [];
    const heard = (events: readonly Envelope[], milliseconds: number): void => {
      decide += milliseconds;
      count += events.length;
      texts.push(...events.map((event) => JSON.stringify(event)));
    };
    const operation = pureOperation('bench', planned, heard);
    const waiting: Command[] = [...operation.give([requestOf('bench', 'bench')])];
    for (let at = 0; at < waiting.length; at += 1) {
      const job = waiting[at];
      if (job !== undefined) waiting.push(...operation.give([succeeded(job)]));
    }
    if (operation.state().ended !== 'OperationSucceeded') throw new Error(`the operation ended ${operation.state().ended}`);
    const before = performance.now();
    for (const text of texts) JSON.parse(text);
    parse += performance.now() - before;
  }
  return { decide: decide / count, parse: parse / count };
}

const shapeOf = (size: number): Shape => shapes.random(size);

export const p09: Goal = {
  id: 'P9',
  title: 'what a decision costs an event, against JSON.parse of the same event',
  measure: async (say) => {
    const plans = new Map(sizes.map((size) => [size, plannedOf('bench', shapeOf(size))]));
    const costs = new Map<number, Cost[]>(sizes.map((size) => [size, []]));
    for (let round = -1; round < rounds; round += 1)
      for (const size of sizes) {
        const planned = plans.get(size);
        if (planned === undefined) continue;
        const cost = costOf(planned, Math.ceil(least / size));
        if (round >= 0) costs.get(size)?.push(cost);
      }
    const points: Point[] = [];
    const figures = sizes.map((size): Figure => {
      const all = costs.get(size) ?? [];
      const [decide, parse] = [all.map((one) => one.decide), all.map((one) => one.parse)];
      points.push(...all.map((one) => ({ size, cost: one.decide / one.parse })));
      say(`${size} components: ${(median(decide) * 1000).toFixed(1)} µs an event`);
      const target = size === 10 || size === 10_000 ? ({ sign: '<=', value: 3 } as const) : null;
      return { id: `P9 (${size})`, estimate: ratio(decide, parse), target, about: 'accept, evolve, next, said, for each report by itself, against JSON.parse of its events', samples: { decide, parse } }; // prettier-ignore
    });
    const growth: Figure = {
      id: 'P9 slope',
      estimate: slope(points),
      target: { sign: '<=', value: 0.05 },
      about: 'log(cost of an event) on log(components), 10 to 10,000',
      samples: {},
    };
    return [...figures, growth];
  },
};
