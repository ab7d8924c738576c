import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import Database from 'libsql';
import { pack, type Pack } from 'tar-stream';

/** Of an archive: one file, as it lies below the data folder. `sha256`: 64 hex digits. */
export type Part = Readonly<{ path: string; size: number; sha256: string }>;
/** The last entry of an archive, `manifest.json`: what has to be in it. */
export type Manifest = Readonly<{
  format: 1;
  srm: string;
  at: string;
  counts: Readonly<{ records: number; decisions: number; operations: number; resources: number }>;
  parts: readonly Part[];
}>;

export const databases = ['log.db', 'schemas.db', 'documents.db'] as const;
/** What the ci-bridge keeps: packages, images, and what jobs left, so that none is run a second time. */
export const folders = ['ci/bpr', 'ci/dpr', 'ci/jobs'] as const;

/** Where the copies of the databases wait to be handed over. */
const waiting = '.backup';
export const clearBackup = (data: string): Promise<void> => rm(join(data, waiting), { recursive: true, force: true });

/**
 * A tar of everything that SRM needs to go on from this moment, while it runs: the databases as they are at one moment, then the files.
 * What is deployed, and its volumes, is the target's: it is not in it.
 */
export async function* backup(data: string, srm: string, now: () => number): AsyncGenerator<Uint8Array> {
  const copies = join(data, waiting);
  await clearBackup(data);
  await mkdir(copies, { mode: 0o700 });
  const tar = pack();
  try {
    const at = new Date(now()).toISOString();
    copyAtOnce(data, copies);
    const filled = fill(tar, data, copies, { format: 1, srm, at, counts: counted(copies) }).catch((error: unknown) => {
      tar.destroy(error instanceof Error ? error : new Error(String(error)));
    });
    for await (const chunk of tar) yield chunk as Uint8Array;
    await filled;
  } finally {
    tar.destroy();
    await clearBackup(data);
  }
}

/** All databases in one go: nothing else happens in this process meanwhile, so they are as a kill -9 at this moment would have left them. */
function copyAtOnce(data: string, into: string): void {
  for (const name of databases) {
    const database = new Database(join(data, name));
    try {
      database.exec(`VACUUM INTO '${join(into, name).replaceAll("'", "''")}'`);
    } finally {
      database.close();
    }
  }
}

function counted(copies: string): Manifest['counts'] {
  const count = (file: string, table: string): number => {
    const database = new Database(join(copies, file));
    try {
      const there = database.prepare('SELECT 1 FROM sqlite_master WHERE name = ?').all([table]).length > 0;
      const row: unknown = there ? database.prepare(`SELECT count(*) AS n FROM "${table}"`).get([]) : { n: 0 };
      return typeof row === 'object' && row !== null && 'n' in row ? Number(row.n) : 0;
    } finally {
      database.close();
    }
  };
  return {
    records: count('log.db', 'records'),
    decisions: count('documents.db', 'decisions'),
    operations: count('documents.db', 'operations'),
    resources: count('documents.db', 'resources'),
  };
}

async function fill(tar: Pack, data: string, copies: string, about: Omit<Manifest, 'parts'>): Promise<void> {
  const parts: Part[] = [];
  for (const name of databases) parts.push(...(await add(tar, join(copies, name), name)));
  for (const folder of folders) for await (const path of filesBelow(data, folder)) parts.push(...(await add(tar, join(data, path), path)));
  const text = `${JSON.stringify({ ...about, parts })}\n`;
  await new Promise<void>((resolve, reject) => tar.entry({ name: 'manifest.json' }, text, (error) => (error ? reject(error) : resolve())));
  tar.finalize();
}

/** Regular files; a socket is of a process, not of the data. */
async function* filesBelow(data: string, folder: string): AsyncGenerator<string> {
  for (const entry of await readdir(join(data, folder), { withFileTypes: true }).catch(() => [])) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* filesBelow(data, path);
    else if (entry.isFile() && !entry.name.endsWith('.tmp')) yield path;
  }
}

/** As long as it is now: what grows meanwhile is a log. Nothing where it is gone: nobody needed it. */
async function add(tar: Pack, file: string, path: string): Promise<readonly Part[]> {
  const handle = await open(file).catch(() => null);
  if (handle === null) return [];
  const { size } = await handle.stat();
  const hash = createHash('sha256');
  const sink = tar.entry({ name: path, size, mode: 0o600 });
  const done = new Promise<void>((resolve, reject) => sink.once('close', resolve).once('error', reject));
  if (size === 0) await handle.close();
  else
    for await (const chunk of handle.createReadStream({ end: size - 1 })) {
      hash.update(chunk as Uint8Array);
      if (!sink.write(chunk)) await Promise.race([new Promise<void>((resolve) => sink.once('drain', () => resolve())), done]);
    }
  sink.end(null);
  await done;
  return [{ path, size, sha256: hash.digest('hex') }];
}

export const exists = async (at: string): Promise<boolean> => (await stat(at).catch(() => null)) !== null;
