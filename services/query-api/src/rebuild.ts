import type { Documents } from '@srm/documents';
import type { Clock, Codec, Log } from '@srm/messaging';
import { bell } from './bell.ts';
import { folder } from './fold.ts';
import { createIndexes, storesOf, views } from './stores.ts';

/** Drops every view and folds the raw events again: the same bytes. Not while a query-api runs on these documents. */
export async function rebuild({
  documents,
  codec,
  clock,
  log,
}: Readonly<{ documents: Documents; codec: Codec; clock: Clock; log: Log }>): Promise<void> {
  const stores = storesOf(documents);
  await createIndexes(stores);
  for (const view of views) await stores[view].deleteMany({});
  const { fold } = folder({ stores, codec, bell: bell(clock), clock, log });
  let key = '';
  for (;;) {
    const [next] = await stores.rawEvents.find({ key: { $gt: key } }, { sort: { key: 1, number: 1 }, limit: 1 }).toArray();
    if (next === undefined) return;
    key = next.key;
    await fold(key);
  }
}
