import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from '@srm/bridge';
import { placesOf } from './address.ts';
import { holderOf } from './lock.ts';
import { resourceStates, reviver } from './resources.ts';
import {
  addressOf,
  below,
  carried,
  clock,
  deployOf,
  effects,
  endOf,
  get,
  imageOf,
  jobOf,
  killedAt,
  programs,
  running,
  reasonOf,
  service,
  undoOf,
  until,
  urlOf,
  withWorld,
  type World,
} from './testing.ts';

const stateful = { ...service, variables: { ...service.variables, DATA: '${volumes.data}' }, volumes: { '/data': { source: 'data' } } };
const jobs = (ran: number): string =>
  `console.log('filled');\nimport { appendFileSync } from 'node:fs';\nappendFileSync(process.env.DATA + '/ran', '${ran}');\n`;
const done = async (folder: string): Promise<readonly string[]> => (await effects(folder)).map(([, did]) => did);
const kept = { state: 'succeeded', outputs: [{ name: 'kept', value: '["volume data of cart"]', secret: false }] };
const untilAlone = ({ folder }: World, component = 'cart'): Promise<true> =>
  until(async () => ((await holderOf(placesOf(folder, addressOf(component)).lock)) === null ? true : null));

test.concurrent(
  'a destroy leaves no process, supervisor, port, folder or record of what runs; the volume keeps its bytes and is named; repeated, it is the same',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, programs.server('one')), stateful)));
    const job = jobOf('destroy');
    expect(await carried(driver, job)).toEqual({ ...kept, unchanged: false });
    await expect(get(url)).rejects.toThrow();
    await untilAlone(world);
    expect([await running(world), await below(path.join(folder, 'resources')), await below(path.join(folder, 'ports'))]).toEqual([
      0,
      [],
      [],
    ]);
    expect(await resourceStates(folder)).toEqual([]);
    expect(await readFile(path.join(folder, 'volumes/default/development/shop/cart/data/starts'), 'utf8')).toBe('one\n');
    expect([await carried(world.again(), job), await carried(driver, jobOf('destroy'))]).toEqual([
      { ...kept, unchanged: false },
      { ...kept, unchanged: true },
    ]);
    expect(await done(folder)).toEqual(['started', 'stopped']);
    const again = deployOf(await imageOf(dpr, programs.server('two')), stateful);
    expect((await get(urlOf(await carried(driver, again)))).data).toBe('one\ntwo\n');
  }),
);

test.concurrent(
  'the undo of a destroy gives version, configuration, address and volume back',
  withWorld(async (world) => {
    // An address follows from names: other tests have none like this.
    const alone = { component: 'apse' };
    const { driver, dpr } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, programs.server('one')), stateful, alone)));
    const job = jobOf('destroy', alone);
    const point = await driver.restorePoint(job);
    await carried(driver, job);
    const undo = undoOf(job, point);
    expect(await carried(driver, undo)).toEqual({
      state: 'succeeded',
      outputs: [{ name: 'url', value: url, secret: false }],
      unchanged: false,
    });
    const { version, beta, data } = await get(url);
    expect([version, beta, data, await running(world, 'apse')]).toEqual(['one', 'false', 'one\none\n', 1]);
    expect((await carried(driver, undo)).state).toBe('succeeded');
    expect((await get(url)).data).toBe('one\none\n');
  }),
);

test.concurrent(
  'what was stopped is stopped again after the undo of its destroy, and starts at its address',
  withWorld(async (world) => {
    const alone = { component: 'nave' };
    const { driver, dpr, folder } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, programs.server('one')), service, alone)));
    await carried(driver, jobOf('stop', alone));
    const job = jobOf('destroy', alone);
    const point = await driver.restorePoint(job);
    expect(await carried(driver, job)).toEqual({ state: 'succeeded', outputs: [], unchanged: false });
    expect(await carried(driver, undoOf(job, point))).toEqual({ state: 'succeeded', outputs: [], unchanged: false });
    expect((await resourceStates(folder)).map(({ health }) => health)).toEqual(['stopped']);
    expect(await running(world, 'nave')).toBe(0);
    expect(urlOf(await carried(driver, jobOf('start', alone)))).toBe(url);
    expect((await get(url)).version).toBe('one');
  }),
);

test.concurrent(
  'the record of a job is destroyed and comes back by the undo without a second run; deployed after a destroy it runs again',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const image = await imageOf(dpr, jobs(1));
    const workload = { command: ['node', 'main.mjs'], variables: { DATA: '${volumes.data}' }, volumes: { '/data': { source: 'data' } } };
    const once = (): Job => deployOf(image, workload, {}, { kind: 'job', outputs: '{}' });
    const ran = (): Promise<string> => readFile(path.join(folder, 'volumes/default/development/shop/cart/data/ran'), 'utf8');
    await carried(driver, once());
    expect(await carried(driver, once())).toMatchObject({ state: 'succeeded', unchanged: true });
    const job = jobOf('destroy');
    const point = await driver.restorePoint(job);
    expect(await carried(driver, job)).toEqual({ ...kept, unchanged: false });
    expect([await resourceStates(folder), await below(path.join(folder, 'resources'))]).toEqual([[], []]);
    await carried(driver, undoOf(job, point));
    expect([(await resourceStates(folder)).map(({ health }) => health), await ran()]).toEqual([['completed'], '1']);
    expect(await carried(driver, once())).toMatchObject({ state: 'succeeded', unchanged: true });
    await carried(driver, jobOf('destroy'));
    expect(await carried(driver, once())).toMatchObject({ state: 'succeeded', unchanged: false });
    expect(await ran()).toBe('11');
  }),
);

test.concurrent(
  'a restart gives a new process at the same address and fails no request; repeated, it is the same restart',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, programs.server('one')))));
    const { pid } = await get(url);
    let over = false;
    const hammer = async (headers: Record<string, string>): Promise<void> => {
      while (!over) {
        await (await fetch(url, { headers })).text();
        await clock.sleep(2);
      }
    };
    const clients = [hammer({ connection: 'close' }), hammer({})];
    const job = jobOf('restart');
    expect(await driver.restorePoint(job)).toBe(null);
    const ended = await carried(driver, job);
    expect(ended).toEqual({ state: 'succeeded', outputs: [{ name: 'url', value: url, secret: false }], unchanged: false });
    over = true;
    await Promise.all(clients);
    const now = await get(url);
    expect([now.version, now.pid === pid, await running(world)]).toEqual(['one', false, 1]);
    expect(await carried(world.again(), job)).toEqual(ended);
    expect([(await get(url)).pid, await done(folder)]).toEqual([now.pid, ['started', 'started', 'stopped']]);
  }),
);

test.concurrent(
  'a restart that does not get ready fails, its effect possible, and leaves the process that ran',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const flag = path.join(folder, 'no-more');
    const program = `import { existsSync } from 'node:fs';\nif (existsSync('${flag}')) throw new Error('no more');\n${programs.server('one')}`;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, program))));
    const { pid } = await get(url);
    await writeFile(flag, '');
    const ended = await carried(driver, jobOf('restart'));
    expect([reasonOf(ended), ended.state === 'failed' && ended.effect]).toEqual([
      'cart ended with exit code 1 after T: Error: no more',
      'possible',
    ]);
    expect([(await get(url)).pid, await running(world)]).toEqual([pid, 1]);
  }),
);

test.concurrent(
  'what is stopped is started by a restart, a job is not run again, what is not there is refused in words',
  withWorld(async (world) => {
    const { driver, dpr } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, programs.server('one')))));
    await carried(driver, jobOf('stop'));
    expect(await carried(driver, jobOf('restart'))).toMatchObject({ state: 'succeeded', unchanged: false });
    expect((await get(url)).version).toBe('one');
    const seed = { component: 'seed' };
    await carried(
      driver,
      deployOf(await imageOf(dpr, programs.job), { command: ['node', 'main.mjs'] }, seed, { kind: 'job', outputs: '{}' }),
    );
    expect(await carried(driver, jobOf('restart', seed))).toMatchObject({ state: 'succeeded', unchanged: true });
    const nobody = await carried(driver, jobOf('restart', { component: 'nobody' }));
    expect([reasonOf(nobody), nobody.state === 'failed' && nobody.effect]).toEqual([
      'nobody is not installed in development: deploy it first',
      'none',
    ]);
  }),
);

test.concurrent(
  'cancelled before it was started neither destroys nor restarts',
  withWorld(async (world) => {
    const { driver, dpr } = world;
    const url = urlOf(await carried(driver, deployOf(await imageOf(dpr, programs.server('one')))));
    const { pid } = await get(url);
    for (const job of [jobOf('destroy'), jobOf('restart')]) {
      expect(await driver.cancel(job)).toBe(true);
      await driver.start(job, new AbortController().signal);
      expect(await driver.observe(job)).toEqual({ state: 'cancelled', reason: 'cancelled before it was started', effect: 'none' });
    }
    expect((await get(url)).pid).toBe(pid);
  }),
);

test.concurrent(
  'kill -9 of the supervisor at any point of a destroy: it goes on and ends with nothing left but the volume',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const image = await imageOf(dpr, programs.server('one'));
    const trial = async (changes: number): Promise<readonly unknown[]> => {
      const component = `c${changes}`;
      await carried(driver, deployOf(image, stateful, { component }));
      const job = jobOf('destroy', { component });
      await driver.start(job, new AbortController().signal);
      await killedAt(world, job, changes);
      const ended = await endOf(world.again(), job);
      const outputs = ended.state === 'succeeded' ? ended.outputs.map(({ value }) => value) : [];
      return [ended.state, outputs, await running(world, component)];
    };
    const points = [0, 1, 2, 3];
    expect(await Promise.all(points.map(trial))).toEqual(points.map((n) => ['succeeded', [`["volume data of c${n}"]`], 0]));
    expect([await below(path.join(folder, 'resources')), await below(path.join(folder, 'ports')), await resourceStates(folder)]).toEqual([
      [],
      [],
      [],
    ]);
    expect([...(await done(folder))].sort()).toEqual([...points.map(() => 'started'), ...points.map(() => 'stopped')]);
  }),
);

test.concurrent(
  'kill -9 of the supervisor at any point of a restart: it goes on with the process that it started, and ends with one',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const image = await imageOf(dpr, programs.server('one'));
    const look = reviver({ folder, dpr, host: '127.0.0.1', path: process.env['PATH'] ?? '' }, clock);
    const trial = async (changes: number, workload: object): Promise<readonly unknown[]> => {
      const component = `r${changes}${workload === stateful ? 'volume' : ''}`;
      const url = urlOf(await carried(driver, deployOf(image, workload, { component })));
      const { pid } = await get(url);
      const job = jobOf('restart', { component });
      await driver.start(job, new AbortController().signal);
      await killedAt(world, job, changes);
      const ended = await endOf(world.again(), job);
      const now = await until(async () => {
        await look();
        return get(url).catch(() => null);
      });
      const started = (await effects(folder)).filter(([by, did]) => by === job.id && did === 'started').length;
      return [changes, ended.state, now.pid === pid, started, await running(world, component)];
    };
    const points = [1, 2, 3, 4];
    const all = [...points.map((n) => trial(n, service)), ...points.map((n) => trial(n, stateful))];
    expect(await Promise.all(all)).toEqual([...points, ...points].map((n) => [n, 'succeeded', false, 1, 1]));
  }),
);
