import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { simulated } from './simulate.ts';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const played = (...options: readonly string[]) => spawnSync(process.execPath, [main, ...options], { encoding: 'utf8' });

/** The same few at each run, so that a change is what makes a difference; `npm run simulate -- --seeds 10000 --from N` tries others. */
const [first, all] = ['300', '200'];
/** Milliseconds; far more than it takes. */
const patience = 1_800_000;

test(
  `whatever ${all} seeds draw, of products, operations and faults, the laws hold`,
  () => {
    const { stdout, stderr } = played('--seeds', all, '--from', first, '--workers', '2');
    expect([stdout.slice(0, stdout.indexOf(' broken laws')), stderr]).toEqual([`${all} seeds from ${first}, 0 with`, '']);
  },
  patience,
);

test('the same seed says the same bytes', async () => {
  const first = await simulated(5);
  const second = await simulated(5);
  expect([second.digest, second.trace]).toEqual([first.digest, first.trace]);
});

test('a seed says the same bytes in a process of its own as in one that has played others', async () => {
  const { stdout: alone } = played('--seed', '302');
  await simulated(301);
  const { trace, digest } = await simulated(302);
  expect(alone.split('\n').slice(0, trace.length)).toEqual(trace);
  expect(alone).toContain(`; ${digest}\n`);
});
