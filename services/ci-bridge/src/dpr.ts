import { createHash } from 'node:crypto';
import { copyFile, mkdir, open, rename, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { asideIn, use, type Places } from './aside.ts';
import { orNull, sync, temporary, textOf, writeDurably } from './durable.ts';
import { putRef, writeIndex } from './dpr-index.ts';
import { isRecord, parseJson } from './json.ts';
import type { Descriptor, Image } from './oci.ts';

/** The repository of images. What is asked for by digest is checked against it. */
export interface Dpr {
  /** layer: the file that holds the layer's bytes. ref: a name for people. False: the image was there before. */
  put(image: Image, layer: string, ref: string): Promise<boolean>;
  /** The manifest, as parsed JSON. Rejects when it is not there or damaged. */
  open(digest: string): Promise<Readonly<Record<string, unknown>>>;
  /** The bytes of a blob. Breaks off with an error at the end when they are not what the digest says. */
  readBlob(digest: string): AsyncIterable<Uint8Array>;
}

const wellFormed = /^sha256:[0-9a-f]{64}$/;

const hexOf = (digest: string): string => {
  if (!wellFormed.test(digest)) throw new Error(`${JSON.stringify(digest)} is no digest (sha256:<64 hex>)`);
  return digest.slice('sha256:'.length);
};
export const blobsIn = (folder: string): string => path.join(folder, 'blobs', 'sha256');
export const blobPlaces = (folder: string, digest: string): Places => ({
  at: path.join(blobsIn(folder), hexOf(digest)),
  aside: asideIn(folder, hexOf(digest)),
});

/** Also of what is set aside; it may be, or come back, between two looks. */
async function openBlob(folder: string, digest: string): Promise<FileHandle> {
  const { at, aside } = blobPlaces(folder, digest);
  return (await orNull(open(at))) ?? (await orNull(open(aside))) ?? open(at);
}

async function* readBlob(folder: string, digest: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of (await openBlob(folder, digest)).createReadStream()) {
    hash.update(chunk as Uint8Array);
    yield chunk as Uint8Array;
  }
  if (`sha256:${hash.digest('hex')}` !== digest) throw new Error(`the blob ${digest} is damaged: its bytes are not what its digest says`);
}

async function putLayer(folder: string, { digest, size }: Descriptor, file: string, now: number): Promise<void> {
  const places = blobPlaces(folder, digest);
  const { at } = places;
  await use(places, now);
  if ((await orNull(stat(at)))?.size === size) return;
  await mkdir(path.dirname(at), { recursive: true });
  const next = temporary(at);
  await copyFile(file, next);
  await sync(next);
  await rename(next, at);
  await sync(path.dirname(at));
}

async function putText(folder: string, digest: string, text: string, now: number): Promise<void> {
  const places = blobPlaces(folder, digest);
  const { at } = places;
  await use(places, now);
  if ((await textOf(at)) !== text) await writeDurably(at, text);
}

/** In a folder: an OCI image layout. */
export function folderDpr(folder: string, now: () => number): Dpr {
  return {
    put: async (image, layer, ref) => {
      const { digest: own } = image.manifest;
      const isNew = !(await use(blobPlaces(folder, own), now()));
      await writeDurably(path.join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
      await putLayer(folder, image.layer, layer, now());
      // The manifest comes last in `bytes`: whoever sees it sees all of the image.
      for (const [digest, text] of image.bytes) await putText(folder, digest, text, now());
      await putRef(folder, image.manifest, ref, now);
      await writeIndex(folder);
      return isNew;
    },
    open: async (digest) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of readBlob(folder, digest)) chunks.push(chunk);
      const manifest = parseJson(Buffer.concat(chunks).toString());
      if (!isRecord(manifest)) throw new Error(`${digest} is no manifest of an image`);
      return manifest;
    },
    readBlob: (digest) => readBlob(folder, digest),
  };
}
