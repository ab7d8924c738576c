import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'libsql';

/** Held until it is released or the process dies; a process that was killed leaves nothing to clean up. */
export type Lock = Readonly<{ release: () => void }>;

/**
 * Holds a data folder for this process alone, and makes it where there is none. `owner` says who holds it, for those who come second.
 * The lock is an exclusive transaction that is never ended: the operating system ends it with the process.
 */
export function holdFolder(
  folder: string,
  owner: string,
): Readonly<{ lock: Lock }> | Readonly<{ heldBy: string }> | Readonly<{ unusable: string }> {
  const note = join(folder, 'owner');
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
    closeSync(openSync(note, 'a'));
  } catch (error) {
    return { unusable: String(error).replace(/^Error: /, '') };
  }
  const database = new Database(join(folder, 'lock'), { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (isBusy(error)) return { heldBy: existsSync(note) ? readFileSync(note, 'utf8').trim() : 'another process' };
    throw error;
  }
  writeFileSync(`${note}.new`, `${owner}\n`);
  renameSync(`${note}.new`, note);
  return { lock: { release: () => database.close() } };
}

/** One after the other: `recursive` spins where the system makes no folder below one that is there, as in /proc. */
function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (!isFolder(folder)) throw error;
  }
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const isBusy = (error: unknown): boolean => error instanceof Error && /locked|busy/i.test(error.message);
