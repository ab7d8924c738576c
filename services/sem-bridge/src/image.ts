import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { isWithin, unpackTarGz } from '@srm/bridge/archive';
import { decode, fields, list, nullable, number, text, type Shape } from './codec.ts';
import { isCode, sentenceOf } from './durable.ts';

/** The image cannot be used; a sentence. */
export class ImageRefused extends Error {
  override readonly name = 'ImageRefused';
}

const descriptor = fields({ mediaType: text, digest: text, size: number });
const manifestShape = fields({ schemaVersion: number, mediaType: nullable(text), config: descriptor, layers: list(descriptor) });
const configShape = fields({
  config: nullable(
    fields({ WorkingDir: nullable(text), Entrypoint: nullable(list(text)), Cmd: nullable(list(text)), Env: nullable(list(text)) }),
  ),
});

export type ImageConfig = Readonly<{
  workdir: string;
  entrypoint: readonly string[];
  cmd: readonly string[];
  env: ReadonlyMap<string, string>;
}>;
type Descriptor = ReturnType<typeof descriptor>;
export type Image = Readonly<{ config: ImageConfig; layers: readonly Descriptor[] }>;

const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip';
const mostText = 4 * 1024 ** 2;

function blobAt(layout: string, digest: string): string {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new ImageRefused(`${JSON.stringify(digest.slice(0, 100))} is no image digest: sha256: and 64 hex digits`);
  return path.join(layout, 'blobs', 'sha256', hex);
}

/** What the last sweep set aside is still read by who has its name. */
async function* bytesOf(layout: string, digest: string): AsyncGenerator<unknown> {
  const at = blobAt(layout, digest);
  const aside = path.join(layout, '.aside', path.basename(at));
  for (const place of [at, aside]) {
    const file = await open(place).catch((error: unknown) => {
      if (isCode(error, 'ENOENT')) return null;
      throw error;
    });
    if (file !== null) return yield* file.createReadStream();
  }
  yield* createReadStream(at);
}

/** Reads a blob whole and checks it against its digest; `take` sees its bytes. */
async function verified(layout: string, digest: string, size: number | null, take: (chunk: Buffer) => void): Promise<void> {
  const hash = createHash('sha256');
  let read = 0;
  try {
    for await (const chunk of bytesOf(layout, digest)) {
      if (!Buffer.isBuffer(chunk)) continue;
      hash.update(chunk);
      read += chunk.length;
      take(chunk);
    }
  } catch (error) {
    if (isCode(error, 'ENOENT')) throw new ImageRefused(`${digest} is not in the image repository: package the component again`);
    throw error;
  }
  if (`sha256:${hash.digest('hex')}` !== digest || (size !== null && size !== read))
    throw new ImageRefused(`what the image repository holds as ${digest} is something else: it was changed after it was packaged`);
}

async function json<T>(layout: string, digest: string, size: number | null, shape: Shape<T>, what: string): Promise<T> {
  const chunks: Buffer[] = [];
  let length = 0;
  await verified(layout, digest, size, (chunk) => {
    if ((length += chunk.length) > mostText) throw new ImageRefused(`the ${what} ${digest} is larger than ${mostText} bytes`);
    chunks.push(chunk);
  });
  try {
    return decode(shape, Buffer.concat(chunks).toString('utf8'), what);
  } catch (error) {
    throw new ImageRefused(`${digest} is no image ${what}: ${sentenceOf(error)}`);
  }
}

const pair = (text: string): readonly [string, string] => {
  const cut = text.indexOf('=');
  return cut < 0 ? [text, ''] : [text.slice(0, cut), text.slice(cut + 1)];
};

/** Manifest and config of an image, verified. Throws ImageRefused. */
export async function openImage(layout: string, digest: string): Promise<Image> {
  const manifest = await json(layout, digest, null, manifestShape, 'manifest');
  const { config } = await json(layout, manifest.config.digest, manifest.config.size, configShape, 'config');
  for (const layer of manifest.layers)
    if (layer.mediaType !== layerType)
      throw new ImageRefused(`a layer of ${digest} is ${layer.mediaType}: only ${layerType} is supported yet`);
  return {
    layers: manifest.layers,
    config: {
      workdir: config?.WorkingDir ?? '/',
      entrypoint: config?.Entrypoint ?? [],
      cmd: config?.Cmd ?? [],
      env: new Map((config?.Env ?? []).map(pair)),
    },
  };
}

/** The image's files in `into`, whole or not at all; what is there already is taken as it is. Throws ImageRefused, ArchiveRefused. */
export async function unpackImage(layout: string, image: Image, into: string): Promise<void> {
  if ((await stat(into).catch(() => null)) !== null) return;
  const draft = `${into}.part`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  for (const layer of image.layers) {
    await verified(layout, layer.digest, layer.size, () => undefined);
    await unpackTarGz(Readable.from(bytesOf(layout, layer.digest)), draft, {});
  }
  const names = await readdir(draft, { recursive: true });
  if (names.some((name) => path.basename(name).startsWith('.wh.')))
    throw new ImageRefused('a layer of the image deletes files of one below it: that is not supported yet');
  await rename(draft, into);
}

/** The image's working folder inside the unpacked root, links resolved. Throws ImageRefused. */
export async function workdirIn(root: string, workdir: string): Promise<string> {
  const base = await realpath(root);
  const at = await realpath(path.join(base, path.posix.normalize(`/${workdir}`))).catch(() => null);
  if (at === null || !isWithin(base, at))
    throw new ImageRefused(`the image's workdir ${workdir} is not a folder in it: correct package.workdir`);
  return at;
}
