import type { Collection, Documents, Filter, Update } from '@srm/documents';

type Plain = { [key: string]: unknown };
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (document: unknown, path: string): unknown =>
  path.split('.').reduce((value: unknown, name) => (isPlain(value) ? value[name] : undefined), document);

const operators: Readonly<Record<string, (value: unknown, wanted: unknown) => boolean>> = {
  $ne: (value, wanted) => (value ?? null) !== wanted,
  $in: (value, wanted) => Array.isArray(wanted) && wanted.includes(value),
  $lt: (value, wanted) => typeof value === 'number' && typeof wanted === 'number' && value < wanted,
};

const fits = (document: unknown, filter: Filter): boolean =>
  Object.entries(filter).every(([path, wanted]) => {
    const value = at(document, path);
    if (!isPlain(wanted)) return (value ?? null) === wanted;
    return Object.entries(wanted).every(([name, operand]) => operators[name]?.(value, operand) ?? false);
  });

const set = (document: Plain, path: string, value: unknown): void => {
  const [name = '', ...rest] = path.split('.');
  if (rest.length === 0) document[name] = structuredClone(value);
  else if (isPlain(document[name])) set(document[name], rest.join('.'), value);
};

const duplicate = (): Error => Object.assign(new Error('duplicate key'), { code: 11000 });
const refused = (what: string) => (): never => {
  throw new Error(`the documents of this test do not know ${what}`);
};

/** As much of the documents as a bridge uses, in memory, for tests whose time is simulated. */
export const memoryDocuments = (): Documents => {
  const all = new Map<string, Map<string, Plain>>();
  return {
    collection: <T extends { _id: string }>(name: string): Collection<T> => {
      const kept = all.get(name) ?? new Map<string, Plain>();
      all.set(name, kept);
      const found = (filter: Filter): T[] =>
        [...kept.values()].filter((one) => fits(one, filter)).map((one) => structuredClone(one) as unknown as T);
      return {
        findOne: async (filter) => found(filter)[0] ?? null,
        find: (filter) => ({ toArray: async () => found(filter) }),
        countDocuments: async (filter) => found(filter).length,
        insertOne: async (document) => {
          if (kept.has(document._id)) throw duplicate();
          kept.set(document._id, structuredClone(document));
        },
        updateOne: async (filter, update: Update) => {
          const one = [...kept.values()].find((each) => fits(each, filter));
          if (one === undefined) return { matchedCount: 0, modifiedCount: 0 };
          Object.entries(update.$set ?? {}).forEach(([path, value]) => set(one, path, value));
          return { matchedCount: 1, modifiedCount: 1 };
        },
        updateMany: refused('updateMany'),
        replaceOne: refused('replaceOne'),
        deleteOne: refused('deleteOne'),
        deleteMany: refused('deleteMany'),
        createIndex: async () => undefined,
      };
    },
  };
};
