import type { Documents } from '@srm/documents';
import { inserted } from '@srm/documents';

type RestorePointDocument = Readonly<{ _id: string; value: string; job: string }>;

/** Restore points belong to the step, not the attempt: written once, before the first start (protocol 15). */
export const restorePoints = (documents: Documents, name: string) => {
  const collection = documents.collection<RestorePointDocument>(`${name}.restorePoints`);
  const find = (operation: string, step: string) => collection.findOne({ _id: `${operation}/${step}` });
  return {
    /** Null: none was written. */
    find,
    /** What is stored afterwards: this one, or the one that was there before. */
    keep: async (operation: string, step: string, job: string, value: string): Promise<string> => {
      if (await inserted(collection, { _id: `${operation}/${step}`, value, job })) return value;
      return (await find(operation, step))?.value ?? value;
    },
  };
};
