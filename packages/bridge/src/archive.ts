import { createWriteStream } from 'node:fs';
import { chmod, link, lstat, mkdir, realpath, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { Transform, Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Extract, type Header } from 'tar-stream';

/** The archive is not what can be unpacked safely; a sentence. What was unpacked before it stays: the caller removes the folder. */
export class ArchiveRefused extends Error {
  override readonly name = 'ArchiveRefused';
}

type Entry = AsyncIterable<unknown> & Readonly<{ header: Header; resume(): unknown }>;

/** entries: their number; bytes: of all files together; ratio: bytes unpacked to bytes read, once more than 16 MiB are unpacked. */
export type UnpackLimits = Readonly<{ entries: number; bytes: number; ratio: number }>;
export type Unpacked = Readonly<{ entries: number; bytes: number }>;

const usual: UnpackLimits = { entries: 100_000, bytes: 4 * 1024 ** 3, ratio: 250 };
const free = 16 * 1024 ** 2;
const longest = 4096;

const shown = (name: string): string => JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name);
const refuse = (name: string, what: string): ArchiveRefused => new ArchiveRefused(`the archive was refused: ${shown(name)} ${what}`);

/** Whether `inner` is `outer` or below it; both absolute, links resolved. */
export const isWithin = (outer: string, inner: string): boolean => {
  const relative = path.relative(outer, inner);
  return relative === '' || (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative));
};

/** The parts of a relative name; throws when it is absolute, leads upward, or could not be a name. */
function partsOf(name: string): readonly string[] {
  if (name.includes('\0')) throw refuse(name, 'has a NUL in its name');
  if (Buffer.byteLength(name) > longest) throw refuse(name, `has a name of more than ${longest} bytes`);
  if (/^([/\\]|[A-Za-z]:[/\\])/.test(name)) throw refuse(name, 'has an absolute name');
  if (name.split(/[/\\]/).includes('..')) throw refuse(name, 'leads out of its folder');
  return name.split('/').filter((part) => part !== '' && part !== '.');
}

/** The path of `name` below `root`, its parent folders made. Each parent is looked at with links resolved, so that nothing
 *  is ever written through a link that leads out. `root` exists and has its links resolved. Throws ArchiveRefused. */
export async function placeBelow(root: string, name: string): Promise<string> {
  const parts = partsOf(name);
  const last = parts.at(-1);
  if (last === undefined) throw refuse(name, 'names no file');
  let parent = root;
  for (const part of parts.slice(0, -1)) parent = await folderIn(root, parent, part, name);
  return path.join(parent, last);
}

async function folderIn(root: string, parent: string, part: string, name: string): Promise<string> {
  const folder = path.join(parent, part);
  await mkdir(folder).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error;
  });
  const real = await realpath(folder).catch(() => null);
  if (real === null || !isWithin(root, real)) throw refuse(name, 'would be written through a link that leads out of the folder');
  if (!(await lstat(real)).isDirectory()) throw refuse(name, 'lies below something that is not a folder');
  return real;
}

const codeOf = (error: unknown): string | null =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : null;
const isCode = (error: unknown, code: string): boolean => codeOf(error) === code;

/** A link's target may lead upward only at its beginning: then each step of it can be judged by its text alone. */
function checkTarget(root: string, at: string, name: string, target: string): void {
  if (target === '' || target.includes('\0')) throw refuse(name, 'is a link to nothing');
  if (path.isAbsolute(target) || target.includes('\\')) throw refuse(name, `is a link to ${shown(target)}, which is not inside the folder`);
  const parts = target.split('/').filter((part) => part !== '' && part !== '.');
  const down = parts.findIndex((part) => part !== '..');
  const winding = down >= 0 && parts.slice(down).includes('..');
  if (winding || !isWithin(root, path.resolve(path.dirname(at), target)))
    throw refuse(name, `is a link that leads out, to ${shown(target)}`);
}

async function clear(at: string, name: string): Promise<void> {
  const there = await lstat(at).catch(() => null);
  if (there?.isDirectory() === true) throw refuse(name, 'is a folder there already');
  if (there !== null) await rm(at);
}

async function makeFolder(at: string, name: string): Promise<void> {
  await mkdir(at).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error;
  });
  if (!(await lstat(at)).isDirectory()) throw refuse(name, 'is there already and is not a folder');
}

async function makeHardLink(root: string, at: string, name: string, target: string): Promise<void> {
  const source = await placeBelow(root, target);
  if (source === at) throw refuse(name, 'is a hard link to itself');
  if ((await lstat(source).catch(() => null))?.isFile() !== true)
    throw refuse(name, `is a hard link to ${shown(target)}, which is no file`);
  await clear(at, name);
  await link(source, at);
}

/** Not the stream itself: Node's pipeline waits for ever on one of tar-stream's that broke before. */
async function* chunksOf(entry: Entry): AsyncGenerator<unknown> {
  for await (const chunk of entry) yield chunk;
}

async function makeFile(at: string, entry: Entry, meter: Transform): Promise<void> {
  await clear(at, entry.header.name);
  // wx: never through a link, never over what is there.
  await pipeline(chunksOf(entry), meter, createWriteStream(at, { flags: 'wx', mode: 0o644 }));
  if ((entry.header.mode & 0o100) !== 0) await chmod(at, 0o755);
}

const isRoot = (header: Header): boolean => header.type === 'directory' && /^(\.?\/)*\.?$/.test(header.name);

async function make(root: string, entry: Entry, meter: () => Transform): Promise<void> {
  const { header } = entry;
  if (isRoot(header)) return void entry.resume();
  const at = await placeBelow(root, header.name);
  const target = header.linkname;
  if (header.type === 'file' || header.type === 'contiguous-file') return makeFile(at, entry, meter());
  entry.resume();
  if (header.type === 'directory') return makeFolder(at, header.name);
  if (header.type === 'link') return makeHardLink(root, at, header.name, target);
  if (header.type !== 'symlink') throw refuse(header.name, `is a ${String(header.type)}: only files, folders and links can be unpacked`);
  checkTarget(root, at, header.name, target);
  await clear(at, header.name);
  await symlink(target, at);
}

const counter = (count: (bytes: number) => Error | null): Transform =>
  new Transform({ transform: (chunk: Buffer, _encoding, done) => done(count(chunk.length), chunk) });

/** tar-stream's own kind of stream as one of Node's. */
const feed = (unpack: Extract): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, done) => void (unpack.write(chunk) ? done() : unpack.once('drain', () => done())),
    final: (done) => void (unpack.once('close', () => done()), unpack.end(null)),
    destroy: (error, done) => void (unpack.destroy(error ?? new Error('no more of it')), done(error)),
  });

/**
 * Unpacks a tar.gz into a folder, which is made if need be: regular files (mode 0644 or 0755), folders, links that stay inside.
 * Rejects with ArchiveRefused on absolute names, names and links that lead out, files through links, devices, more than the limits,
 * and on what is no tar.gz or ends too early. Whoever knows the archive's digest checks it before.
 */
export async function unpackTarGz(archive: Readable, into: string, limits: Partial<UnpackLimits> = {}): Promise<Unpacked> {
  const { entries: most, bytes: room, ratio } = { ...usual, ...limits };
  await mkdir(into, { recursive: true });
  const root = await realpath(into);
  let [read, entries, bytes, tar] = [0, 0, 0, 0];
  const tooMuch = (): Error | null => {
    if (bytes > room) return new ArchiveRefused(`the archive was refused: it holds more than ${room} bytes`);
    return tar > free && tar > ratio * read
      ? new ArchiveRefused(`the archive was refused: it unpacks to more than ${ratio} times its size`)
      : null;
  };
  const reads = counter((size) => ((read += size), null));
  const unzips = counter((size) => ((tar += size), tooMuch()));
  const files = (): Transform => counter((size) => ((bytes += size), tooMuch()));
  const unpack = extract();
  let broke: unknown = null;
  unpack.on('error', (error: unknown) => (broke ??= error));
  const stop = new AbortController();
  const fed = pipeline(archive, reads, createGunzip(), unzips, feed(unpack), { signal: stop.signal }).then(
    () => null,
    (error: unknown) => error,
  );
  try {
    for await (const entry of unpack) {
      if ((entries += 1) > most) throw new ArchiveRefused(`the archive was refused: it holds more than ${most} entries`);
      await make(root, entry, files);
    }
  } catch (error) {
    throw error instanceof ArchiveRefused ? error : asRefusal(broke ?? error);
  } finally {
    stop.abort();
    await fed;
  }
  return { entries, bytes };
}

const broken = /^Z_|^ERR_STREAM_PREMATURE_CLOSE$/;

/** What the readers of gzip and tar say of broken bytes, as a sentence; trouble with the disk stays what it is. */
function asRefusal(error: unknown): unknown {
  const code = codeOf(error);
  if (code !== null && !broken.test(code)) return error;
  const said = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  return new ArchiveRefused(`the archive was refused: it is no whole tar.gz (${said})`);
}
