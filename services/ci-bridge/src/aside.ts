import { mkdir, rename, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, orNull } from './durable.ts';

/** Where something of a repository lies that the last sweep set aside: nobody finds it by a list, whoever has its name still reads it. */
export const asideFolder = (folder: string): string => path.join(folder, '.aside');
/** Of something in a repository: its own place, and where it lies when it is set aside. */
export type Places = Readonly<{ at: string; aside: string }>;
export const asideIn = (folder: string, name: string): string => path.join(asideFolder(folder), name);

/** False: there is nothing at `from`, or something at `to` already. */
export async function moved(from: string, to: string): Promise<boolean> {
  await mkdir(path.dirname(to), { recursive: true });
  return done(rename(from, to));
}

/** False: it is not there. A file's, or a folder's, time says when it was used last. */
const touched = (at: string, now: number): Promise<boolean> => done(utimes(at, now / 1000, now / 1000));

/** From now on it counts as used just now; what was set aside comes back. False: it is not there. */
export async function use({ at, aside }: Places, now: number): Promise<boolean> {
  if (await touched(at, now)) return true;
  if ((await orNull(stat(aside))) !== null) await moved(aside, at);
  return touched(at, now);
}

const done = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    (error: unknown) => {
      if (['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST'].includes(codeOf(error) ?? '')) return false;
      throw error;
    },
  );
