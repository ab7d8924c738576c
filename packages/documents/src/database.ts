import Libsql from 'libsql';
import { TransientError } from './errors.ts';

/** Booleans may never be bound: the driver aborts the process. */
export type Value = string | number;

/** One connection. Everything is synchronous; statements are prepared once. */
export type Database = Readonly<{
  /** The last column of each row. */
  column: (sql: string, values: readonly Value[]) => readonly unknown[];
  first: (sql: string, values: readonly Value[]) => unknown;
  /** The number of rows changed. */
  run: (sql: string, values: readonly Value[]) => number;
  exec: (sql: string) => void;
  inTransaction: () => boolean;
  close: () => void;
}>;

const keptStatements = 500;
/** Milliseconds that another one may hold the file while we stand still. */
const longestWait = 2000;

/** Opens it: WAL, fsync at every commit. */
export function openDatabase(file: string): Database {
  const db = new Libsql(file, { timeout: longestWait });
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  const open = (): typeof db => {
    if (!db.open) throw new TransientError('the documents are closed');
    return db;
  };
  const statements = cached((sql) => open().prepare(sql));
  const readers = cached((sql) => open().prepare(sql).raw());
  return {
    column: (sql, values) => readers.of(sql).all(values).map(lastColumn),
    first: (sql, values) => lastColumn(readers.of(sql).get(values)),
    run: (sql, values) => statements.of(sql).run(values).changes,
    exec: (sql) => void open().exec(sql),
    inTransaction: () => db.inTransaction,
    close: () => {
      if (!db.open) return;
      statements.clear();
      readers.clear();
      db.close();
    },
  };
}

const lastColumn = (row: unknown): unknown => (Array.isArray(row) ? row.at(-1) : undefined);

function cached<T>(make: (sql: string) => T): Readonly<{ of: (sql: string) => T; clear: () => void }> {
  const kept = new Map<string, T>();
  const of = (sql: string): T => {
    const known = kept.get(sql);
    if (known !== undefined) return known;
    const made = make(sql);
    if (kept.size >= keptStatements) kept.clear();
    kept.set(sql, made);
    return made;
  };
  return { of, clear: () => kept.clear() };
}

/** The unique index that refused, by its name in the database; '' for the _id; null: it is another error. */
export function refusingIndex(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null;
  if (error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY') return '';
  if (error.code !== 'SQLITE_CONSTRAINT_UNIQUE') return null;
  return /index '(.*)'/.exec(error.message)?.[1] ?? '';
}

/** Of the database itself (disk, lock, memory), not of a statement that is wrong. */
export const isMachinery = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  /^SQLITE_(?!CONSTRAINT|ERROR|MISMATCH|RANGE|TOOBIG)/.test(error.code);
