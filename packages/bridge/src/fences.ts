import type { Documents } from '@srm/documents';
import { inserted } from '@srm/documents';

type FenceDocument = Readonly<{ _id: string; fence: number }>;
export type Touched = Readonly<{ tenant: string; environment: string | null; product: string; component: string; fence: number }>;

/** The highest fence seen of each deployed component (protocol 22). Nothing is kept where no environment is touched. */
export const fences = (documents: Documents, name: string) => {
  const collection = documents.collection<FenceDocument>(`${name}.fences`);
  const idOf = (what: Touched): string => [what.tenant, what.environment, what.product, what.component].join('/');
  return {
    /** The highest seen, this one included. */
    raise: async (what: Touched): Promise<number> => {
      if (!what.environment) return 0;
      const { fence } = what;
      const _id = idOf(what);
      for (;;) {
        const known = await collection.findOne({ _id });
        if (fence <= (known?.fence ?? 0)) return known?.fence ?? 0;
        if (known !== null) await collection.updateOne({ _id, fence: { $lt: fence } }, { $set: { fence } });
        else if (await inserted(collection, { _id, fence })) return fence;
      }
    },
  };
};
