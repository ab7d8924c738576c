import type { Database } from './database.ts';
import type { Filter } from './documents.ts';
import { Refused } from './errors.ts';
import { meetsArray } from './filter.ts';
import type { Json } from './json.ts';

export type Index = Readonly<{
  name: string;
  keys: readonly (readonly [path: string, direction: 1 | -1])[];
  unique: boolean;
  partial: Filter | null;
}>;

/** What is known of a collection beside its rows. */
export type Shelf = Readonly<{
  name: string;
  /** The name as SQL writes it. */
  table: string;
  indexes: Map<string, Index>;
  /** Every path of an index → whether some document may have an array along it: then SQL does not compare as MongoDB does. */
  arrays: Map<string, boolean>;
  /** Paths along which an array is refused: of unique indexes and of partial filters. Path → the index. */
  strict: Map<string, string>;
}>;

const meta = '"srm/meta"';

export type Shelves = Readonly<{
  of: (name: string) => Shelf;
  /** What was read of them may not be true any more. */
  forget: () => void;
  /** Forgets them if another connection wrote to the file since. */
  refresh: () => void;
}>;

/** The shelves of a database, kept in it. */
export function shelvesOf(db: Database): Shelves {
  db.exec(`CREATE TABLE IF NOT EXISTS ${meta} (collection TEXT, kind TEXT, name TEXT, json TEXT, PRIMARY KEY (collection, kind, name))`);
  const shelves = new Map<string, Shelf>();
  let version = db.first('PRAGMA data_version', []);
  return {
    of: (name) => {
      const known = shelves.get(name);
      if (known !== undefined) return known;
      const shelf = load(db, name);
      shelves.set(name, shelf);
      return shelf;
    },
    forget: () => shelves.clear(),
    refresh: () => {
      const now = db.first('PRAGMA data_version', []);
      if (now !== version) shelves.clear();
      version = now;
    },
  };
}

function load(db: Database, name: string): Shelf {
  const like = db.first(`SELECT name FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE`, [name]);
  if (like !== undefined && like !== name) throw new Refused(`the collection ${name} differs from ${String(like)} by case only`, 13297);
  const table = `"${name}"`;
  db.exec(`CREATE TABLE IF NOT EXISTS ${table} (id TEXT PRIMARY KEY NOT NULL, json TEXT NOT NULL)`);
  const shelf: Shelf = { name, table, indexes: new Map(), arrays: new Map(), strict: new Map() };
  for (const json of db.column(`SELECT json FROM ${meta} WHERE collection = ? AND kind = 'index' ORDER BY name`, [name]))
    know(shelf, JSON.parse(String(json)) as Index);
  for (const path of db.column(`SELECT name FROM ${meta} WHERE collection = ? AND kind = 'array'`, [name]))
    shelf.arrays.set(String(path), true);
  return shelf;
}

export function know(shelf: Shelf, index: Index): void {
  shelf.indexes.set(index.name, index);
  for (const [path] of index.keys) {
    if (!shelf.arrays.has(path)) shelf.arrays.set(path, false);
    if (index.unique) shelf.strict.set(path, index.name);
  }
  for (const path of Object.keys(index.partial ?? {})) shelf.strict.set(path, index.name);
}

export function keep(db: Database, shelf: Shelf, index: Index): void {
  db.run(`INSERT INTO ${meta} VALUES (?, 'index', ?, ?)`, [shelf.name, index.name, JSON.stringify(index)]);
  know(shelf, index);
}

/** Judged before a document is written: remembers arrays on indexed paths, refuses them where an index could not be true of them. */
export function noteArrays(db: Database, shelf: Shelf, document: Json): void {
  for (const [path, index] of shelf.strict)
    if (meetsArray(document, path)) throw new Refused(`a list at ${path} is not supported by the index ${index} of ${shelf.name}`, 171);
  for (const [path, there] of shelf.arrays) if (!there && meetsArray(document, path)) noteArray(db, shelf, path);
}

export function noteArray(db: Database, shelf: Shelf, path: string): void {
  db.run(`INSERT OR IGNORE INTO ${meta} VALUES (?, 'array', ?, 'true')`, [shelf.name, path]);
  shelf.arrays.set(path, true);
}
