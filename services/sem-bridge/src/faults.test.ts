import { readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Job } from '@srm/bridge';
import { placesOf } from './address.ts';
import { markedProcesses } from './identity.ts';
import { resourceMark } from './stage.ts';
import {
  addressOf,
  below,
  carried,
  deployOf,
  get,
  imageOf,
  programs,
  reasonOf,
  service,
  undoOf,
  until,
  urlOf,
  withWorld,
  writeImage,
} from './testing.ts';

const silent = { command: ['node', 'main.mjs'], ports: { http: { port: 8080 } }, readyWithin: '400ms' };

/** A deploy of a component that nobody else of this file has: its address follows from its name. */
const deploy = (component: string, image: string, workload: object): Job => deployOf(image, workload, { component });

test.concurrent(
  'what listens nowhere, ends by itself, is not there or may not be executed is told in a sentence that says what to do',
  withWorld(async ({ driver, dpr }) => {
    const told = async (component: string, program: string, workload: object): Promise<string> =>
      reasonOf(await carried(driver, deploy(component, await imageOf(dpr, program), workload)));
    expect(
      await Promise.all([
        told('silent', programs.hangs, silent),
        told('brief', programs.job, service),
        told('typo', programs.job, { ...service, command: ['nod', 'main.mjs'] }),
        told('gone', programs.job, { ...service, command: ['./bin/main.mjs'] }),
        told('plain', programs.job, { ...service, command: ['./main.mjs'] }),
      ]),
    ).toEqual([
      'silent was not ready in 0.4 s (port http → connection refused: nothing listens at ${ports.http})',
      'brief ended with exit code 0 after T: filled; a service has to go on running: let it, or declare it as a job',
      'typo could not be started: nod was not found in PATH',
      'gone could not be started: the command ./bin/main.mjs is not in the image',
      'plain could not be started: main.mjs may not be executed: make it executable before it is packaged, or name what runs it',
    ]);
  }),
);

test.concurrent(
  'an image that lacks a layer, or whose layer is not what its digest says, is told, and nothing of it is left',
  withWorld(async ({ driver, dpr, folder }) => {
    const layerOf = async (image: string): Promise<string> => {
      const manifest = await readFile(path.join(dpr, 'blobs/sha256', image.slice('sha256:'.length)), 'utf8');
      return (JSON.parse(manifest) as { layers: { digest: string }[] }).layers[0]?.digest ?? '';
    };
    const at = (digest: string): string => path.join(dpr, 'blobs/sha256', digest.slice('sha256:'.length));
    const [changed, lacking] = [await writeImage(dpr, { 'app/a': 'a' }), await writeImage(dpr, { 'app/b': 'b' })];
    const [altered, missing] = [await layerOf(changed), await layerOf(lacking)];
    await writeFile(at(altered), 'something else');
    await rm(at(missing));
    expect(reasonOf(await carried(driver, deploy('changed', changed, service)))).toBe(
      `what the image repository holds as ${altered} is something else: it was changed after it was packaged`,
    );
    expect(reasonOf(await carried(driver, deploy('lacking', lacking, service)))).toBe(
      `${missing} is not in the image repository: package the component again`,
    );
    expect(await below(path.join(folder, 'resources'))).toEqual([]);
  }),
);

const loud = `import { writeSync } from 'node:fs';
const line = Buffer.alloc(1024 ** 2, 'x'.repeat(99) + '\\n');
for (let written = 0; written < 100; written += 1) for (let at = 0; at < line.length;) at += writeSync(1, line, at);
throw new Error('no stock');
`;

test.concurrent(
  'what prints 100 MB does not fill the disk; why it ended is told, and the end of its log can be read',
  withWorld(async ({ driver, dpr, folder }) => {
    const job = deploy('loud', await imageOf(dpr, loud), service);
    expect(reasonOf(await carried(driver, job))).toBe('loud ended with exit code 1 after T: Error: no stock');
    const { logs } = placesOf(folder, addressOf('loud'));
    const size = async (): Promise<number> => {
      const sizes = await Promise.all((await readdir(logs)).map(async (name) => (await stat(path.join(logs, name))).size));
      return sizes.reduce((a, b) => a + b, 0);
    };
    await until(async () => ((await size()) < 5 * 1024 ** 2 ? true : null));
    let said = '';
    for (let [at, next] = [-1, 0]; next !== at;) {
      at = next;
      const read = await driver.log(job, at);
      next = read.next;
      said += read.text;
    }
    expect([said.includes('Error: no stock'), said.length < 5 * 1024 ** 2]).toEqual([true, true]);
  }),
);

const forks = `import { spawn } from 'node:child_process';
const daemon = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)'], { detached: true, stdio: 'ignore' });
daemon.on('spawn', () => console.log('daemon'));
daemon.unref();
${programs.server('one')}`;

test.concurrent(
  'a daemon that left its group is ended with its component',
  withWorld(async ({ driver, dpr, folder }) => {
    const job = deploy('forks', await imageOf(dpr, forks), service);
    const point = await driver.restorePoint(job);
    const url = urlOf(await carried(driver, job));
    expect((await get(url)).version).toBe('one');
    const running = async (): Promise<number> => (await markedProcesses(resourceMark(folder, addressOf('forks')))).length;
    expect(await until(async () => ((await running()) === 2 ? 2 : null))).toBe(2);
    expect((await carried(driver, undoOf(job, point))).state).toBe('succeeded');
    expect(await running()).toBe(0);
  }),
);
