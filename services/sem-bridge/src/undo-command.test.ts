import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from '@srm/bridge';
import { reviver } from './resources.ts';
import {
  carried,
  clock,
  deployOf,
  endOf,
  get,
  imageOf,
  killedAt,
  programs,
  reasonOf,
  undoOf,
  until,
  urlOf,
  withWorld,
  type World,
} from './testing.ts';

/** What an undo is told: the inputs of what it undoes. */
const undoing = (job: Job, point: string | null): Job => undoOf(job, point, { inputs: job.inputs });

const volume = {
  command: ['node', 'main.mjs', 'up'],
  variables: { DATA: '${volumes.data}', BETA: '${config.beta}' },
  volumes: { '/d': { source: 'data' } },
};
const writes = `import { appendFileSync } from 'node:fs';
appendFileSync(process.env.DATA + '/ran', process.argv.slice(2).join(' ') + ' ' + process.env.BETA + '\\n');
`;
const ran = ({ folder }: World): Promise<string> => readFile(path.join(folder, 'volumes/default/development/shop/cart/data/ran'), 'utf8');

const migration = (image: string, undo: readonly string[], beta = 'a'): Job =>
  deployOf(
    image,
    volume,
    {},
    { kind: 'job', outputs: '{}', undo: JSON.stringify(undo), values: JSON.stringify({ 'config.beta': beta }), configuration: beta },
  );

test(
  'an undo command runs once, with the image, variables and volumes of what it undoes; then what was before is on record again',
  withWorld(async (world) => {
    const { driver, dpr } = world;
    const image = await imageOf(dpr, writes);
    const job = migration(image, ['node', 'main.mjs', 'down', '${config.beta}']);
    const point = await driver.restorePoint(job);
    await carried(driver, job);
    const undo = undoing(job, point);
    expect(await carried(driver, undo)).toEqual({
      state: 'succeeded',
      outputs: [{ name: 'kept', value: '["volume data of cart"]', secret: false }],
      unchanged: false,
    });
    await carried(driver, undo);
    expect(await ran(world)).toBe('up a\ndown a a\n');
    // It is as it was: absent. So the same migration runs again.
    expect(await carried(driver, migration(image, [], 'a'))).toMatchObject({ state: 'succeeded', unchanged: false });
  }),
);

test(
  'an undo command that fails fails the undo with its reason, and is not tried again by itself',
  withWorld(async ({ driver, dpr }) => {
    const program = `if (process.argv[2] === 'down') { console.error('no way back'); process.exit(7); }\n`;
    const job = deployOf(await imageOf(dpr, program), { command: ['node', 'main.mjs', 'up'] }, {}, {
      kind: 'job',
      outputs: '{}',
      undo: '["node","main.mjs","down"]',
    }); // prettier-ignore
    const point = await driver.restorePoint(job);
    await carried(driver, job);
    const end = await carried(driver, undoing(job, point));
    expect([reasonOf(end), end.state === 'failed' && [end.retryable, end.effect]]).toEqual([
      'cart ended with exit code 7 after T: no way back',
      [false, 'possible'],
    ]);
  }),
);

const both = (version: string): string =>
  `if (process.argv[2] === 'down') { (await import('node:fs')).appendFileSync(process.env.DATA + '/starts', 'down\\n'); process.exit(0); }\n${programs.server(version)}`;
const kept = {
  command: ['node', 'main.mjs'],
  variables: { PORT: '${ports.http}', DATA: '${volumes.data}' },
  ports: { http: { port: 8080 } },
  volumes: { '/d': { source: 'data' } },
  readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
};
const undo = { undo: '["node","main.mjs","down"]' };

test(
  'a service with a volume: its command runs alone on the volume, then the version before serves',
  withWorld(async ({ driver, dpr }) => {
    const first = deployOf(await imageOf(dpr, both('1')), kept, {}, undo);
    const url = urlOf(await carried(driver, first));
    const second = deployOf(await imageOf(dpr, both('2')), kept, {}, { ...undo, version: '2' });
    const point = await driver.restorePoint(second);
    await carried(driver, second);
    expect(await carried(driver, undoing(second, point))).toMatchObject({ state: 'succeeded', unchanged: false });
    const { version, data } = await get(url);
    expect([version, data]).toEqual(['1', '1\n2\ndown\n1\n']);
  }),
);

test(
  'what was never replaced serves again after its undo command',
  withWorld(async ({ driver, dpr }) => {
    const first = deployOf(await imageOf(dpr, both('1')), kept, {}, undo);
    const url = urlOf(await carried(driver, first));
    const fails = deployOf(await imageOf(dpr, `if (process.argv[2] !== 'down') process.exit(3);\n`), kept, {}, { ...undo, version: '2' });
    const point = await driver.restorePoint(fails);
    expect((await carried(driver, fails)).state).toBe('failed');
    expect(await carried(driver, undoing(fails, point))).toMatchObject({ state: 'succeeded' });
    expect((await get(url)).version).toBe('1');
  }),
);

test.each([1, 2, 3, 4, 5, 6])(
  'a supervisor killed at change %i of its record: the command ran at most once, and the undo says how it ended',
  (changes) =>
    withWorld(async (world) => {
      const { driver, dpr } = world;
      const first = deployOf(await imageOf(dpr, both('1')), kept, {}, undo);
      const url = urlOf(await carried(driver, first));
      const second = deployOf(await imageOf(dpr, both('2')), kept, {}, { ...undo, version: '2' });
      const point = await driver.restorePoint(second);
      await carried(driver, second);
      const job = undoing(second, point);
      await driver.start(job, new AbortController().signal);
      await killedAt(world, job, changes);
      const end = await endOf(driver, job);
      // Killed after its last change it serves no more until somebody looks after it.
      const look = reviver({ folder: world.folder, dpr, host: '127.0.0.1', path: process.env['PATH'] ?? '' }, clock);
      const { version, data } = await until(async () => {
        await look();
        return get(url).catch(() => null);
      });
      const downs = (data ?? '').split('\n').filter((line) => line === 'down').length;
      if (end.state === 'succeeded') expect([version, downs]).toEqual(['1', 1]);
      else expect([version, downs < 2, end.state === 'failed' && end.retryable]).toEqual(['2', true, false]);
    })(),
);
