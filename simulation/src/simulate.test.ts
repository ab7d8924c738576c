import { simulated } from './simulate.ts';

/** The same few at each run, so that a change is what makes a difference; `npm run simulate -- --seeds 10000 --from N` tries others. */
const first = 300;
const seeds = Array.from({ length: 200 }, (_, n) => first + n);

test.each(seeds)('whatever seed %i draws, of products, operations and faults, the laws hold', async (seed) => {
  expect((await simulated(seed)).broken).toEqual([]);
});

test('the same seed says the same bytes', async () => {
  const first = await simulated(5);
  const second = await simulated(5);
  expect([second.digest, second.trace]).toEqual([first.digest, first.trace]);
});
