import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { placesOf } from './address.ts';
import { reviver } from './resources.ts';
import {
  addressOf,
  carried,
  clock,
  deployOf,
  effects,
  endOf,
  get,
  imageOf,
  killedAt,
  running,
  service,
  undoOf,
  until,
  urlOf,
  withWorld,
  type World,
} from './testing.ts';

/** Notes it in the volume when another writer is alive; does not start over what a later version made of the volume. */
const writer = (version: string): string => `import http from 'node:http';
import net from 'node:net';
import { appendFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
const { PORT, DATA, READY, MIGRATES } = process.env;
const lock = DATA + '/lock';
if (existsSync(DATA + '/migrated') && !MIGRATES) throw new Error('the volume is of a later version');
if (MIGRATES) writeFileSync(DATA + '/migrated', '');
const serve = () => http.createServer((request, response) => {
  if (request.url === '/ready' && READY) return response.writeHead(503).end(READY);
  response.end(JSON.stringify({ version: '${version}', beta: null, pid: process.pid, data: null }));
}).listen(Number(PORT), '127.0.0.1');
const other = net.connect(lock);
other.on('connect', () => appendFileSync(DATA + '/trouble', 'two writers'));
other.on('error', () => {
  rmSync(lock, { force: true });
  net.createServer().listen(lock, serve);
});
process.on('SIGTERM', () => setTimeout(() => process.exit(0), 50));
console.log('${version} starts');
`;

const stateful = { ...service, variables: { PORT: '${ports.http}', DATA: '${volumes.data}' }, volumes: { '/data': { source: 'data' } } };
const withVariables = (variables: object): object => ({
  ...stateful,
  variables: { ...stateful.variables, ...variables },
  readyWithin: '5s',
});

// Tests run at the same time: a component of its own for each, since its address follows from its name.
const troubles = ({ folder }: World, component: string): Promise<string | null> =>
  readFile(path.join(placesOf(folder, addressOf(component)).volumes, 'data', 'trouble'), 'utf8').catch(() => null);

/** Asks all the time, on connections of its own and on kept ones, until it is ended; gives the versions that answered. */
function clients(url: string): () => Promise<readonly string[]> {
  const versions: string[] = [];
  let over = false;
  const hammer = async (headers: Record<string, string>): Promise<void> => {
    while (!over) {
      const { version } = (await (await fetch(url, { headers })).json()) as { version: string };
      if (versions.at(-1) !== version) versions.push(version);
      await clock.sleep(20);
    }
  };
  const all = Promise.all([hammer({ connection: 'close' }), hammer({})]);
  return async () => {
    over = true;
    await all;
    return versions;
  };
}

test.concurrent(
  'an upgrade of what has a volume and its undo end the one before the other is started; who asks meanwhile waits and is answered',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, writer('one')), stateful, { component: 'swap' })));
    const end = clients(url);
    const second = deployOf(await imageOf(dpr, writer('two')), stateful, { component: 'swap' });
    const point = await driver.restorePoint(second);
    expect(urlOf(await carried(driver, second))).toBe(url);
    expect((await carried(driver, undoOf(second, point))).state).toBe('succeeded');
    expect((await get(url)).version).toBe('one');
    const versions = await end();
    expect([versions[0], versions.includes('two'), versions.at(-1)]).toEqual(['one', true, 'one']);
    expect((await effects(folder)).map(([, did]) => did)).toEqual(['started', 'stopped', 'started', 'stopped', 'started']);
    expect([await troubles(world, 'swap'), await running(world, 'swap')]).toEqual([null, 1]);
  }),
);

test.concurrent(
  'a version with a volume that does not get ready gives way to the one before; when that serves again, nothing was done',
  withWorld(async (world) => {
    const { driver, dpr } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, writer('one')), stateful, { component: 'late' })));
    const end = clients(url);
    const second = deployOf(await imageOf(dpr, writer('two')), withVariables({ READY: 'no stock' }), { component: 'late' });
    const point = await driver.restorePoint(second);
    expect(await carried(driver, second)).toEqual({
      state: 'failed',
      reason: 'late was not ready in 5 s (GET /ready → 503 "no stock")',
      code: 'late',
      retryable: false,
      effect: 'none',
    });
    expect(await end()).toEqual(['one']);
    expect(await carried(driver, undoOf(second, point))).toEqual({ state: 'succeeded', outputs: [], unchanged: true });
    expect([(await get(url)).version, await troubles(world, 'late'), await running(world, 'late')]).toEqual(['one', null, 1]);
  }),
);

test.concurrent(
  'when the version before does not serve again, the failure says so, its effect is possible, and its undo does not claim that it does',
  withWorld(async (world) => {
    const { driver, dpr } = world;
    const url = urlOf(
      await carried(driver, deployOf(await imageOf(dpr, writer('one')), stateful, { component: 'stuck' }, { version: '1.0' })),
    );
    const second = deployOf(await imageOf(dpr, writer('two')), withVariables({ READY: 'no stock', MIGRATES: 'yes' }), {
      component: 'stuck',
    });
    const point = await driver.restorePoint(second);
    const ended = await carried(driver, second);
    expect(ended.state === 'failed' ? [ended.effect, ended.reason.replace(/after [\d.]+ s/, 'after T')] : []).toEqual([
      'possible',
      'stuck was not ready in 5 s (GET /ready → 503 "no stock"); the version before, 1.0, does not serve again: ' +
        'stuck ended with exit code 1 after T: Error: the volume is of a later version',
    ]);
    const undone = await carried(driver, undoOf(second, point));
    expect(undone.state === 'failed' ? undone.reason.replace(/after [\d.]+ s/, 'after T') : undone).toBe(
      'stuck 1.0 does not serve again: stuck ended with exit code 1 after T: Error: the volume is of a later version',
    );
    expect([await troubles(world, 'stuck'), await get(url).catch(() => 'nobody')]).toEqual([null, 'nobody']);
  }),
);

test.concurrent(
  'a cancelled upgrade of what has a volume gives the version before back',
  withWorld(async (world) => {
    const { driver, dpr } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, writer('one')), stateful, { component: 'stopped' })));
    const second = deployOf(
      await imageOf(dpr, writer('two')),
      { ...stateful, variables: { ...stateful.variables, READY: 'wait' } },
      { component: 'stopped' },
    );
    await driver.start(second, new AbortController().signal);
    await until(async () => ((await driver.log(second, 0)).text === '' ? null : true));
    expect(await driver.cancel(second)).toBe(false);
    expect(await endOf(driver, second)).toEqual({ state: 'cancelled', reason: 'cancelled while it was getting ready', effect: 'none' });
    expect([(await get(url)).version, await troubles(world, 'stopped'), await running(world, 'stopped')]).toEqual(['one', null, 1]);
  }),
);

test.concurrent(
  'an image that cannot be unpacked does not end the version that has the volume',
  withWorld(async (world) => {
    const { driver, dpr } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, writer('one')), stateful, { component: 'whole' })));
    const { pid } = await get(url);
    const bad = await carried(
      driver,
      deployOf(await imageOf(dpr, writer('two')), { ...stateful, command: ['./nothing'] }, { component: 'whole' }),
    );
    expect(bad.state === 'failed' ? [bad.effect, bad.reason] : []).toEqual([
      'none',
      'whole could not be started: the command ./nothing is not in the image',
    ]);
    expect((await get(url)).pid).toBe(pid);
  }),
);

/** What is written down: next, held, its process, switched; when it fails: gave up, released, the process of the one before, its health. */
const [upgrading, failing] = [
  [1, 2, 3, 4],
  [2, 4, 5, 6, 7],
];

test.concurrent(
  'kill -9 of the supervisor at any point of an upgrade with a volume: it goes on and ends, and never were there two writers',
  withWorld(async (world) => {
    const { driver, dpr } = world;
    const [one, two] = [await imageOf(dpr, writer('one')), await imageOf(dpr, writer('two'))];
    const look = reviver({ folder: world.folder, dpr, host: '127.0.0.1', path: process.env['PATH'] ?? '' }, clock);
    const trial = async (changes: number, workload: object): Promise<readonly unknown[]> => {
      const component = `c${changes}${workload === stateful ? 'good' : 'bad'}`;
      const url = urlOf(await carried(driver, deployOf(one, stateful, { component })));
      const job = deployOf(two, workload, { component });
      await driver.start(job, new AbortController().signal);
      await killedAt(world, job, changes);
      const ended = await endOf(world.again(), job);
      const { version } = await until(async () => {
        await look();
        return get(url).catch(() => null);
      });
      const effect = ended.state === 'failed' ? ended.effect : null;
      return [changes, ended.state, effect, version, await troubles(world, component), await running(world, component)];
    };
    const bad = { ...withVariables({ READY: 'no stock' }), readyWithin: '700ms' };
    const trials = [...upgrading.map((changes) => trial(changes, stateful)), ...failing.map((changes) => trial(changes, bad))];
    expect(await Promise.all(trials)).toEqual([
      ...upgrading.map((changes) => [changes, 'succeeded', null, 'two', null, 1]),
      ...failing.map((changes) => [changes, 'failed', 'none', 'one', null, 1]),
    ]);
  }),
);
