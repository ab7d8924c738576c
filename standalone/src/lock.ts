import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    return { unusable: String(error).replace(/^Error: /, '') };
  }
  const database = new Database(join(folder, 'lock'), { timeout: 0 });
  const note = join(folder, 'owner');
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

const isBusy = (error: unknown): boolean => error instanceof Error && /locked|busy/i.test(error.message);
