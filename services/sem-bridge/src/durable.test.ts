import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createOnly, removeDrafts, replace, textOf } from './durable.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'srm-durable-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('of many that create a file at once one does, whole, and no draft is left', async () => {
  const at = path.join(folder, 'job.json');
  const made = await Promise.all(Array.from({ length: 20 }, (_, index) => createOnly(at, `text ${index}`)));
  expect(made.filter((one) => one)).toEqual([true]);
  expect(await textOf(at)).toBe(`text ${made.indexOf(true)}`);
  await replace(at, 'another');
  expect([await textOf(at), await textOf(`${at}.not`), await readdir(folder)]).toEqual(['another', null, ['job.json']]);
});

test('drafts that a death left are removed, those that somebody may be writing are not', async () => {
  for (const name of ['.old', '.new', 'job.json']) await writeFile(path.join(folder, name), '');
  await utimes(path.join(folder, '.old'), 0, 0);
  await utimes(path.join(folder, 'job.json'), 0, 0);
  await removeDrafts(folder, Date.now());
  expect((await readdir(folder)).sort()).toEqual(['.new', 'job.json']);
});
