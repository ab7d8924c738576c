import { inserted, type Documents } from '@srm/documents';
import type { BusRecord } from '@srm/messaging';

/** A message as it was encoded once: said again it is byte for byte the same (protocol 6). `value` is base64. */
type StoredMessage = Readonly<{ topic: string; key: string; headers: readonly (readonly [string, string])[]; value: string }>;

/** One decision, one document (protocol 3). `_id` is the key and the number of the first event. */
type Decision = Readonly<{
  _id: string;
  key: string;
  first: number;
  last: number;
  causes: readonly string[];
  messages: readonly StoredMessage[];
}>;

export type Appended = Readonly<{ first: number; last: number; causes: readonly string[]; records: readonly BusRecord[] }>;

export type Within = Readonly<{ from?: number; until?: number; limit?: number }>;

/** The decisions of all deciders, in the collection `decisions`: insert-only. */
export interface Decisions {
  /** False when somebody else has appended at this number: nothing was written. */
  append(key: string, decision: Appended): Promise<boolean>;
  /** The decisions of a key, in order: all, or those that begin at event `from` to `until`, at most `limit`. */
  read(key: string, within?: Within): Promise<readonly Appended[]>;
  /** Is there a decision that begins after event `last`? */
  follows(key: string, last: number): Promise<boolean>;
  /** The keys that begin so, in order: each costs one read. */
  keys(beginning: string): Promise<readonly string[]>;
}

const idOfDecision = (key: string, first: number): string => `${key}/${String(first).padStart(10, '0')}`;

export async function decisionsOf(documents: Documents): Promise<Decisions> {
  const decisions = documents.collection<Decision>('decisions');
  await decisions.createIndex({ key: 1, first: 1 }, { unique: true, name: 'key_first' });
  return {
    append: (key, decision) => inserted(decisions, { _id: idOfDecision(key, decision.first), key, ...stored(decision) }),
    read: async (key, { from = 0, until = Number.MAX_SAFE_INTEGER, limit } = {}) => {
      const filter = { key, first: { $gte: from, $lte: until } };
      const found = await decisions.find(filter, { sort: { first: 1 }, ...(limit === undefined ? {} : { limit }) }).toArray();
      return found.map((document) => ({ ...document, records: document.messages.map(restored) }));
    },
    follows: async (key, last) => (await decisions.findOne({ _id: idOfDecision(key, last + 1) })) !== null,
    keys: async (beginning) => {
      const found: string[] = [];
      for (let past = beginning; ;) {
        const next = { sort: { key: 1, first: 1 }, limit: 1, projection: { key: 1 } } as const;
        const [one] = await decisions.find({ key: { $gt: past } }, next).toArray();
        if (one === undefined || !one.key.startsWith(beginning)) return found;
        found.push(one.key);
        past = one.key;
      }
    },
  };
}

const stored = ({ first, last, causes, records }: Appended) => ({
  first,
  last,
  causes,
  messages: records.map((record) => ({ ...record, value: Buffer.from(record.value).toString('base64') })),
});

const restored = (message: StoredMessage): BusRecord => ({ ...message, value: Buffer.from(message.value, 'base64') });
