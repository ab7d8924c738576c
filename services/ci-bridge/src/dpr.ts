import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
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

function blobOf(folder: string, digest: string): string {
  if (!wellFormed.test(digest)) throw new Error(`${JSON.stringify(digest)} is no digest (sha256:<64 hex>)`);
  return path.join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length));
}

async function* readBlob(folder: string, digest: string): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(blobOf(folder, digest))) {
    hash.update(chunk as Uint8Array);
    yield chunk as Uint8Array;
  }
  if (`sha256:${hash.digest('hex')}` !== digest) throw new Error(`the blob ${digest} is damaged: its bytes are not what its digest says`);
}

async function putLayer(folder: string, { digest, size }: Descriptor, file: string): Promise<void> {
  const at = blobOf(folder, digest);
  if ((await orNull(stat(at)))?.size === size) return;
  await mkdir(path.dirname(at), { recursive: true });
  const next = temporary(at);
  await copyFile(file, next);
  await sync(next);
  await rename(next, at);
  await sync(path.dirname(at));
}

async function putText(at: string, text: string): Promise<void> {
  if ((await textOf(at)) !== text) await writeDurably(at, text);
}

/** In a folder: an OCI image layout. */
export function folderDpr(folder: string, now: () => number): Dpr {
  return {
    put: async (image, layer, ref) => {
      const isNew = (await orNull(stat(blobOf(folder, image.manifest.digest)))) === null;
      await writeDurably(path.join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
      await putLayer(folder, image.layer, layer);
      // The manifest comes last in `bytes`: whoever sees it sees all of the image.
      for (const [digest, text] of image.bytes) await putText(blobOf(folder, digest), text);
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
