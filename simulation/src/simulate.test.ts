import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
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

test('a seed says the same bytes in a process of its own as in one that has played others', async () => {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const alone = execFileSync(process.execPath, [main, '--seed', '302'], { encoding: 'utf8' });
  await simulated(301);
  const { trace, digest } = await simulated(302);
  expect(alone.split('\n').slice(0, trace.length)).toEqual(trace);
  expect(alone).toContain(`; ${digest}\n`);
});
