import { existsSync, readFileSync } from 'node:fs';
import Database from 'libsql';

export type Counted = Readonly<{ commits: () => number; /** As before. */ end: () => void }>;

/** Counts the transactions that all databases of this process commit: each is one sync of its file. */
export function countedCommits(): Counted {
  const { prototype } = Database;
  const exec = prototype.exec;
  let commits = 0;
  prototype.exec = function (sql: string) {
    if (sql === 'COMMIT') commits += 1;
    return exec.call(this, sql);
  };
  return { commits: () => commits, end: () => void (prototype.exec = exec) };
}

/** Bytes that this process has handed to the system for its files, or null where the system does not tell. */
export function bytesWritten(): number | null {
  if (!existsSync('/proc/self/io')) return null;
  return Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? NaN);
}
