import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { placed, type Operation, type Resource } from '@srm/cli';
import { wallClock as clock } from '@srm/messaging/testing';
import { stopEverything } from '@srm/sem-bridge';
import { askingOf, type Heard } from './kill-asking.ts';
import { countsOf, doubled } from './kill-counts.ts';
import type { Lives } from './kill-lives.ts';
import { carriedOut, chanceOf, momentsOf, type Besides, type Moment, type Told, type World } from './kill-moments.ts';
import { environment, product, writeProduct, type Variant } from './kill-product.ts';
import { answers, processesOf, seen, servedBy, urlsOf } from './kill-traces.ts';

const good: Variant = { store: '1', web: '1', greeting: 'hello', mode: 'quiet', fault: 'none' };
const broken: Variant = { store: '2', web: '2', greeting: 'goodbye', mode: 'loud', fault: 'never-ready' };
const better: Variant = { store: '3', web: '3', greeting: 'welcome', mode: 'soft', fault: 'none' };
const endings = /^Operation(Succeeded|Failed|Compensated|CompensationFailed|Cancelled|Refused|Planned)$/;

/** Whose builds, by component: those of store and web have other sources each time. */
const builds = ['aside', 'money', 'seed', 'store', 'store', 'store', 'web', 'web', 'web'];
const runs = ['aside 1', 'seed 1', 'store 1', 'store 1', 'store 2', 'store 3', 'web 1', 'web 2', 'web 3'];
/** What the jobs of the operations did to the environment, each once. */
const effects = [
  'first aside/deploy started',
  'first seed/deploy started',
  'first store/deploy started',
  'first web/deploy started',
  'second store/deploy started',
  'second store/deploy stopped',
  'second store/deploy/undo started',
  'second store/deploy/undo stopped',
  'second web/deploy started',
  'stop aside/stop stopped',
  'stop store/stop stopped',
  'stop web/stop stopped',
  'third store/deploy started',
  'third store/deploy stopped',
  'third web/deploy started',
  'third web/deploy stopped',
];

const says = ({ store, web, greeting, mode }: Variant) => [
  { component: 'aside', source: '1', greeting: null, mode: null },
  { component: 'store', source: store, greeting: null, mode: null },
  { component: 'web', source: web, greeting, mode },
];

/** Every number once, by the list and by the stream that was cut; one ending, at the end. */
function expectWhole({ operation, record, heard }: Told, status: Operation['status'], ending: string): void {
  const { left, reason } = operation;
  expect([operation.status, left, operation.status === status ? null : reason]).toEqual([status, [], null]);
  const numbers = record.map((_, index) => index + 1);
  expect(record.map(({ sequence }) => sequence)).toEqual(numbers);
  expect(heard).toEqual(numbers);
  expect(record.map(({ type }, index) => [type, index + 1]).filter(([type]) => endings.test(String(type)))).toEqual([
    [ending, record.length],
  ]);
}

const jobsOf = (name: string, record: readonly Heard[]): readonly (readonly [job: string, named: string])[] =>
  record.filter(({ type }) => type === 'StepRequested').map(({ data }) => [String(data['job']), `${name} ${String(data['step'])}`]);

/** Supervisors end right after they have said that all is stopped. */
async function until(is: () => boolean): Promise<void> {
  for (const limit = clock.now() + 10_000; !is(); await clock.sleep(20)) if (clock.now() > limit) throw new Error('processes were left');
}

function houseOf(folder: string, seed: number, besides: Besides, world: World) {
  const { asking } = world;
  const chance = chanceOf(seed);
  const asked = (kind: 'release' | 'stop', name: string, moments: readonly Moment[]): Promise<Told> =>
    carriedOut(
      world,
      (client) => client.request({ kind, product, environment, preview: false }, name),
      moments,
      kind === 'stop' ? {} : besides,
    );
  return {
    asked,
    release: async (name: string, variant: Variant, kills: number): Promise<Told> => {
      const { yaml, base } = writeProduct(folder, variant, name);
      await asking.insist((client) => client.define(yaml, base));
      return asked('release', name, momentsOf(chance, kills, 60));
    },
    look: async ({ operation }: Told) => {
      const found = await asking.insist((client) => placed(client, operation, clock.sleep));
      const resources: readonly Resource[] = [...found].sort((a, b) => a.component.localeCompare(b.component));
      const served = await Promise.all(resources.flatMap(urlsOf).map(servedBy));
      return { resources, says: served.map((one) => one.says), pids: served.map(({ pid }) => pid) };
    },
  };
}

/** What else happens while a release runs; ends at the latest with it. */
export type Meanwhile = NonNullable<Besides['meanwhile']>;

export type Story = Readonly<{
  lives: Lives;
  /** Where sources and the ledger lie, and nothing else that lives on; `data`: where the bridges work. */
  folder: string;
  data: string;
  seed: number;
  /** How many deaths there are in each of the three releases. */
  kills: readonly [number, number, number];
  meanwhile?: Meanwhile;
}>;

/**
 * For tests, against SRM in whatever processes: a release, a broken one with its undo, another one, a stop; nothing is done twice, every
 * operation ends once with every event in its place, and nothing is left running.
 */
export async function playStory({ lives, folder, data, seed, kills, ...besides }: Story): Promise<void> {
  const said: string[] = [`seed ${seed}`];
  const house = houseOf(folder, seed, besides, {
    lives,
    asking: askingOf(lives, clock, randomUUID),
    clock,
    say: (line) => void said.push(line),
  });
  try {
    lives.start();
    const first = await house.release('first', good, kills[0]);
    expectWhole(first, 'succeeded', 'OperationSucceeded');
    const before = await house.look(first);
    expect(before.says).toEqual(says(good));

    const second = await house.release('second', broken, kills[1]);
    expectWhole(second, 'compensated', 'OperationCompensated');
    const after = await house.look(second);
    expect(after.resources.map(seen)).toEqual(before.resources.map(seen));
    expect(after.says).toEqual(says(good));

    const third = await house.release('third', better, kills[2]);
    expectWhole(third, 'succeeded', 'OperationSucceeded');
    const last = await house.look(third);
    expect(last.says).toEqual(says(better));
    // What was not touched was never restarted: aside by all of them, web by the undo.
    expect([after, last].map(({ pids }) => pids[0])).toEqual([before.pids[0], before.pids[0]]);
    expect(after.pids[2]).toBe(before.pids[2]);

    const stop = await house.asked('stop', 'stop', []);
    expectWhole(stop, 'succeeded', 'OperationSucceeded');
    expect(await lives.leave()).toBe(0);

    const counts = countsOf(folder, data);
    expect(doubled(counts)).toEqual([]);
    expect(counts.builds.map(({ component }) => component).sort()).toEqual(builds);
    expect(counts.built.map(({ component }) => component).sort()).toEqual(builds);
    expect(counts.packages.map(({ component }) => component).sort()).toEqual(builds.filter((name) => name !== 'money'));
    expect(counts.ran.map(({ component, source }) => `${component} ${source}`).sort()).toEqual(runs);
    const names = new Map(Object.entries({ first, second, third, stop }).flatMap(([name, { record }]) => jobsOf(name, record)));
    expect(counts.deployments.map(({ job, did }) => `${names.get(job)} ${did}`).sort()).toEqual(effects);

    await until(() => processesOf(folder).length === 0);
    const urls = [...lives.addresses(), ...[before, after, last].flatMap(({ resources }) => resources.flatMap(urlsOf))];
    expect(await Promise.all(urls.map(answers))).toEqual(urls.map(() => false));
  } catch (error) {
    console.log([...said, ...processesOf(folder)].join('\n'));
    throw error;
  } finally {
    await lives.end();
    await stopEverything(join(data, 'sem'), clock);
  }
}
