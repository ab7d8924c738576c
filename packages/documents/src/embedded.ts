import { createIndex } from './create-index.ts';
import { isMachinery, openDatabase, type Database } from './database.ts';
import type { Collection, Documents, Filter, FindOptions } from './documents.ts';
import { TransientError } from './errors.ts';
import { groupCommit, type GroupCommit } from './group-commit.ts';
import { encode, idOf, type Json } from './json.ts';
import { tableName } from './names.ts';
import { count, find, first, idIn } from './read.ts';
import { shelvesOf, type Shelf, type Shelves } from './shelf.ts';
import { deleteMany, deleteOne, insert, replaceOne, updateMany, updateOne, updater } from './write.ts';

type Log = { error(fields: object, text: string): void };

/** Documents that end with their file. */
export interface EmbeddedDocuments extends Documents {
  /** Waits for the writes under way. What comes later is refused as transient. */
  close(): Promise<void>;
}

/**
 * Documents in one file (or ':memory:'). Opened twice they stay right, but each waits while the other writes.
 * Writes that arrive together are one transaction with one fsync. Reads see every write that has resolved.
 * What the disk refuses rejects with an error named TransientError.
 */
export function embeddedDocuments({ file, log }: Readonly<{ file: string; log?: Log }>): EmbeddedDocuments {
  const db = openDatabase(file);
  const shelves = shelvesOf(db);
  const commits = groupCommit(db, {
    begun: shelves.refresh,
    rolledBack: (error) => {
      shelves.forget();
      log?.error({ err: error, file }, 'documents: a group of writes was taken back');
    },
  });
  return {
    collection: <T extends { _id: string }>(name: string) => {
      const checked = tableName(name);
      return collectionOf<T>(db, shelves, checked, commits);
    },
    close: () => commits.close(),
  };
}

const findOne = (db: Database, shelf: Shelf, filter: Filter, options: FindOptions | undefined): Json | null =>
  options === undefined ? (first(db, shelf, filter)?.document ?? null) : (find(db, shelf, filter, { ...options, limit: 1 })[0] ?? null);

/** JSON in, JSON out: that a document of a collection is a T is its writer's promise, here as in MongoDB. */
function collectionOf<T extends { _id: string }>(db: Database, shelves: Shelves, name: string, { write }: GroupCommit): Collection<T> {
  const shelf = (): Shelf => shelves.of(name);
  const read = <R>(filter: Filter, reading: () => unknown): R => {
    try {
      if (idIn(filter) === null) shelves.refresh();
      return reading() as R;
    } catch (error) {
      if (isMachinery(error)) throw new TransientError(`not read: ${String(error)}`, { cause: error });
      throw error;
    }
  };
  return {
    findOne: async (filter, options) => read<T | null>(filter, () => findOne(db, shelf(), filter, options)),
    find: (filter, options) => ({ toArray: async () => read<T[]>(filter, () => find(db, shelf(), filter, options)) }),
    countDocuments: async (filter) => read<number>(filter, () => count(db, shelf(), filter)),
    insertOne: async (document) => {
      const id = idOf(document);
      const text = encode(document);
      return write(() => {
        insert(db, shelf(), id, text);
        return { acknowledged: true, insertedId: id };
      });
    },
    updateOne: async (filter, update, options) => {
      const change = updater(update);
      return write(() => updateOne(db, shelf(), filter, change, options?.upsert === true));
    },
    updateMany: async (filter, update) => {
      const change = updater(update);
      return write(() => updateMany(db, shelf(), filter, change));
    },
    replaceOne: async (filter, document, options) => {
      const id = idOf(document);
      const text = encode(document);
      return write(() => replaceOne(db, shelf(), filter, id, text, options?.upsert === true));
    },
    deleteOne: async (filter) => ({ deletedCount: await write(() => deleteOne(db, shelf(), filter)) }),
    deleteMany: async (filter) => ({ deletedCount: await write(() => deleteMany(db, shelf(), filter)) }),
    createIndex: (keys, options = {}) => write(() => createIndex(db, shelf(), keys, options)),
  };
}
