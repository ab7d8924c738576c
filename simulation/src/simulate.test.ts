import { simulated } from './simulate.ts';

/** Some seeds at each run, from a place drawn by chance; `npm run simulate -- --seeds 10000` tries many. */
const seeds = 20;

test('whatever the seed draws, of products, operations and faults, the laws hold', async () => {
  const from = 1 + Math.floor(Math.random() * 1_000_000);
  for (let seed = from; seed < from + seeds; seed++) expect({ seed, broken: (await simulated(seed)).broken }).toEqual({ seed, broken: [] });
});

test('the same seed says the same bytes', async () => {
  const first = await simulated(5);
  const second = await simulated(5);
  expect([second.digest, second.trace]).toEqual([first.digest, first.trace]);
});
