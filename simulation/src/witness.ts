import type { Collection, Documents } from '@srm/documents';

/** A document as it is stored. */
export type Doc = Readonly<Record<string, unknown> & { _id: string }>;

/** What one write made of one document; null: it was not, or is not, there. */
export type Written = Readonly<{ collection: string; before: Doc | null; after: Doc | null }>;

export type Usage = { reads: number; writes: number };

/** Documents that tell of each write what it changed, and count calls. The look before and after takes no time: nothing comes between. */
export function witnessed(documents: Documents, tell: (written: Written) => void, usage: Usage): Documents {
  return {
    collection: <T extends { _id: string }>(name: string): Collection<T> => {
      const inner = documents.collection<T>(name);
      const writes = <R>(filter: Readonly<Record<string, unknown>>, write: () => Promise<R>): Promise<R> => {
        usage.writes += 1;
        const one = typeof filter['_id'] === 'string' ? { _id: filter['_id'] } : null;
        const before = inner.find(one ?? filter).toArray();
        const done = write();
        const after = one === null ? before.then((found) => inner.find(those(found)).toArray()) : inner.find(one).toArray();
        void Promise.all([before, after]).then(([were, are]) => changes(name, were, are).forEach(tell));
        return done;
      };
      const reads = <R>(read: () => Promise<R>): Promise<R> => {
        usage.reads += 1;
        return read();
      };
      return {
        findOne: (filter, options) => reads(() => inner.findOne(filter, options)),
        find: (filter, options) => ({ toArray: () => reads(() => inner.find(filter, options).toArray()) }),
        countDocuments: (filter) => reads(() => inner.countDocuments(filter)),
        insertOne: (document) => writes({ _id: document._id }, () => inner.insertOne(document)),
        updateOne: (filter, update, options) => writes(filter, () => inner.updateOne(filter, update, options)),
        updateMany: (filter, update) => writes(filter, () => inner.updateMany(filter, update)),
        replaceOne: (filter, document, options) => writes(filter, () => inner.replaceOne(filter, document, options)),
        deleteOne: (filter) => writes(filter, () => inner.deleteOne(filter)),
        deleteMany: (filter) => writes(filter, () => inner.deleteMany(filter)),
        createIndex: (keys, options) => inner.createIndex(keys, options),
      };
    },
  };
}

const those = (found: readonly { _id: string }[]) => ({ _id: { $in: found.map(({ _id }) => _id) } });

/** Documents are frozen when they are stored: one that did not change is the same one. */
function changes(collection: string, were: readonly { _id: string }[], are: readonly { _id: string }[]): readonly Written[] {
  const before = new Map(were.map((one) => [one._id, one]));
  const after = new Map(are.map((one) => [one._id, one]));
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((id) => before.get(id) !== after.get(id))
    .map((id) => ({ collection, before: docOf(before.get(id)), after: docOf(after.get(id)) }));
}

const docOf = (one: { _id: string } | undefined): Doc | null => (one === undefined ? null : { ...one });
