import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdFolder } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'srm-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Holds the lock as another process would, and says so. */
const holder = `
  const Database = require(${JSON.stringify(createRequire(import.meta.url).resolve('libsql'))});
  new Database(process.argv[1]).exec('BEGIN EXCLUSIVE');
  console.log('held');
  setInterval(() => {}, 1000);`;

test('a folder that cannot be one is told, with why', () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  expect(holdFolder(file, 'process 1')).toEqual({ unusable: `EEXIST: file already exists, mkdir '${file}'` });
});

test('a folder that cannot be made is told, with what the system does not make', () => {
  expect(holdFolder('/proc/x/y', 'process 1')).toEqual({ unusable: "ENOENT: no such file or directory, mkdir '/proc/x'" });
});

test('a folder in which nothing can be written is told', () => {
  expect(holdFolder('/proc', 'process 1')).toEqual({ unusable: "ENOENT: no such file or directory, open '/proc/owner'" });
});

test('a folder is made and held; whoever comes second is told by whom, until it is released', () => {
  const data = join(folder, 'a', 'b');
  const first = holdFolder(data, 'process 1');
  if (!('lock' in first)) throw new Error('held already');
  expect(holdFolder(data, 'process 2')).toEqual({ heldBy: 'process 1' });
  first.lock.release();
  const second = holdFolder(data, 'process 3');
  expect('lock' in second).toBe(true);
  if ('lock' in second) second.lock.release();
});

test('another process is kept out, and a kill -9 frees the folder at once', async () => {
  const data = join(folder, 'c');
  const first = holdFolder(data, 'process 1');
  if ('lock' in first) first.lock.release();
  const other = spawn(process.execPath, ['-e', holder, join(data, 'lock')], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  expect(holdFolder(data, 'process 2')).toEqual({ heldBy: 'process 1' });
  const gone = once(other, 'exit');
  other.kill('SIGKILL');
  await gone;
  const second = holdFolder(data, 'process 3');
  expect('lock' in second).toBe(true);
  if ('lock' in second) second.lock.release();
});
