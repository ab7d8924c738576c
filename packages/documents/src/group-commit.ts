import type { Database } from './database.ts';
import { isMachinery } from './database.ts';
import { TransientError } from './errors.ts';

type Write = Readonly<{ apply: () => unknown; resolve: (value: unknown) => void; reject: (error: unknown) => void }>;
type Outcome = Readonly<{ value: unknown }> | Readonly<{ error: unknown }>;

export type GroupCommit = Readonly<{
  /** Applies in order; resolves once it is on the disk, with all that arrived together. What `apply` throws rejects this write alone, so it may throw only before it changed something. */
  write: <T>(apply: () => T) => Promise<T>;
  /** Waits for what is under way. */
  close: () => Promise<void>;
}>;

const mostAtOnce = 1000;

export type Around = Readonly<{
  /** The database is ours from here to the commit. */
  begun: () => void;
  /** Whatever was remembered about writes of this group is to be forgotten. */
  rolledBack: (error: unknown) => void;
}>;

export function groupCommit(db: Database, around: Around): GroupCommit {
  let queue: Write[] = [];
  let closed = false;

  function flush(): void {
    const batch = queue.slice(0, mostAtOnce);
    queue = queue.slice(mostAtOnce);
    if (queue.length > 0) setImmediate(flush);
    try {
      const outcomes = commit(db, around, batch);
      batch.forEach((write, i) => settle(write, outcomes[i]));
    } catch (error) {
      around.rolledBack(error);
      for (const write of batch) write.reject(new TransientError(`not written: ${String(error)}`, { cause: error }));
    }
  }

  return {
    write: <T>(apply: () => T) =>
      new Promise<T>((resolve, reject) => {
        if (closed) return reject(new TransientError('the documents are closed'));
        if (queue.length === 0) setImmediate(flush);
        queue.push({ apply, resolve: (value) => resolve(value as T), reject });
      }),
    close: async () => {
      closed = true;
      while (queue.length > 0) await new Promise((resolve) => setImmediate(resolve));
      db.close();
    },
  };
}

function commit(db: Database, around: Around, batch: readonly Write[]): readonly Outcome[] {
  try {
    db.exec('BEGIN IMMEDIATE');
    around.begun();
    const outcomes = batch.map(attempt);
    db.exec('COMMIT');
    return outcomes;
  } catch (error) {
    if (db.inTransaction()) db.exec('ROLLBACK');
    throw error;
  }
}

function attempt(write: Write): Outcome {
  try {
    return { value: write.apply() };
  } catch (error) {
    if (isMachinery(error)) throw error;
    return { error };
  }
}

const settle = (write: Write, outcome: Outcome | undefined): void =>
  outcome === undefined || 'error' in outcome ? write.reject(outcome?.error) : write.resolve(outcome.value);
