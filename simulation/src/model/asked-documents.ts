import type { Collection, Documents, Update } from '@srm/documents';
import type { Json, Plain, Request } from './replay.ts';

const unknown = (what: string) => (): never => {
  throw new Error(`the search does not know ${what}`);
};

/** Documents whose every call is asked of the world. `restored` makes documents of what the world answers. */
export const askedDocuments = (ask: (request: Request) => Promise<Json>, restored: (answer: Json) => readonly Plain[]): Documents => ({
  collection: <T extends { _id: string }>(collection: string): Collection<T> => {
    const found = async (filter: object, many: boolean): Promise<T[]> =>
      restored(await ask({ do: 'find', collection, filter: { ...filter }, many })).map((one) => structuredClone(one) as unknown as T);
    return {
      findOne: async (filter) => (await found(filter, false))[0] ?? null,
      find: (filter) => ({ toArray: () => found(filter, true) }),
      insertOne: (document) => ask({ do: 'insert', collection, document: document as unknown as Plain }),
      updateOne: async (filter, update: Update) => {
        const matched = await ask({ do: 'update', collection, filter, set: (update.$set ?? {}) as Plain });
        return { matchedCount: matched === true ? 1 : 0, modifiedCount: matched === true ? 1 : 0 };
      },
      createIndex: async () => undefined,
      countDocuments: unknown('countDocuments'),
      updateMany: unknown('updateMany'),
      replaceOne: unknown('replaceOne'),
      deleteOne: unknown('deleteOne'),
      deleteMany: unknown('deleteMany'),
    };
  },
});
