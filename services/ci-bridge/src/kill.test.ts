import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job } from '@srm/bridge';
import { endOf } from '@srm/bridge/contract';
import { writeDurably } from './durable.ts';
import { jobFolderOf, requestFile } from './job-folder.ts';
import { requestText } from './request.ts';
import { compileJob, driverOf, effectsIn, isAlive, linesOf, never, run, script, source, type Place, within } from './testing.ts';

const dist = (name: string): string => fileURLToPath(new URL(`../dist/${name}`, import.meta.url));
const makes = "fs.mkdirSync('dist', { recursive: true }); fs.writeFileSync('dist/a', 'a');";

/** A job that says into the file `begun` that it runs, and goes on when there is a file `go`. */
const waiting = async (where: Place, more = ''): Promise<Job> => {
  const folder = await source(where, 'catalogue', { 'main.js': '1' });
  const [begun, go] = [path.join(where.folder, 'begun'), path.join(where.folder, 'go')].map((file) => JSON.stringify(file));
  const text = `const fs = require('fs'); ${more} fs.appendFileSync(${begun}, process.pid + ' ' + process.ppid + '\\n');
    const look = setInterval(() => { if (!fs.existsSync(${go})) return; clearInterval(look); ${makes} }, 10);`;
  return compileJob('catalogue', folder, { run: [script(text)] });
};

/** A process that starts the job and would wait for it. */
const asker = (where: Place, job: Job): ReturnType<typeof spawn> => {
  const text = `
    import { localDriver } from ${JSON.stringify(dist('local.js'))};
    const { parts, job } = JSON.parse(process.argv[1]);
    const driver = localDriver({ ...parts, clock: { now: Date.now }, newId: null, log: null });
    await driver.start({ ...job, inputs: new Map(job.inputs) }, new AbortController().signal);
    setInterval(() => {}, 1000);`;
  const { clock: _clock, newId: _newId, log: _log, ...parts } = where.parts;
  const given = JSON.stringify({ parts, job: { ...job, inputs: [...job.inputs] } });
  return spawn(process.execPath, ['--input-type=module', '-e', text, given], { stdio: ['ignore', 'inherit', 'inherit'], env: {} });
};

test(
  'a build outlives the process that asked for it, is found again, and has run once',
  within(async (where) => {
    const job = await waiting(where);
    const asking = asker(where, job);
    const [begun] = await linesOf(path.join(where.folder, 'begun'), 1);
    asking.kill('SIGKILL');
    await once(asking, 'exit');
    const driver = driverOf(where);
    expect(await driver.observe(job)).toMatchObject({ state: 'running', done: 0, total: 1 });
    expect(await driver.start(job, never)).toEqual({ refused: null });
    await writeFile(path.join(where.folder, 'go'), '');
    expect(await endOf(driver, job)).toMatchObject({ state: 'succeeded', unchanged: false });
    expect(await linesOf(path.join(where.folder, 'begun'), 1)).toEqual([begun]);
    expect((await effectsIn(where)).length).toBe(1);
  }),
);

test(
  'death between the folder of the job and its runner: the job is absent, and started again it runs once',
  within(async (where) => {
    const job = await compileJob('catalogue', await source(where, 'catalogue', { 'main.js': '1' }), {
      run: [script(`const fs = require('fs'); ${makes}`)],
    });
    const { folder, roots, tools, path: searchPath } = where.parts;
    await writeDurably(requestFile(jobFolderOf(folder, job.id)), requestText(job, { folder, roots, tools, path: searchPath }));
    expect(await driverOf(where).observe(job)).toEqual({ state: 'absent' });
    expect(await run(where, job)).toMatchObject({ state: 'succeeded' });
    expect((await effectsIn(where)).length).toBe(1);
  }),
);

test(
  'a runner that comes late, after the tombstone, does nothing',
  within(async (where) => {
    const job = await waiting(where);
    const { folder, roots, tools, path: searchPath } = where.parts;
    await writeDurably(requestFile(jobFolderOf(folder, job.id)), requestText(job, { folder, roots, tools, path: searchPath }));
    expect(await driverOf(where).cancel(job)).toBe(true);
    const late = spawn(process.execPath, [dist('run.js'), jobFolderOf(folder, job.id)], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {},
    });
    expect(await once(late, 'exit')).toEqual([0, null]);
    expect(await driverOf(where).observe(job)).toEqual({
      state: 'cancelled',
      reason: 'catalogue was cancelled before it began',
      effect: 'none',
    });
    expect(await readdir(where.folder)).toEqual(['data', 'source']);
  }),
);

test(
  'a runner that is killed: the job has failed and may be tried again, and nothing of it goes on',
  within(async (where) => {
    const job = await waiting(where);
    await driverOf(where).start(job, never);
    const [begun = ''] = await linesOf(path.join(where.folder, 'begun'), 1);
    const [build = '', runner = ''] = begun.split(' ');
    process.kill(Number(runner), 'SIGKILL');
    const end = await endOf(driverOf(where), job);
    expect(end).toEqual({
      state: 'failed',
      reason: 'catalogue: the process of this compile ended before its time (it was killed, or the machine went down)',
      code: 'runner-died',
      retryable: true,
      effect: 'possible',
    });
    expect(await isAlive(build)).toBe(false);
    expect(await readdir(path.join(where.data, 'work'))).toEqual([]);
    expect(await driverOf(where).start(job, never)).toEqual({ refused: null });
    expect(await driverOf(where).observe(job)).toEqual(end);
  }),
);

test(
  'cancel ends the whole tree, also what has left the process group',
  within(async (where) => {
    const sleeps = `const { spawn } = require('child_process');
      const children = [false, true].map((detached) => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached, stdio: 'inherit' }));
      fs.writeFileSync(${JSON.stringify(path.join(where.folder, 'children'))}, children.map((child) => child.pid + '\\n').join(''));`;
    const job = await waiting(where, sleeps);
    await driverOf(where).start(job, never);
    const [begun = ''] = await linesOf(path.join(where.folder, 'begun'), 1);
    const pids = [...(await linesOf(path.join(where.folder, 'children'), 2)), ...begun.split(' ')];
    expect(await Promise.all(pids.map(isAlive))).toEqual([true, true, true, true]);
    expect(await driverOf(where).cancel(job)).toBe(true);
    const reason = 'catalogue was cancelled; nothing was published';
    expect(await driverOf(where).observe(job)).toEqual({ state: 'cancelled', reason, effect: 'none' });
    expect(await Promise.all(pids.slice(0, 3).map(isAlive))).toEqual([false, false, false]);
    expect(await readdir(path.join(where.data, 'work'))).toEqual([]);
    expect(await effectsIn(where)).toEqual([]);
  }),
);

test(
  'what a command leaves running ends with it',
  within(async (where) => {
    const children = path.join(where.folder, 'children');
    const leaves = `const fs = require('fs'); ${makes} const { spawn } = require('child_process');
      for (const detached of [false, true]) {
        const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached, stdio: 'ignore' });
        child.unref(); fs.appendFileSync(${JSON.stringify(children)}, child.pid + '\\n'); }`;
    const folder = await source(where, 'catalogue', { 'main.js': '1' });
    expect(await run(where, await compileJob('catalogue', folder, { run: [script(leaves)] }))).toMatchObject({ state: 'succeeded' });
    expect(await Promise.all((await linesOf(children, 2)).map(isAlive))).toEqual([false, false]);
  }),
);

test(
  'the runner keeps the deadline by itself',
  within(async (where) => {
    const job = { ...(await waiting(where)), deadline: 1000 };
    const reason = 'catalogue: it took longer than its deadline of 1 s and was ended';
    expect(await run(where, job)).toEqual({ state: 'failed', reason, code: 'deadline', retryable: false, effect: 'none' });
  }),
);

test(
  'a data folder of a long name is no hindrance: the running build is found there, and ended',
  within(async (where) => {
    const deep = { ...where, parts: { ...where.parts, folder: path.join(where.data, 'long'.repeat(40)) } };
    const job = await waiting(where);
    await driverOf(deep).start(job, never);
    await linesOf(path.join(where.folder, 'begun'), 1);
    expect(await driverOf(deep).observe(job)).toMatchObject({ state: 'running', done: 0, total: 1 });
    expect(await driverOf(deep).cancel(job)).toBe(true);
    expect(await driverOf(deep).observe(job)).toMatchObject({ state: 'cancelled' });
  }),
);
