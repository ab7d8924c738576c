import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { extract } from 'tar-stream';
import { databases, exists, folders, type Manifest, type Part } from './backup.ts';

/** In the data folder until people have accepted what was restored: where it came from. */
export type Restored = Readonly<{ at: string; file: string; backupAt: string; srm: string }>;

/** What may lie in a folder into which is restored: the target, and what holds and describes the folder itself. */
const mayBeThere = new Set(['sem', 'lock', 'lock-wal', 'lock-shm', 'lock-journal', 'owner', 'srm.log', 'address', '.restore']);
const draftOf = (data: string): string => join(data, '.restore', 'draft');
/** What lies here was verified, and is to be put in place: by whoever comes next, if the first one dies. */
const wholeOf = (data: string): string => join(data, '.restore', 'whole');
const noteOf = (data: string): string => join(data, 'restored.json');

/** Everything that is wrong with an archive or with the folder; nothing was changed. */
export class RestoreRefused extends Error {
  override readonly name = 'RestoreRefused';
  readonly errors: readonly string[];
  constructor(errors: readonly string[]) {
    super(errors.join('\n'));
    this.errors = errors;
  }
}

/** Into an empty data folder that this process holds. First all of it is unpacked beside and verified; then one rename decides. */
export async function restore(file: string, data: string, now: () => number): Promise<void> {
  const others = (await readdir(data)).filter((name) => !mayBeThere.has(name));
  if (others.length > 0)
    throw new RestoreRefused([
      `the data folder is not empty (${others.slice(0, 5).join(', ')}); name another one with --data, or move that away`,
    ]);
  const draft = draftOf(data);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    const { parts, manifest, errors } = await unpacked(file, draft);
    const wrong = [...errors, ...(manifest === null ? [] : differences(manifest, parts))];
    if (manifest === null || wrong.length > 0) throw new RestoreRefused(wrong);
    const restored: Restored = { at: new Date(now()).toISOString(), file: basename(file), backupAt: manifest.at, srm: manifest.srm };
    await writeFile(join(draft, 'restored.json'), `${JSON.stringify(restored)}\n`, { flush: true });
    await rename(draft, wholeOf(data));
    await sync(dirname(draft));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  await finishRestore(data);
}

/** Puts in place what was verified and is not there yet; done again after a death it does the rest. */
export async function finishRestore(data: string): Promise<void> {
  const whole = wholeOf(data);
  for (const name of await readdir(whole).catch(() => [])) await rename(join(whole, name), join(data, name));
  await sync(data);
  await rm(join(data, '.restore'), { recursive: true, force: true });
}

/** Null: this data folder was not restored, or what was is accepted. */
export async function restoredIn(data: string): Promise<Restored | null> {
  const text = await readFile(noteOf(data), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Restored);
}

export const forgetRestored = (data: string): Promise<void> => rm(noteOf(data), { force: true });

type Unpacked = Readonly<{ parts: readonly Part[]; manifest: Manifest | null; errors: readonly string[] }>;

const possible = (path: string): boolean =>
  databases.some((name) => name === path) ||
  (folders.some((folder) => path.startsWith(`${folder}/`)) &&
    path.split('/').every((name) => !['', '.', '..'].includes(name)) &&
    !path.includes('\0'));

async function unpacked(file: string, into: string): Promise<Unpacked> {
  const parts: Part[] = [];
  const errors: string[] = [];
  let manifest: Manifest | null = null;
  const tar = extract();
  const source = createReadStream(file);
  source.on('error', (error) => tar.destroy(error));
  source.pipe(tar);
  try {
    for await (const entry of tar) {
      const { name, type } = entry.header;
      if (name === 'manifest.json') manifest = manifestOf(await textOf(entry));
      else if (type !== 'file' || !possible(name)) {
        errors.push(`${JSON.stringify(name.slice(0, 200))} is no part of a backup`);
        entry.resume();
      } else parts.push(await unpack(entry, name, into));
    }
  } catch (error) {
    errors.push(`the archive cannot be read to its end: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    source.destroy();
  }
  if (manifest === null) errors.push('the archive has no manifest that can be read: it is not whole, or not made by srm backup');
  return { parts, manifest, errors };
}

async function unpack(entry: AsyncIterable<unknown>, path: string, into: string): Promise<Part> {
  const at = join(into, path);
  await mkdir(dirname(at), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  let size = 0;
  const sink = createWriteStream(at, { flags: 'w', mode: 0o600, flush: true });
  const closed = new Promise<void>((resolve, reject) => sink.once('close', resolve).once('error', reject));
  for await (const piece of entry) {
    const chunk = piece as Uint8Array;
    hash.update(chunk);
    size += chunk.length;
    if (!sink.write(chunk)) await Promise.race([new Promise<void>((resolve) => sink.once('drain', () => resolve())), closed]);
  }
  sink.end();
  await closed;
  return { path, size, sha256: hash.digest('hex') };
}

async function textOf(entry: AsyncIterable<unknown>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString();
}

function manifestOf(text: string): Manifest | null {
  try {
    const value = JSON.parse(text) as Partial<Manifest> | null;
    return value?.format === 1 && Array.isArray(value.parts) && typeof value.at === 'string' ? (value as Manifest) : null;
  } catch {
    return null;
  }
}

/** All of them. */
function differences({ parts: wanted }: Manifest, parts: readonly Part[]): readonly string[] {
  const there = new Map(parts.map((part) => [part.path, part]));
  const named = new Set(wanted.map(({ path }) => path));
  return [
    ...wanted.flatMap(({ path, size, sha256 }) => {
      const found = there.get(path);
      if (found === undefined) return [`${path} is missing`];
      if (found.size !== size) return [`${path} has ${found.size} bytes, and has to have ${size}`];
      return found.sha256 === sha256 ? [] : [`${path} is damaged: its bytes are not what its digest says`];
    }),
    ...parts.filter(({ path }) => !named.has(path)).map(({ path }) => `${path} is not in the manifest`),
  ];
}

async function sync(folder: string): Promise<void> {
  if (!(await exists(folder))) return;
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}
