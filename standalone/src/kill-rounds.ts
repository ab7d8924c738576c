/* eslint no-restricted-syntax: off, no-restricted-properties: off -- run by hand, it brings time and ids itself, as main.ts does */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Clock } from '@srm/messaging';
import { stopEverything } from '@srm/sem-bridge';
import { askingOf } from './kill-asking.ts';
import { countsOf, doubled } from './kill-counts.ts';
import { livesOf } from './kill-lives.ts';
import { chanceOf } from './kill-moments.ts';
import { playing } from './kill-playing.ts';
import { answers, processesOf, runningScript } from './kill-traces.ts';

// npm run test:kill -- --rounds 50 [--seed 7] [--product shop] [--all]: operations by chance, SRM killed in each, everything counted.

const clock: Clock = {
  now: Date.now,
  sleep: (time, signal) => pause(time, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
};
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    seed: { type: 'string' },
    product: { type: 'string', default: 'small' },
    /** Kills supervisors and runners of builds, too. */
    all: { type: 'boolean', default: false },
    /** Says every kill. */
    loud: { type: 'boolean', default: false },
  },
});
const longest = 300_000;
const rounds = Number(values.rounds);
const seed = Number(values.seed ?? clock.now() % 1_000_000);
const shop = values.product === 'shop';
const home = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'srm-kill-')));
const data = join(folder, 'data');
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const lives = livesOf(home, data, folder);
const began = clock.now();
say(`seed ${seed}, ${rounds} rounds of ${shop ? 'examples/shop' : 'the small product'}, in ${folder}`);

let kills = 0;
const others = { supervise: 0, run: 0 };
const chance = chanceOf(seed);

/** Beside SRM itself, one of the processes that outlive it. */
function alsoKilled(): void {
  if (!values.all || chance.whole(2) > 0) return;
  const what = chance.of('supervise', 'run');
  const pids = runningScript(data, `${what}.js`);
  const pid = pids[chance.whole(Math.max(1, pids.length))];
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
    others[what] += 1;
    if (values.loud) say(`    kill -9 of ${what}.js ${pid}`);
  } catch {
    // It has ended in between.
  }
}

const world = {
  lives,
  asking: askingOf(lives, clock, randomUUID),
  clock,
  say: (line: string) => ((kills += 1), values.loud ? say(`    ${line}`) : undefined),
};
const game = playing({ world, home, folder, shop, lenient: values.all, chance, kills: () => 1 + chance.whole(3), dead: alsoKilled });
const broken: string[] = [];
const endings = new Map<string, number>();
let operations = 0;

async function round(number: number): Promise<void> {
  const from = clock.now();
  const late = clock.sleep(longest).then(() => Promise.reject(new Error(`round ${number} did not end in ${longest / 60_000} minutes`)));
  const { told, what, faults } = await Promise.race([game.play(`round-${number}`), late]);
  operations += 1;
  const ending = `${what.kind} ${told.operation.status}`;
  endings.set(ending, (endings.get(ending) ?? 0) + 1);
  const twice = doubled(countsOf(folder, data), others.supervise);
  const wrong = [...faults, ...twice.filter((one) => !broken.includes(one))];
  broken.push(...wrong);
  const took = ((clock.now() - from) / 1000).toFixed(1);
  say(
    `round ${number}/${rounds}  ${what.words} → ${told.operation.status}  ${told.record.length} events  ${what.kills} kills  ${took} s  ${told.operation.reason ?? ''}`,
  );
  for (const one of wrong) say(`  ✖ ${one}`);
}

try {
  lives.start();
  for (let number = 1; number <= rounds; number += 1) await round(number);
  const stop = await game.stopped();
  broken.push(...stop);
  const code = await lives.leave();
  if (code !== 0) broken.push(`SRM ended with ${code}`);
  for (const limit = clock.now() + 10_000; processesOf(folder).length > 0 && clock.now() < limit;) await clock.sleep(50);
  broken.push(...processesOf(folder).map((one) => `left running: ${one}`));
  const urls = [...new Set([...lives.addresses(), ...game.urls])];
  const open = await Promise.all(urls.map(answers));
  broken.push(...urls.filter((_, index) => open[index]).map((url) => `left listening: ${url}`));
} catch (error) {
  broken.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  await lives.kill();
  await stopEverything(join(data, 'sem'), clock);
}

const counts = countsOf(folder, data);
const started = counts.deployments.filter(({ did }) => did === 'started').length;
const twice = doubled(counts, others.supervise);
say(`
seed ${seed}: ${rounds} rounds in ${Math.round((clock.now() - began) / 1000)} s
kills of SRM          ${kills}${values.all ? `, of supervisors ${others.supervise}, of runners ${others.run}` : ''}
operations accepted   ${operations}, each ended once
endings               ${[...endings]
  .sort()
  .map(([ending, times]) => `${times} ${ending}`)
  .join(', ')}
builds                ${counts.builds.length} succeeded, ${new Set(counts.builds.map(({ build }) => build)).size} different${shop ? '' : `; their commands ran ${counts.built.length} times`}
packages              ${counts.packages.length}
deployments           ${started} started, ${counts.deployments.length - started} stopped
doubled effects       ${twice.length}
broken                ${broken.length}`);
for (const one of broken) say(`  ✖ ${one}`);
if (broken.length === 0) rmSync(folder, { recursive: true });
else say(`seen in ${folder}`);
process.exit(broken.length === 0 ? 0 : 1);
