import type { Database } from './database.ts';
import { refusingIndex } from './database.ts';
import type { Filter, Update } from './documents.ts';
import { DuplicateKey, Refused } from './errors.ts';
import { termsOf, type Term } from './filter.ts';
import { decode, encode, idOf, type Json } from './json.ts';
import { find, first, searchOf } from './read.ts';
import { noteArrays, type Shelf } from './shelf.ts';
import { updaterOf } from './update.ts';

/** What a write came to; the names are MongoDB's. */
export type Written = Readonly<{
  acknowledged: true;
  matchedCount: number;
  modifiedCount: number;
  upsertedCount: number;
  upsertedId: string | null;
}>;
const written = (matchedCount: number, modifiedCount: number, upsertedId: string | null = null): Written => ({
  acknowledged: true,
  matchedCount,
  modifiedCount,
  upsertedCount: upsertedId === null ? 0 : 1,
  upsertedId,
});

export function insert(db: Database, shelf: Shelf, id: string, text: string): void {
  if (shelf.indexes.size > 0) noteArrays(db, shelf, decode(text));
  unique(shelf, id, () => db.run(`INSERT INTO ${shelf.table} (id, json) VALUES (?, ?)`, [id, text]));
}

function put(db: Database, shelf: Shelf, id: string, text: string): void {
  if (shelf.indexes.size > 0) noteArrays(db, shelf, decode(text));
  unique(shelf, id, () => db.run(`UPDATE ${shelf.table} SET json = ? WHERE id = ?`, [text, id]));
}

function unique(shelf: Shelf, id: string, statement: () => unknown): void {
  try {
    statement();
  } catch (error) {
    const refusing = refusingIndex(error);
    if (refusing === null) throw error;
    const index = refusing === '' ? '_id_' : refusing.slice(shelf.name.length + 1);
    const message = `E11000 duplicate key error collection: ${shelf.name} index: ${index}, document ${JSON.stringify(id)}`;
    throw new DuplicateKey(message, { cause: error });
  }
}

export type Updater = ReturnType<typeof updaterOf>;
export const updater = (update: Update): Updater => updaterOf(update);

export function updateOne(db: Database, shelf: Shelf, filter: Filter, update: Updater, upsert: boolean): Written {
  const found = first(db, shelf, filter);
  if (found !== null) return written(1, change(db, shelf, found, update));
  if (!upsert) return written(0, 0);
  const document = seedOf(filter);
  update(document, true);
  const id = idOf(document);
  insert(db, shelf, id, encode(document));
  return written(0, 0, id);
}

/** All or none: where one is refused, those before it are taken back. */
export function updateMany(db: Database, shelf: Shelf, filter: Filter, update: Updater): Written {
  const found = find(db, shelf, filter);
  db.exec('SAVEPOINT many');
  try {
    let modified = 0;
    for (const document of found) modified += change(db, shelf, { text: JSON.stringify(document), document }, update);
    db.exec('RELEASE many');
    return written(found.length, modified);
  } catch (error) {
    if (db.inTransaction()) db.exec('ROLLBACK TO many; RELEASE many');
    throw error;
  }
}

function change(db: Database, shelf: Shelf, { text, document }: { text: string; document: Json }, update: Updater): number {
  const id = idOf(document);
  update(document, false);
  if (document['_id'] !== id) throw new Refused('the _id of a document cannot be changed', 66);
  const after = encode(document);
  if (after === text) return 0;
  put(db, shelf, id, after);
  return 1;
}

export function replaceOne(db: Database, shelf: Shelf, filter: Filter, id: string, text: string, upsert: boolean): Written {
  const found = first(db, shelf, filter);
  if (found === null) {
    if (!upsert) return written(0, 0);
    const seed = seedOf(filter)['_id'];
    if (seed !== undefined && seed !== id) throw new Refused('the _id of a document cannot be changed', 66);
    insert(db, shelf, id, text);
    return written(0, 0, id);
  }
  if (found.document['_id'] !== id) throw new Refused('the _id of a document cannot be changed', 66);
  if (found.text === text) return written(1, 0);
  put(db, shelf, id, text);
  return written(1, 1);
}

/** What an upsert begins with: the plain equalities of the filter. */
function seedOf(filter: Filter): Json {
  const equal = termsOf(filter).filter(
    (term): term is Extract<Term, { sort: 'field' }> => term.sort === 'field' && term.operator === '$eq',
  );
  const seed: Json = {};
  if (equal.length > 0) updaterOf({ $set: Object.fromEntries(equal.map(({ path, value }) => [path, value])) })(seed, true);
  return seed;
}

export function deleteOne(db: Database, shelf: Shelf, filter: Filter): number {
  const found = first(db, shelf, filter);
  return found === null ? 0 : db.run(`DELETE FROM ${shelf.table} WHERE id = ?`, [idOf(found.document)]);
}

export function deleteMany(db: Database, shelf: Shelf, filter: Filter): number {
  const search = searchOf(shelf, filter);
  if (search.judge === null) return db.run(`DELETE FROM ${shelf.table} WHERE ${search.where}`, search.values);
  const found = find(db, shelf, filter);
  for (const document of found) db.run(`DELETE FROM ${shelf.table} WHERE id = ?`, [idOf(document)]);
  return found.length;
}
