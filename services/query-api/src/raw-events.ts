import { headerOf, type BusRecord } from '@srm/messaging';
import { topics } from '@srm/schemas';
import { inserted } from '@srm/documents';
import type { RawEvent, Stores } from './stores.ts';

export const padded = (number: number): string => String(number).padStart(10, '0');

/** Stores an event as it came, once, before anybody tries to read it (protocol 23). */
export async function storeRaw({ rawEvents }: Stores, record: BusRecord): Promise<void> {
  const { key, headers, value } = record;
  const type = headerOf(record, 'ce_type') ?? '';
  const number = numberOf(record);
  if (number === null) throw new Error(wrongNumber(headerOf(record, 'ce_sequence')));
  await inserted(rawEvents, { _id: `${key}/${padded(number)}`, key, number, type, headers, value: Buffer.from(value).toString('base64') });
}

const wrongNumber = (text: string | null): string =>
  text === null
    ? 'this is no event: header ce_sequence is missing'
    : `this is no event: ce_sequence is ${JSON.stringify(text)}, not ten digits above zero`;

/** The number of an event among those of its key; null: it is none. */
export function numberOf(record: BusRecord): number | null {
  const text = headerOf(record, 'ce_sequence') ?? '';
  return /^\d{10,15}$/.test(text) && Number(text) > 0 ? Number(text) : null;
}

type Following = Readonly<{ raws: readonly RawEvent[]; gap: boolean }>;

/** What follows a number without a gap, in order, at most `limit`; and whether a number is missing that later ones are there for. */
export async function following({ rawEvents }: Stores, key: string, number: number, limit: number): Promise<Following> {
  const found = await rawEvents.find({ key, number: { $gt: number } }, { sort: { number: 1 }, limit }).toArray();
  const gap = found.findIndex((raw, index) => raw.number !== number + 1 + index);
  return gap === -1 ? { raws: found, gap: false } : { raws: found.slice(0, gap), gap: true };
}

export const rawAfter = async (stores: Stores, key: string, number: number, limit: number): Promise<readonly RawEvent[]> =>
  (await following(stores, key, number, limit)).raws;

export const recordOf = ({ key, headers, value }: RawEvent): BusRecord => ({
  topic: topics.events.name,
  key,
  headers,
  value: Buffer.from(value, 'base64'),
});
