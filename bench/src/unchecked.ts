import type { Collection, Documents, Filter } from '@srm/documents';

/** A variant for the bench alone: no write asks how a document stands (protocol 7, 17, 23), and nobody looks whether a decision follows (protocol 5). */
export const unchecked = (documents: Documents): Documents => ({
  collection: <T extends { _id: string }>(name: string): Collection<T> => {
    const inner = documents.collection<T>(name);
    const alone = (filter: Filter): Filter => ('_id' in filter ? { _id: filter['_id'] } : filter);
    return {
      findOne: async (filter, options) => (name === 'decisions' ? null : inner.findOne(filter, options)),
      find: (filter, options) => inner.find(filter, options),
      countDocuments: (filter) => inner.countDocuments(filter),
      insertOne: (document) => inner.insertOne(document),
      updateOne: (filter, update, options) => inner.updateOne(alone(filter), update, options),
      updateMany: (filter, update) => inner.updateMany(filter, update),
      replaceOne: (filter, document, options) => inner.replaceOne(alone(filter), document, options),
      deleteOne: (filter) => inner.deleteOne(filter),
      deleteMany: (filter) => inner.deleteMany(filter),
      createIndex: (keys, options) => inner.createIndex(keys, options),
    };
  },
});
