import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Sweep, SweptItem, Why } from '@srm/service';
import { asideFolder } from './aside.ts';
import { blobPlaces, blobsIn, folderDpr } from './dpr.ts';
import { refsIn, writeIndex } from './dpr-index.ts';
import { orNull } from './durable.ts';
import { isRecord, isText } from './json.ts';
import type { Judged, Notes } from './set-aside.ts';
import { namesIn } from './sweep-bpr.ts';

type ImageHere = Readonly<{ digest: string; refs: readonly string[]; name: string; blobs: readonly string[] }>;

/** Every image, and every blob that is none: a blob stays as long as one image that stays is made of it. */
export async function sweptDpr(
  folder: string,
  sweep: Sweep,
  notes: Notes,
  usedSince: number,
): Promise<Readonly<{ items: readonly SweptItem[]; blobs: readonly string[] }>> {
  const images = await imagesIn(folder, sweep);
  const needed = await neededBlobs(folder, images, sweep, usedSince);
  const judged = new Map<string, Judged & Readonly<{ bytes: number }>>();
  for (const digest of await blobsHere(folder)) {
    const bytes = (await sizeOf(folder, digest)) ?? 0;
    const thing = { name: digest, ...blobPlaces(folder, digest) };
    const one = await notes.judge(thing, needed.get(digest) ?? null, sweep, usedSince);
    if (one !== null) judged.set(digest, { ...one, bytes });
  }
  if (!sweep.dryRun) await forgetRefs(folder, images, judged);
  return { items: itemsOf(images, judged), blobs: [...judged.keys()] };
}

async function imagesIn(folder: string, { mark }: Sweep): Promise<readonly ImageHere[]> {
  const refs = await refsIn(folder);
  const digests = new Set([...refs.map(({ digest }) => digest), ...mark.images.map(([digest]) => digest)]);
  const found: ImageHere[] = [];
  for (const digest of digests) {
    const own = refs.filter((ref) => ref.digest === digest);
    const name = [own[0]?.name ?? '', digest].filter((text) => text !== '').join(' ');
    const blobs = await blobsOf(folder, digest);
    if (blobs !== null) found.push({ digest, refs: own.map(({ file }) => file), name, blobs });
  }
  return found;
}

/** The blobs that an image is made of, itself among them; null: it is not here, or no image. */
async function blobsOf(folder: string, digest: string): Promise<readonly string[] | null> {
  const manifest = await folderDpr(folder, () => 0)
    .open(digest)
    .catch(() => null);
  if (manifest === null) return null;
  const layers: readonly unknown[] = Array.isArray(manifest['layers']) ? manifest['layers'] : [];
  const parts = [manifest['config'], ...layers].map((part) => (isRecord(part) ? part['digest'] : null));
  return [digest, ...parts.filter(isText)];
}

/** Blob → who needs it, by way of an image that the mark names or that was used lately. */
async function neededBlobs(
  folder: string,
  images: readonly ImageHere[],
  { mark }: Sweep,
  since: number,
): Promise<ReadonlyMap<string, Why>> {
  const kept = new Map(mark.images);
  const needed = new Map<string, Why>();
  for (const { digest, blobs } of images) {
    const last = (await lastUse(folder, digest)) ?? 0;
    const why = kept.get(digest) ?? (last >= since ? { sort: 'used' as const, of: new Date(last).toISOString() } : null);
    if (why !== null) for (const blob of blobs) if (!needed.has(blob)) needed.set(blob, why);
  }
  return needed;
}

async function statOf(folder: string, digest: string) {
  const { at, aside } = blobPlaces(folder, digest);
  return (await orNull(stat(at))) ?? (await orNull(stat(aside)));
}
const lastUse = async (folder: string, digest: string): Promise<number | undefined> => (await statOf(folder, digest))?.mtimeMs;
const sizeOf = async (folder: string, digest: string): Promise<number | undefined> => (await statOf(folder, digest))?.size;

async function blobsHere(folder: string): Promise<readonly string[]> {
  const names = [...(await namesIn(blobsIn(folder))), ...(await namesIn(asideFolder(folder)))];
  return [...new Set(names.filter((name) => /^[0-9a-f]{64}$/.test(name)))].map((hex) => `sha256:${hex}`);
}

/** The names of images that are gone. */
async function forgetRefs(folder: string, images: readonly ImageHere[], judged: ReadonlyMap<string, Judged>): Promise<void> {
  const gone = images.filter(({ digest }) => judged.get(digest)?.fate === 'deleted').flatMap(({ refs }) => refs);
  for (const file of gone) await rm(path.join(folder, 'refs', file), { force: true });
  if (gone.length > 0) await writeIndex(folder);
}

/** An image with the bytes that share its fate and that no image before it counted; what belongs to none comes last. */
function itemsOf(images: readonly ImageHere[], judged: ReadonlyMap<string, Judged & Readonly<{ bytes: number }>>): readonly SweptItem[] {
  const left = new Map(judged);
  const items = images.flatMap(({ digest, name, blobs }): readonly SweptItem[] => {
    const own = judged.get(digest);
    if (own === undefined) return [];
    const same = blobs.filter((blob) => left.get(blob)?.fate === own.fate);
    const bytes = same.reduce((sum, blob) => sum + (left.get(blob)?.bytes ?? 0), 0);
    for (const blob of same) left.delete(blob);
    return [{ what: 'image', name, count: 1, bytes, fate: own.fate, why: own.why }];
  });
  const others = [...left].map(([digest, { bytes, fate, why }]): SweptItem => ({
    what: 'image',
    name: digest,
    count: 1,
    bytes,
    fate,
    why,
  }));
  return [...items, ...others];
}
