import { randomUUID } from 'node:crypto';
import { link, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

/** Not by instanceof: errors of Node may come from another realm than ours. */
const has = <K extends string>(error: unknown, key: K): error is object & Record<K, unknown> =>
  typeof error === 'object' && error !== null && key in error;

/** Whether the system said it, of a file or the like. */
export const isOfSystem = (error: unknown): error is Error => has(error, 'syscall') && has(error, 'message');

export const sentenceOf = (error: unknown): string => (has(error, 'message') ? String(error.message) : String(error));

export const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  has(error, 'code') && typeof error.code === 'string' && codes.includes(error.code);

async function written(at: string, content: string | Uint8Array): Promise<string> {
  const draft = path.join(path.dirname(at), `.${randomUUID()}`);
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  return draft;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** All of the content or what was there before, whenever the machine stops; there once it resolves. */
export async function replace(at: string, content: string | Uint8Array): Promise<void> {
  await rename(await written(at, content), at);
  await syncFolder(path.dirname(at));
}

/** Create-only, whole or not at all: false when it is there already. A link fails where a rename would overwrite. */
export async function createOnly(at: string, content: string): Promise<boolean> {
  const draft = await written(at, content);
  try {
    await link(draft, at);
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(path.dirname(at));
  return true;
}

const draftTime = 60_000;

/** Removes the drafts that writers left when they died; of the last minute none, somebody may be at it. */
export async function removeDrafts(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith('.')) continue;
    const found = await stat(path.join(folder, name)).catch(() => null);
    if (found !== null && found.mtimeMs < now - draftTime) await rm(path.join(folder, name), { force: true });
  }
}

/** The text of a file; null where there is none. */
export async function textOf(at: string): Promise<string | null> {
  try {
    return await readFile(at, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}
