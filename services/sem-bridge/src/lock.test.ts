import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { holderOf, takeLock } from './lock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'srm-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('of many that want a lock at once one has it, for life; of those who find it dead, again one', async () => {
  const first = spawn('sleep', ['60']);
  const taken = await Promise.all(Array.from({ length: 20 }, () => takeLock(folder, first.pid ?? 0)));
  expect(taken.filter((won) => won)).toEqual([true]);
  expect((await holderOf(folder))?.pid).toBe(first.pid);
  expect(await takeLock(folder, process.pid)).toBe(false);
  first.kill('SIGKILL');
  await once(first, 'exit');
  expect(await holderOf(folder)).toBe(null);
  const next = await Promise.all(Array.from({ length: 20 }, () => takeLock(folder, process.pid)));
  expect(next.filter((won) => won)).toEqual([true]);
  expect([(await holderOf(folder))?.pid, await readdir(folder)]).toEqual([process.pid, ['2']]);
});
