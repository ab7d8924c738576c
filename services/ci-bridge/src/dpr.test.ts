import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { folderDpr, type Dpr } from './dpr.ts';
import { sha256OfFile } from './durable.ts';
import { isRecord } from './json.ts';
import { imageOf, type Image } from './oci.ts';
import { within, type Place } from './testing.ts';

const imageIn = async (where: Place, title: string): Promise<readonly [Image, string]> => {
  const file = path.join(where.folder, `layer-${title}`);
  await writeFile(file, title);
  const layer = { digest: `sha256:${await sha256OfFile(file)}`, size: title.length, diff: `sha256:${'0'.repeat(64)}` };
  return [imageOf({ title, version: '1', workdir: null, layer, platform: 'linux', architecture: 'x64' }), file];
};

const shown = async (folder: string): Promise<Readonly<Record<string, unknown>>> => {
  const index: unknown = JSON.parse(await readFile(path.join(folder, 'index.json'), 'utf8'));
  const manifests: readonly unknown[] = isRecord(index) && Array.isArray(index['manifests']) ? index['manifests'] : [];
  return Object.fromEntries(
    manifests
      .filter(isRecord)
      .map(({ digest, annotations }) => [
        String(digest),
        isRecord(annotations) ? (annotations['org.opencontainers.image.ref.name'] ?? null) : null,
      ]),
  );
};

test(
  'images put at the same time, through several doors, are all there and all in the index',
  within(async (where) => {
    const folder = path.join(where.folder, 'dpr');
    const images = await Promise.all(Array.from({ length: 25 }, (_, index) => imageIn(where, `image-${index}`)));
    const doors: readonly Dpr[] = [0, 1, 2].map(() => folderDpr(folder, () => 0));
    const put = images.map(([image, file], index) => doors[index % 3]?.put(image, file, `ref-${index}`));
    expect(await Promise.all(put)).toEqual(images.map(() => true));
    const entries = images.map(([image], index) => [image.manifest.digest, `ref-${index}`]);
    expect(await shown(folder)).toEqual(Object.fromEntries(entries));
    expect((await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    const again = images.slice(3, 4).map(([image, file]) => doors[0]?.put(image, file, 'ref-3'));
    expect(await Promise.all(again)).toEqual([false]);
  }),
);

test(
  'a ref names the image that was put under it last; the others stay, without it',
  within(async (where) => {
    const folder = path.join(where.folder, 'dpr');
    let time = 1_000_000;
    const dpr = folderDpr(folder, () => (time += 1000));
    const [[one, oneFile], [two, twoFile]] = [await imageIn(where, 'one'), await imageIn(where, 'two')];
    for (const [image, file] of [
      [one, oneFile],
      [two, twoFile],
    ] as const)
      await dpr.put(image, file, 'shop/web:1');
    expect(await shown(folder)).toEqual({ [one.manifest.digest]: null, [two.manifest.digest]: 'shop/web:1' });
    expect(await dpr.put(one, oneFile, 'shop/web:1')).toBe(false);
    expect(await shown(folder)).toEqual({ [one.manifest.digest]: 'shop/web:1', [two.manifest.digest]: null });
  }),
);

test(
  'what is read is checked against its digest',
  within(async (where) => {
    const folder = path.join(where.folder, 'dpr');
    const dpr = folderDpr(folder, () => 0);
    const [image, file] = await imageIn(where, 'one');
    await dpr.put(image, file, 'ref');
    const { digest } = image.manifest;
    expect((await dpr.open(digest))['mediaType']).toBe('application/vnd.oci.image.manifest.v1+json');
    await writeFile(path.join(folder, 'blobs/sha256', digest.slice('sha256:'.length)), '{}');
    await expect(dpr.open(digest)).rejects.toThrow(`the blob ${digest} is damaged`);
    await expect(dpr.open('sha256:../../index.json')).rejects.toThrow('is no digest');
    await expect(dpr.open(`sha256:${'1'.repeat(64)}`)).rejects.toMatchObject({ code: 'ENOENT' });
  }),
);
