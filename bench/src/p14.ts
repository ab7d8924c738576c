import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callersOf } from './callers.ts';
import { childHouse } from './child.ts';
import type { Figure, Goal } from './goal.ts';
import { asked, copiedOperation, eventsIn } from './grown.ts';
import { openHouse, realClock } from './house.ts';
import { bootstrap, median, slope, type Point } from './statistics.ts';

const callers = 8;
const rounds = 5;
/** Milliseconds that it releases before it is killed. */
const toils = 500;

type Old = Readonly<{ events: number; folder: string; ready: number[]; planned: number[] }>;

/** A house that has released a little, and one operation of it. */
async function seeded(folder: string): Promise<string> {
  const house = await openHouse({ folder });
  const some = await callersOf(house, callers);
  const operation = await some.ask(0);
  await some.ended(operation);
  await some.release(1, 1);
  await some.close();
  await house.close();
  return operation;
}

/** A copy of the house with a log of about so many events. */
async function aged(seed: string, folder: string, operation: string, events: number, each: number): Promise<Old> {
  cpSync(seed, folder, { recursive: true });
  const copies = Math.max(1, Math.round((events - eventsIn(seed)) / (each + 2)));
  copiedOperation(folder, operation, copies);
  const keys = await asked(folder, 'c0', 'c0', copies);
  const child = await childHouse(folder);
  for (const { key, number } of keys) await child.ask({ does: 'reach', key, number });
  await child.ask({ does: 'toil', callers });
  await realClock.sleep(toils);
  await child.kill();
  return { events: eventsIn(folder), folder, ready: [], planned: [] };
}

/** One life, from its start to its kill. */
async function lived({ folder, ready, planned }: Old): Promise<void> {
  const child = await childHouse(folder);
  await child.ask({ does: 'preview' });
  ready.push(child.ready);
  planned.push(performance.now() - child.started);
  await child.ask({ does: 'toil', callers });
  await realClock.sleep(toils);
  await child.kill();
}

export const p14: Goal = {
  id: 'P14',
  title: 'recovery with snapshots: from the start after a kill -9 until all services are ready, and until a plan is made',
  measure: async (say, { full }) => {
    const sizes = full ? [10_000, 100_000, 1_000_000, 3_000_000] : [1000, 5000, 20_000, 100_000];
    say(full ? '10,000,000 events are not tried: their files would be some 100 GB' : 'up to 100,000 events; --full goes to 3,000,000');
    const folder = mkdtempSync(join(tmpdir(), 'srm-bench-'));
    try {
      const seed = join(folder, 'seed');
      mkdirSync(seed);
      const operation = await seeded(seed);
      const trial = join(folder, 'trial');
      cpSync(seed, trial, { recursive: true });
      const each = copiedOperation(trial, operation, 1);
      const all: Old[] = [];
      for (const size of sizes) {
        all.push(await aged(seed, join(folder, String(size)), operation, size, each));
        say(`a log of ${all.at(-1)?.events} events is made`);
      }
      for (let round = 0; round < rounds; round += 1) for (const one of all) await lived(one);
      for (const { events, ready, planned } of all)
        say(`${events} events: ready after ${median(ready).toFixed(0)} ms, planned after ${median(planned).toFixed(0)} ms`);
      return [...figuresOf('ready', all), ...figuresOf('planned', all)];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

function figuresOf(what: 'ready' | 'planned', all: readonly Old[]): readonly Figure[] {
  const points = all.flatMap((one) => one[what].map((cost): Point => ({ size: one.events, cost })));
  const largest = all.at(-1)?.[what] ?? [];
  const longest = { value: median(largest), interval: bootstrap((draw) => median(draw(largest))) };
  const samples = Object.fromEntries(all.map((one) => [one.events, one[what]]));
  const until = what === 'ready' ? 'until all services are ready' : 'until the first plan is made';
  return [
    {
      id: `P14 ${what} ms`,
      estimate: longest,
      target: { sign: '<=', value: 1000 },
      about: `milliseconds ${until}, at ${all.at(-1)?.events} events`,
      samples: {},
    },
    {
      id: `P14 ${what}`,
      estimate: slope(points),
      target: { sign: '<=', value: 0.05 },
      about: `log(time ${until}) on log(events)`,
      samples,
    },
  ];
}
