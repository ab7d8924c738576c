import { inserted, type Collection } from '@srm/documents';

type Numbered = { _id: string; number: number };

/** Puts a document in the place of an older one, never of a newer. */
export async function putNewer<T extends Numbered>(collection: Collection<T>, document: T, known: boolean): Promise<void> {
  if (!known && (await inserted(collection, document))) return;
  await collection.replaceOne({ _id: document._id, number: { $lt: document.number } }, document);
}

/** Puts a document in the place of the one with exactly this number; 0: of none, or of one that stands for none. False: somebody was faster. */
export async function putAfter<T extends Numbered>(
  collection: Collection<T>,
  document: T,
  number: number,
  known: boolean,
): Promise<boolean> {
  if (!known && (await inserted(collection, document))) return true;
  const { matchedCount } = await collection.replaceOne({ _id: document._id, number }, document);
  return matchedCount === 1;
}
