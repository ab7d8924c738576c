import Database from 'libsql';

export type Row = readonly unknown[];
type Value = string | number | Uint8Array;
/** A prepared statement. Rows come as arrays. */
export type Statement = Readonly<{ run: (...values: readonly Value[]) => void; all: (...values: readonly Value[]) => readonly Row[] }>;

/** The part of an embedded SQL database that the log and the codec use; each call ends before it returns. */
export interface Sql {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  inTransaction(): boolean;
  close(): void;
}

export type Synchronous = 'full' | 'normal' | 'off';

/** `file` is a path or `:memory:`. With `full` (the default) a transaction that has ended survives a power failure. */
export function openDatabase(file: string, synchronous: Synchronous = 'full'): Sql {
  const database = new Database(file, { timeout: 5000 });
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(`PRAGMA synchronous = ${synchronous}`);
  return {
    exec: (sql) => void database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      const rows = (...values: readonly Value[]): readonly Row[] => statement.all(values).map((row) => (Array.isArray(row) ? row : []));
      if (statement.reader) statement.raw();
      return { run: (...values) => void statement.run(values), all: rows };
    },
    inTransaction: () => database.inTransaction,
    close: () => void database.close(),
  };
}

/** All of it or nothing. */
export function transaction(database: Sql, work: () => void): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    work();
    database.exec('COMMIT');
  } catch (error) {
    if (database.inTransaction()) database.exec('ROLLBACK');
    throw error;
  }
}

const wrong = (cell: unknown): never => {
  throw new Error(`the database holds ${typeof cell} where something else is due: it was not written by SRM, or is damaged`);
};
export const text = (cell: unknown): string => (typeof cell === 'string' ? cell : wrong(cell));
export const number = (cell: unknown): number => (typeof cell === 'number' ? cell : wrong(cell));
export const bytes = (cell: unknown): Uint8Array => (cell instanceof Uint8Array ? cell : wrong(cell));
