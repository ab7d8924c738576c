import { isDuplicateKey, type Collection } from './documents.ts';

/** True when it was inserted; false when the id is taken, or what a unique index keeps. */
export const inserted = <T extends { _id: string }>(collection: Pick<Collection<T>, 'insertOne'>, document: T): Promise<boolean> =>
  collection.insertOne(document).then(
    () => true,
    (error: unknown) => {
      if (isDuplicateKey(error)) return false;
      throw error;
    },
  );
