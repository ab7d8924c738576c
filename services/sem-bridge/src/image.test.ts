import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openImage, unpackImage, workdirIn } from './image.ts';
import { below, writeImage } from './testing.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'srm-image-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const layout = (): string => path.join(folder, 'dpr');
const into = (): string => path.join(folder, 'versions', 'one');

test('an image is unpacked whole, its workdir found in it', async () => {
  const image = await openImage(layout(), await writeImage(layout(), { 'app/main.mjs': 'x', 'app/data/y': 'z' }));
  await unpackImage(layout(), image, into());
  expect(await below(into())).toEqual(['app', 'app/data', 'app/data/y', 'app/main.mjs']);
  expect(path.relative(into(), await workdirIn(into(), image.config.workdir))).toBe('app');
  expect(path.relative(into(), await workdirIn(into(), '/app/../../../..'))).toBe('');
  await expect(workdirIn(into(), '/nowhere')).rejects.toThrow("the image's workdir /nowhere is not a folder in it");
});

test('nothing is left where an image should be whose layer was changed, leads out, or deletes', async () => {
  const changed = await openImage(layout(), await writeImage(layout(), { 'app/main.mjs': 'x' }));
  const layer = path.join(layout(), 'blobs', 'sha256', (changed.layers[0]?.digest ?? '').slice('sha256:'.length));
  const bytes = await readFile(layer);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await writeFile(layer, bytes);
  await expect(unpackImage(layout(), changed, into())).rejects.toThrow('was changed after it was packaged');
  const out = await openImage(layout(), await writeImage(layout(), { '../evil': 'x' }));
  await expect(unpackImage(layout(), out, into())).rejects.toThrow('leads out of its folder');
  const deletes = await openImage(layout(), await writeImage(layout(), { 'app/.wh.old': '' }));
  await expect(unpackImage(layout(), deletes, into())).rejects.toThrow('deletes files of one below it');
  expect((await readdir(path.join(folder, 'versions'))).filter((name) => !name.endsWith('.part'))).toEqual([]);
  expect((await readdir(folder)).sort()).toEqual(['dpr', 'versions']);
});
