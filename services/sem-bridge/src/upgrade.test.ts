import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from '@srm/bridge';
import { resourceStates } from './resources.ts';
import {
  below,
  carried,
  clock,
  deployOf,
  effects,
  get,
  imageOf,
  jobOf,
  programs,
  running,
  service,
  undoOf,
  until,
  urlOf,
  withWorld,
} from './testing.ts';

// Tests run at the same time: a component of its own for each, since its address follows from its name.
const of = (component: string, job: Job): Job => ({ ...job, component });
const beta = (job: Job): Job => ({
  ...job,
  inputs: new Map([...job.inputs, ['values', '{"config.beta":"true"}'], ['configuration', 'sha256:c2']]),
});

test.concurrent(
  'an upgrade fails no request, of clients that keep their connection and of others; its undo neither, and gives the former version, configuration and address back',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const first = of('switch', deployOf(await imageOf(dpr, programs.server('one'))));
    const url = urlOf(await carried(driver, first));
    const versions: string[] = [];
    let over = false;
    const hammer = async (headers: Record<string, string>): Promise<void> => {
      while (!over) {
        const response = await fetch(url, { headers });
        const { version } = (await response.json()) as { version: string };
        if (!versions.includes(version)) versions.push(version);
        await clock.sleep(2);
      }
    };
    const clients = [hammer({ connection: 'close' }), hammer({ connection: 'close' }), hammer({}), hammer({})];
    const second = beta(of('switch', deployOf(await imageOf(dpr, programs.server('two')))));
    const point = await driver.restorePoint(second);
    const upgraded = await carried(driver, second);
    expect([urlOf(upgraded), (await get(url)).version, (await get(url)).beta]).toEqual([url, 'two', 'true']);
    expect((await carried(driver, undoOf(second, point))).state).toBe('succeeded');
    over = true;
    await Promise.all(clients);
    expect(versions).toEqual(['one', 'two']);
    const { version, beta: flag } = await get(url);
    expect([version, flag, await running(world, 'switch')]).toEqual(['one', 'false', 1]);
    expect((await effects(folder)).map(([, did]) => did)).toEqual(['started', 'started', 'stopped', 'started', 'stopped']);
  }),
);

test.concurrent(
  'an upgrade that does not get ready says why, with evidence, and leaves the old one serving; its undo touches nothing',
  withWorld(async (world) => {
    const { driver, dpr } = world;
    const url = urlOf(await carried(driver, of('late', deployOf(await imageOf(dpr, programs.server('one'))))));
    const { pid } = await get(url);
    const bad = { ...service, variables: { ...service.variables, READY: 'no stock' }, readyWithin: 5 };
    const second = of('late', deployOf(await imageOf(dpr, programs.server('two')), bad));
    const point = await driver.restorePoint(second);
    expect(await carried(driver, second)).toEqual({
      state: 'failed',
      reason: 'late was not ready in 5 s (GET /ready → 503 "no stock")',
      code: 'late',
      retryable: false,
      effect: 'possible',
    });
    const evidence = JSON.parse((await driver.evidence(second)) ?? '') as { lines: string[]; probes: { answer: string }[] };
    expect([evidence.lines, evidence.probes.at(-1)]).toEqual([
      ['two listens'],
      { ok: false, probe: 'GET /ready', answer: '503 "no stock"' },
    ]);
    expect(await driver.log(second, 0)).toEqual({ text: 'two listens\n', next: 12 });
    expect(await carried(driver, undoOf(second, point))).toEqual({ state: 'succeeded', outputs: [], unchanged: true });
    expect([await get(url), await running(world, 'late')]).toEqual([{ version: 'one', beta: 'false', pid, data: null }, 1]);
  }),
);

test.concurrent(
  'one that ends while it is getting ready is told by its exit code and what it said',
  withWorld(async ({ driver, dpr }) => {
    const job = of('crash', deployOf(await imageOf(dpr, programs.crash)));
    const ended = await carried(driver, job);
    expect(ended.state === 'failed' ? ended.reason.replace(/after [\d.]+ s/, 'after T') : '').toBe(
      'crash ended with exit code 1 after T: Error: no stock',
    );
  }),
);

test.concurrent(
  'the undo of a first install leaves no process, port or folder; the volume keeps its bytes, is named, and is there for the next install',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const stateful = { ...service, variables: { ...service.variables, DATA: '${volumes.data}' }, volumes: { '/data': { source: 'data' } } };
    const first = of('first', deployOf(await imageOf(dpr, programs.server('one')), stateful));
    const point = await driver.restorePoint(first);
    const url = urlOf(await carried(driver, first));
    expect((await get(url)).data).toBe('one\n');
    expect(await carried(driver, undoOf(first, point))).toEqual({
      state: 'succeeded',
      outputs: [{ name: 'kept', value: '["volume data of first"]', secret: false }],
      unchanged: false,
    });
    await expect(get(url)).rejects.toThrow();
    expect(await running(world, 'first')).toBe(0);
    expect([await below(path.join(folder, 'resources')), await below(path.join(folder, 'ports'))]).toEqual([[], []]);
    expect(await resourceStates(folder)).toEqual([]);
    expect(await readFile(path.join(folder, 'volumes/default/development/shop/first/data/starts'), 'utf8')).toBe('one\n');
    const again = of('first', deployOf(await imageOf(dpr, programs.server('two')), stateful));
    expect((await get(urlOf(await carried(driver, again)))).data).toBe('one\ntwo\n');
  }),
);

test.concurrent(
  'a deploy of what runs, by force, gives its process anew at the same address',
  withWorld(async ({ driver, dpr }) => {
    const image = await imageOf(dpr, programs.server('one'));
    const url = urlOf(await carried(driver, of('forced', deployOf(image))));
    const { pid } = await get(url);
    const job = of('forced', deployOf(image));
    const again = { ...job, inputs: new Map([...job.inputs, ['force', 'true']]) };
    expect(await carried(driver, again)).toEqual({
      state: 'succeeded',
      outputs: [{ name: 'url', value: url, secret: false }],
      unchanged: false,
    });
    expect((await get(url)).pid).not.toBe(pid);
  }),
);

test.concurrent(
  'a deploy of what runs changes nothing; stop and start keep the address, and undo of a stop starts again',
  withWorld(async (world) => {
    const { driver, dpr, folder } = world;
    const image = await imageOf(dpr, programs.server('one'));
    const url = urlOf(await carried(driver, of('still', deployOf(image))));
    const { pid } = await get(url);
    expect(await carried(driver, of('still', deployOf(image)))).toEqual({
      state: 'succeeded',
      outputs: [{ name: 'url', value: url, secret: false }],
      unchanged: true,
    });
    expect((await get(url)).pid).toBe(pid);
    const stop = of('still', jobOf('stop'));
    const point = await driver.restorePoint(stop);
    expect(await carried(driver, stop)).toEqual({ state: 'succeeded', outputs: [], unchanged: false });
    await expect(get(url)).rejects.toThrow();
    expect([
      await running(world, 'still'),
      (await resourceStates(folder)).map(({ health, wanted, ready }) => [health, wanted, ready]),
    ]).toEqual([0, [['stopped', 0, 0]]]);
    expect((await carried(driver, undoOf(stop, point))).state).toBe('succeeded');
    expect((await get(url)).version).toBe('one');
    await carried(driver, of('still', jobOf('stop')));
    expect(urlOf(await carried(driver, of('still', jobOf('start'))))).toBe(url);
    expect([(await get(url)).version, await running(world, 'still')]).toEqual(['one', 1]);
  }),
);

test.concurrent(
  'a lower fence is refused, also by the supervisor of a job that was let in before',
  withWorld(async ({ driver, dpr }) => {
    const image = await imageOf(dpr, programs.job);
    const workload = { command: ['node', 'main.mjs'] };
    const once = (fence: number): Job => of('fenced', deployOf(image, workload, { fence }, { kind: 'job', outputs: '{}' }));
    expect((await carried(driver, once(5))).state).toBe('succeeded');
    const refused = 'fenced was taken over by a later operation (it holds fence 5, this one 4): nothing was done';
    expect(await driver.start(once(4), new AbortController().signal)).toEqual({ refused, code: 'fence', retryable: false });
    expect((await carried(driver, undoOf(once(5), null, { fence: 5 }))).state).toBe('succeeded');
  }),
);

test.concurrent(
  'a cancelled upgrade ends the new one and leaves the old one',
  withWorld(async (world) => {
    const { driver, dpr } = world;
    const url = urlOf(await carried(driver, of('cancelled', deployOf(await imageOf(dpr, programs.server('one'))))));
    const second = of(
      'cancelled',
      deployOf(await imageOf(dpr, programs.server('two')), { ...service, variables: { ...service.variables, READY: 'wait' } }),
    );
    await driver.start(second, new AbortController().signal);
    await until(async () => ((await driver.log(second, 0)).text === '' ? null : true));
    expect(await driver.cancel(second)).toBe(false);
    const ended = await until(async () => {
      const status = await driver.observe(second);
      return status.state === 'running' ? null : status;
    });
    expect(ended).toEqual({ state: 'cancelled', reason: 'cancelled while it was getting ready', effect: 'possible' });
    expect([(await get(url)).version, await running(world, 'cancelled')]).toEqual(['one', 1]);
  }),
);
