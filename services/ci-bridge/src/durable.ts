import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Node's code of a system error (`ENOENT` …), or null. */
export const codeOf = (error: unknown): string | null =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : null;

export const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);

/** What `promise` gives, or null when what it asks for is not there. */
export const orNull = <T>(promise: Promise<T>): Promise<T | null> =>
  promise.catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  });

export async function sync(fileOrFolder: string): Promise<void> {
  const handle = await open(fileOrFolder, 'r');
  await handle.sync().finally(() => handle.close());
}

let temporaries = 0;
/** A name beside a file that nobody else uses. */
export const temporary = (file: string): string => `${file}.${process.pid}-${(temporaries += 1)}.tmp`;

/** The file has this text, or what it had before: never a part. Its folder is made. */
export async function writeDurably(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const next = temporary(file);
  const handle = await open(next, 'w');
  await handle
    .writeFile(text)
    .then(() => handle.sync())
    .finally(() => handle.close());
  await rename(next, file);
  await sync(path.dirname(file));
}

/** Moves a filled folder to a name that nobody has, with everything in it durable. False: somebody has it. One of several wins. */
export async function placeFolder(filled: string, files: readonly string[], at: string): Promise<boolean> {
  for (const file of files) await sync(path.join(filled, file));
  await sync(filled);
  await mkdir(path.dirname(at), { recursive: true });
  try {
    await rename(filled, at);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw error;
    return false;
  }
  await sync(path.dirname(at));
  return true;
}

/** The text of a file, or null. */
export const textOf = (file: string): Promise<string | null> => orNull(readFile(file, 'utf8'));

/** Without an error when it is not there. */
export const removeTree = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });

/** 64 hex digits. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}
