import { isDuplicateKey } from '@srm/documents';
import type { BusRecord, Codec } from '@srm/messaging';
import { topics, type Envelope } from '@srm/schemas';
import type { RawEvent, Stores } from './stores.ts';

export const padded = (number: number): string => String(number).padStart(10, '0');

/** Stores an event as it came, once, before anything is made of it (protocol 23). */
export async function storeRaw({ rawEvents }: Stores, codec: Codec, event: Envelope): Promise<void> {
  const { key, headers, value } = await codec.encode({ topic: 'events', message: event });
  const number = numberOf(event);
  const text = Buffer.from(value).toString('base64');
  const raw = { _id: `${key}/${padded(number)}`, key, number, type: event.type, headers, value: text };
  await rawEvents.insertOne(raw).catch((error: unknown) => {
    if (!isDuplicateKey(error)) throw error;
  });
}

function numberOf({ type, sequence, subject }: Envelope): number {
  if (sequence === null || !Number.isSafeInteger(sequence) || sequence < 1) throw new Error(`${type} of ${subject} has no number`);
  return sequence;
}

/** What follows a number without a gap, in order, at most `limit`. */
export async function rawAfter({ rawEvents }: Stores, key: string, number: number, limit: number): Promise<readonly RawEvent[]> {
  const found = await rawEvents.find({ key, number: { $gt: number } }, { sort: { number: 1 }, limit }).toArray();
  const gap = found.findIndex((raw, index) => raw.number !== number + 1 + index);
  return gap === -1 ? found : found.slice(0, gap);
}

export const recordOf = ({ key, headers, value }: RawEvent): BusRecord => ({
  topic: topics.events.name,
  key,
  headers,
  value: Buffer.from(value, 'base64'),
});
