import { readdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { embeddedDocuments, type Documents } from '@srm/documents';
import type { Mark, Sweep, SweptItem } from '@srm/service';
import { addressOf, folderBpr, type BuildName } from './bpr.ts';
import { blobPlaces, folderDpr } from './dpr.ts';
import { sha256OfFile } from './durable.ts';
import { imageOf } from './oci.ts';
import { bprFolder, dprFolder } from './running.ts';
import { sweepBuilds } from './sweep.ts';
import { anyBuildId, within, type Place } from './testing.ts';

const day = 24 * 60 * 60 * 1000;
const now = Date.parse('2026-11-24T10:00:00.000Z');
const nothing: Mark = { open: [], artifacts: [], images: [] };
const runs = { sort: 'runs', of: 'acme/development/shop/web' } as const;
const sweepOf = (number: number, mark = nothing, dryRun = false): Sweep => ({ id: `s${number}`, number, dryRun, at: now, mark });
const fates = (items: readonly SweptItem[]) => Object.fromEntries(items.map(({ name, fate, why }) => [name, `${fate}, ${why.sort}`]));

const aged = (at: string, days: number) => utimes(at, (now - days * day) / 1000, (now - days * day) / 1000);

/** A package that was used last so many days before the sweep. */
async function packaged({ data }: Place, component: string, days: number): Promise<readonly [BuildName, string]> {
  const name = { product: 'shop', component, buildId: anyBuildId() };
  const file = path.join(data, '..', `${component}.tar.gz`);
  await writeFile(file, component);
  const digest = `sha256:${await sha256OfFile(file)}`;
  await folderBpr(bprFolder(data), () => now).put(name, file, { digest, size: component.length, output: 'dist' });
  await aged(path.join(bprFolder(data), 'shop', component, name.buildId), days);
  return [name, addressOf(name, digest)];
}

/** The digest of an image whose layer has this text. */
async function image({ data }: Place, title: string, text: string, days: number): Promise<string> {
  const file = path.join(data, '..', `layer-${title}`);
  await writeFile(file, text);
  const layer = { digest: `sha256:${await sha256OfFile(file)}`, size: text.length, diff: `sha256:${'0'.repeat(64)}` };
  const made = imageOf({ title, version: '1', workdir: null, layer, platform: 'linux', architecture: 'x64' });
  await folderDpr(dprFolder(data), () => now).put(made, file, `shop/${title}:1`);
  for (const digest of [layer.digest, ...made.bytes.keys()]) await aged(blobPlaces(dprFolder(data), digest).at, days);
  return made.manifest.digest;
}

const inPlace = (body: (where: Place, documents: Documents) => Promise<void>) =>
  within(async (where) => {
    const documents = embeddedDocuments({ file: ':memory:' });
    await body(where, documents).finally(() => documents.close());
  });

test(
  'a package that nobody needs is set aside by one sweep, still read, and deleted by the next; what is needed or was used within a day stays',
  inPlace(async (where, documents) => {
    const sweep = sweepBuilds(where.data, documents);
    const bpr = folderBpr(bprFolder(where.data), () => now);
    const [[, needed], [young, youngAt], [old, oldAt]] = [
      await packaged(where, 'needed', 9),
      await packaged(where, 'young', 0.9),
      await packaged(where, 'old', 9),
    ];
    const mark = { ...nothing, artifacts: [[needed, runs]] as const };
    const first = { [needed]: 'stays, runs', [youngAt]: 'stays, used', [oldAt]: 'setAside, old' };
    expect(fates(await sweep(sweepOf(1, mark, true)))).toEqual(first);
    expect(await readdir(bprFolder(where.data))).toEqual(['shop']);
    expect(fates(await sweep(sweepOf(2, mark)))).toEqual(first);
    expect(fates(await sweep(sweepOf(2, mark)))).toEqual(first);
    await bpr.fetch(old, oldAt.slice(oldAt.indexOf('@') + 1), path.join(where.folder, 'fetched'));
    expect(fates(await sweep(sweepOf(3, mark)))).toEqual({ ...first, [oldAt]: 'deleted, old' });
    expect([await bpr.find(old), (await bpr.find(young))?.size]).toEqual([null, 5]);
    expect(await readdir(path.join(bprFolder(where.data), '.aside'))).toEqual([]);
  }),
);

test(
  'what a build finds again comes back, and what is needed again by the next sweep',
  inPlace(async (where, documents) => {
    const sweep = sweepBuilds(where.data, documents);
    const [[taken, takenAt], [, neededAt]] = [await packaged(where, 'taken', 9), await packaged(where, 'needed', 9)];
    await sweep(sweepOf(1));
    expect((await folderBpr(bprFolder(where.data), () => now).take(taken))?.size).toBe(5);
    const mark = { ...nothing, artifacts: [[neededAt, runs]] as const };
    expect(fates(await sweep(sweepOf(2, mark)))).toEqual({ [takenAt]: 'stays, used', [neededAt]: 'broughtBack, runs' });
    expect(await documents.collection('ci.setAside').find({}).toArray()).toEqual([]);
  }),
);

test(
  'a blob stays as long as one image is made of it; a sweep that comes late, after a newer one, does nothing',
  inPlace(async (where, documents) => {
    const sweep = sweepBuilds(where.data, documents);
    const [one, two] = [await image(where, 'one', 'shared', 9), await image(where, 'two', 'shared', 9)];
    const mark = { ...nothing, images: [[two, runs]] as const };
    const named = [`shop/one:1 ${one}`, `shop/two:1 ${two}`] as const;
    expect(fates(await sweep(sweepOf(2, mark)))).toEqual({ [named[0]]: 'setAside, old', [named[1]]: 'stays, runs' });
    expect(await sweep(sweepOf(1))).toEqual([]);
    expect((await folderDpr(dprFolder(where.data), () => now).open(one))['schemaVersion']).toBe(2);
    expect((await documents.collection('ci.setAside').find({}).toArray()).map(({ _id }) => _id)).toContain(one);
    expect(fates(await sweep(sweepOf(3, mark)))).toEqual({ [named[0]]: 'deleted, old', [named[1]]: 'stays, runs' });
    const left = await readdir(path.join(dprFolder(where.data), 'blobs', 'sha256'));
    expect(left).toHaveLength(3);
    expect(await readdir(path.join(dprFolder(where.data), 'refs'))).toHaveLength(1);
  }),
);

/** Documents that are gone at the n-th call. */
function mortal(documents: Documents, deadAt: number): Documents {
  let calls = 0;
  const dying = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (from, name, self): unknown => {
        const value: unknown = Reflect.get(from, name, self);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]): unknown => {
          if ((calls += 1) >= deadAt) throw new Error('died');
          return Reflect.apply(value, from, given);
        };
      },
    });
  return { collection: (name) => dying(documents.collection(name)) };
}

test(
  'died at any write and done again, a sweep comes to the same end',
  inPlace(async (where, documents) => {
    for (let deadAt = 1, done = false; !done; deadAt += 1) {
      const [[kept, keptAt], [gone]] = [await packaged(where, 'kept', 9), await packaged(where, 'gone', 9)];
      const mark = { ...nothing, artifacts: [[keptAt, runs]] as const };
      const died = { setAside: true, deleted: true };
      for (const [number, name] of [
        [deadAt * 2, 'setAside'],
        [deadAt * 2 + 1, 'deleted'],
      ] as const) {
        died[name] = await sweepBuilds(
          where.data,
          mortal(documents, deadAt),
        )(sweepOf(number, mark)).then(
          () => false,
          () => true,
        );
        await sweepBuilds(where.data, documents)(sweepOf(number, mark));
      }
      const bpr = folderBpr(bprFolder(where.data), () => now);
      expect([await bpr.find(gone), (await bpr.find(kept))?.size]).toEqual([null, 4]);
      expect(await documents.collection('ci.setAside').find({}).toArray()).toEqual([]);
      done = !died.setAside && !died.deleted;
    }
  }),
);
