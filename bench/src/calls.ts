import type { Collection, Documents } from '@srm/documents';

/** Who is told of a call to the store, by its collection; `document`: what a write puts there. */
export type Called = <R>(collection: string, work: () => Promise<R>, document?: object) => Promise<R>;

/** Documents whose every call goes through somebody. */
export const calling =
  (called: Called) =>
  (documents: Documents): Documents => ({
    collection: <T extends { _id: string }>(name: string): Collection<T> => {
      const inner = documents.collection<T>(name);
      return {
        findOne: (filter, options) => called(name, () => inner.findOne(filter, options)),
        find: (filter, options) => ({ toArray: () => called(name, () => inner.find(filter, options).toArray()) }),
        countDocuments: (filter) => called(name, () => inner.countDocuments(filter)),
        insertOne: (document) => called(name, () => inner.insertOne(document), document),
        updateOne: (filter, update, options) => called(name, () => inner.updateOne(filter, update, options)),
        updateMany: (filter, update) => called(name, () => inner.updateMany(filter, update)),
        replaceOne: (filter, document, options) => called(name, () => inner.replaceOne(filter, document, options), document),
        deleteOne: (filter) => called(name, () => inner.deleteOne(filter)),
        deleteMany: (filter) => called(name, () => inner.deleteMany(filter)),
        createIndex: (keys, options) => called(name, () => inner.createIndex(keys, options)),
      };
    },
  });
