import { advance, operationDecider, type OperationInput } from '@srm/orchestrator';
import type { Envelope } from '@srm/schemas';
import type { Figure, Goal } from './goal.ts';
import { plannedOf, pureOperation, requestOf, succeeded, type Command, type Planned } from './pure.ts';
import { shapes, type Shape } from './products.ts';
import { worked } from './machine.ts';
import { median, ratio, slope, type Point } from './statistics.ts';

const sizes = [10, 100, 1000, 10_000];
const rounds = 5;
/** Decisions between two looks at the time. */
const some = 100;
/** Components a round at the least, so that a round lasts longer than the clock is coarse. */
const least = 2000;

type Cost = Readonly<{ decide: number; parse: number }>;

type Judged = readonly Envelope<OperationInput>[];

/** All that an operation judges until it has succeeded, one report at a time. */
export function inputsOf(planned: Planned, id = 'bench'): readonly Judged[] {
  const inputs: Judged[] = [];
  const operation = pureOperation(id, planned, (_, judged) => void inputs.push(judged));
  const waiting: Command[] = [...operation.give([requestOf(id, 'bench')])];
  for (let at = 0; at < waiting.length; at += 1) {
    const job = waiting[at];
    if (job !== undefined) waiting.push(...operation.give([succeeded(job)]));
  }
  if (operation.state().ended !== 'OperationSucceeded') throw new Error(`the operation ended ${operation.state().ended}`);
  return inputs;
}

/** Milliseconds of the processor an event: of the whole decision, and of JSON.parse of the events that it gave. */
export function costOf(inputs: readonly Judged[], times: number): Cost {
  let [decide, count, parse] = [0, 0, 0];
  for (let n = 0; n < times; n += 1) {
    const texts: string[] = [];
    let state = operationDecider.empty('operation/bench');
    for (let from = 0; from < inputs.length; from += some) {
      const events: Envelope[] = [];
      const before = worked();
      for (const judged of inputs.slice(from, from + some)) {
        const made = advance(operationDecider, 'operation/bench', state, judged, null);
        state = made.state;
        for (const { event } of made.decided) events.push(event);
      }
      decide += worked() - before;
      count += events.length;
      texts.push(...events.map((event) => JSON.stringify(event)));
    }
    const before = worked();
    for (const text of texts) JSON.parse(text);
    parse += worked() - before;
  }
  return { decide: decide / count, parse: parse / count };
}

const shapeOf = (size: number): Shape => shapes.random(size);

export const p09: Goal = {
  id: 'P9',
  title: 'what a decision costs an event, against JSON.parse of the same event',
  measure: async (say) => {
    const inputs = new Map(sizes.map((size) => [size, inputsOf(plannedOf('bench', shapeOf(size)))]));
    const costs = new Map<number, Cost[]>(sizes.map((size) => [size, []]));
    for (let round = -1; round < rounds; round += 1)
      for (const size of sizes) {
        const judged = inputs.get(size);
        if (judged === undefined) continue;
        const cost = costOf(judged, Math.ceil(least / size));
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
