import { openHouse, type House } from './house.ts';
import { definitions, shapes, type Shape } from './products.ts';

/** Milliseconds for a machine that has much else to do. */
const patience = 600_000;

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(async () => {
  await house.close();
  expect(house.troubles).toEqual([]);
});

/** Releases a product of this shape and follows it to its end; the steps in the order in which they took effect. */
async function released(product: string, shape: Shape) {
  const { client, target } = house;
  const before = target.effects.length;
  await client.define(definitions(product, shape, { publishes: true }, product), '/');
  const { id } = await client.request({ kind: 'release', product, environment: product, preview: false });
  const stream = await client.stream(id, 0, new AbortController().signal);
  for await (const _ of stream ?? []) continue;
  const operation = await client.operation(id);
  return { operation, steps: await client.steps(id), effects: target.effects.slice(before).map(({ step }) => step) };
}

const phases = ['compile', 'package', 'configure', 'deploy', 'publish'] as const;
const stepsOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => phases.map((phase) => `c${n}/${phase}`)).flat();
const sorted = (texts: readonly string[]): readonly string[] => [...texts].sort();

test(
  'three hundred components side by side are released: every step succeeds, and takes effect once',
  async () => {
    const { operation, steps, effects } = await released('wide', shapes.wide(300));
    expect([operation.status, operation.steps, operation.counts.succeeded]).toEqual(['succeeded', 1500, 1500]);
    expect(sorted(steps.map(({ id }) => id))).toEqual(sorted(stepsOf(300)));
    expect(sorted(effects)).toEqual(sorted(stepsOf(300)));
  },
  patience,
);

test(
  'a chain of fifty components is released one after the other, each configured by the one before',
  async () => {
    const { operation, effects } = await released('chain', shapes.chain(50));
    expect([operation.status, operation.counts.succeeded]).toEqual(['succeeded', 250]);
    expect(sorted(effects)).toEqual(sorted(stepsOf(50)));
    const touched = stepsOf(50).filter((step) => !/compile|package/.test(step));
    expect(effects.filter((step) => touched.includes(step))).toEqual(touched);
  },
  patience,
);
