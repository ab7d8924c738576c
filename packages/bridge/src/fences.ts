import type { Documents } from '@srm/documents';
import { isDuplicateKey } from '@srm/documents';

type FenceDocument = Readonly<{ _id: string; fence: number }>;
export type Touched = Readonly<{ tenant: string; environment: string | null; product: string; component: string; fence: number }>;

/** The highest fence seen of each deployed component (protocol 22). Nothing is kept where no environment is touched. */
export const fences = (documents: Documents, name: string) => {
  const collection = documents.collection<FenceDocument>(`${name}.fences`);
  const idOf = (what: Touched): string => [what.tenant, what.environment, what.product, what.component].join('/');
  return {
    raise: async (what: Touched): Promise<void> => {
      if (!what.environment || what.fence === 0) return;
      const _id = idOf(what);
      const { matchedCount } = await collection.updateOne({ _id, fence: { $lt: what.fence } }, { $set: { fence: what.fence } });
      if (matchedCount > 0) return;
      try {
        await collection.insertOne({ _id, fence: what.fence });
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        await collection.updateOne({ _id, fence: { $lt: what.fence } }, { $set: { fence: what.fence } });
      }
    },
    /** 0: none was seen. */
    highest: async (what: Touched): Promise<number> =>
      what.environment ? ((await collection.findOne({ _id: idOf(what) }))?.fence ?? 0) : 0,
  };
};
