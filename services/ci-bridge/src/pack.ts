import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { pack, type Pack } from 'tar-stream';
import { messageOf } from './durable.ts';
import type { Entry } from './tree.ts';

/** from: the file whose bytes it is; null for folders and links. */
export type PackItem = Entry & Readonly<{ from: string | null }>;

/** digest and diff: `sha256:…` of the compressed and of the uncompressed bytes; size: compressed, in bytes. */
export type Packed = Readonly<{ digest: string; size: number; diff: string }>;

const epoch = new Date(0);

async function add(tar: Pack, item: PackItem): Promise<void> {
  const type = item.kind === 'folder' ? 'directory' : item.kind === 'link' ? 'symlink' : 'file';
  const mode = item.kind === 'link' ? 0o777 : item.executable ? 0o755 : 0o644;
  const sink = tar.entry({ name: item.name, type, mode, size: item.size, mtime: epoch, uid: 0, gid: 0, linkname: item.target ?? '' });
  if (item.from === null) return;
  for await (const chunk of createReadStream(item.from)) if (!sink.write(chunk)) await once(sink, 'drain');
  sink.end(null);
  await once(sink, 'close');
}

async function fill(tar: Pack, items: readonly PackItem[]): Promise<void> {
  for (const item of items) await add(tar, item);
  tar.finalize();
}

/** gzip says in byte 9 on which system it ran: 255, unknown, so that every system makes the same bytes. */
const withoutSystem = (): Transform => {
  let offset = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      if (offset <= 9 && offset + chunk.length > 9) chunk[9 - offset] = 255;
      offset += chunk.length;
      done(null, chunk);
    },
  });
};

const passing = (see: (chunk: Buffer) => void): Transform =>
  new Transform({ transform: (chunk: Buffer, _encoding, done) => (see(chunk), done(null, chunk)) });

async function* chunksOf(tar: Pack): AsyncGenerator<Uint8Array> {
  for await (const chunk of tar) yield chunk as Uint8Array;
}

/** A tar.gz whose bytes follow from names, executable bits, contents and links alone: sorted, no times, no owners. Rejects when a file changes meanwhile. */
export async function packTarGz(items: readonly PackItem[], file: string): Promise<Packed> {
  const sorted = items.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const [digest, diff] = [createHash('sha256'), createHash('sha256')];
  let size = 0;
  const tar = pack();
  const tarred = passing((chunk) => diff.update(chunk));
  const zipped = passing((chunk) => (digest.update(chunk), (size += chunk.length)));
  const written = pipeline(chunksOf(tar), tarred, createGzip({ level: 6 }), withoutSystem(), zipped, createWriteStream(file));
  const stop = (error: unknown): never => {
    tar.destroy(new Error(messageOf(error)));
    throw error;
  };
  await Promise.all([fill(tar, sorted).catch(stop), written.catch(stop)]);
  return { digest: `sha256:${digest.digest('hex')}`, size, diff: `sha256:${diff.digest('hex')}` };
}
