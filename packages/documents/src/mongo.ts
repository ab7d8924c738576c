import { MongoClient, type Collection as Driven, type Document } from 'mongodb';
import type { Collection, Documents, Filter, FindOptions } from './documents.ts';
import { idOf, refuseOther } from './json.ts';
import { told } from './mongo-errors.ts';
import { tableName } from './names.ts';

export type MongoOptions = Readonly<{
  /** mongodb://… */
  uri: string;
  database: string;
  /** Milliseconds in which a primary has to be found; then what was asked is a TransientError. */
  patience?: number;
}>;

/** Documents in a MongoDB. */
export interface MongoDocuments extends Documents {
  /** Rejects with a TransientError while no primary answers. */
  ping(): Promise<void>;
  /** What comes later is refused as transient. */
  close(): Promise<void>;
}

/**
 * Documents in MongoDB. A write resolves when a majority has it in its journal; what is read was acknowledged by a majority, so that no election takes it
 * back. No transactions: a write of many is not one. Out of reach, or without a primary, is an error named TransientError: the write may have happened.
 */
export async function mongoDocuments({ uri, database, patience = 5_000 }: MongoOptions): Promise<MongoDocuments> {
  const client = new MongoClient(uri, {
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
    readPreference: 'primary',
    retryWrites: true,
    serverSelectionTimeoutMS: patience,
    connectTimeoutMS: patience,
    socketTimeoutMS: 30_000,
  });
  await told(async () => client.connect());
  const db = client.db(database);
  return {
    collection: <T extends { _id: string }>(name: string) => collectionOf<T>(db.collection(tableName(name))),
    ping: async () => void (await told(() => db.command({ ping: 1 }))),
    close: () => client.close(),
  };
}

const optionsOf = ({ sort, limit, skip, projection }: FindOptions = {}) => ({
  ...(sort === undefined ? {} : { sort }),
  ...(limit === undefined ? {} : { limit }),
  ...(skip === undefined ? {} : { skip }),
  ...(projection === undefined ? {} : { projection }),
});

/** That a document of a collection is a T is its writer's promise. */
function collectionOf<T extends { _id: string }>(driven: Driven<Document>): Collection<T> {
  const filterOf = (filter: Filter): Document => filter;
  return {
    findOne: (filter, options) => told(async () => (await driven.findOne(filterOf(filter), optionsOf(options))) as T | null),
    find: (filter, options) => ({
      toArray: () => told(async () => (await driven.find(filterOf(filter), optionsOf(options)).toArray()) as unknown as T[]),
    }),
    countDocuments: (filter) => told(() => driven.countDocuments(filterOf(filter))),
    insertOne: (document) =>
      told(async () => {
        idOf(document);
        refuseOther(document);
        return driven.insertOne(document as Document);
      }),
    updateOne: (filter, update, options) =>
      told(async () => {
        refuseOther(update);
        return driven.updateOne(filterOf(filter), update as Document, { upsert: options?.upsert === true });
      }),
    updateMany: (filter, update) =>
      told(async () => {
        refuseOther(update);
        return driven.updateMany(filterOf(filter), update as Document);
      }),
    replaceOne: (filter, document, options) =>
      told(async () => {
        idOf(document);
        refuseOther(document);
        return driven.replaceOne(filterOf(filter), document as Document, { upsert: options?.upsert === true });
      }),
    deleteOne: (filter) => told(() => driven.deleteOne(filterOf(filter))),
    deleteMany: (filter) => told(() => driven.deleteMany(filterOf(filter))),
    createIndex: (keys, options = {}) => told(() => driven.createIndex(keys, { ...options } as Document)),
  };
}
