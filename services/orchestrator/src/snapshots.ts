import { gunzipSync, gzipSync } from 'node:zlib';
import { sha256 } from '@srm/definitions';
import { inserted, type Documents } from '@srm/documents';
import { isTransient } from '@srm/messaging';
import type { History } from './decider.ts';
import type { Appended } from './decisions.ts';
import { packed, unpacked } from './packed.ts';

/** The state of a key after event `number`, which ended the decision that began at `first`. `digest` is over all the rest. */
type Snapshot = Readonly<{
  _id: string;
  key: string;
  number: number;
  first: number;
  /** Digest of that decision: another log has another. */
  decision: string;
  /** Of what folds: a state that another fold made is not read. */
  version: string;
  /** JSON, gzip, base64: of 10,000 components it is some 15 MB before. */
  state: string;
  digest: string;
}>;

/** @param size characters that it took */
export type Kept<S> = Readonly<{ number: number; first: number; decision: string; size: number; state: S }>;

/** States of keys whose histories grow for ever: loading one folds only what came after. What is not whole is as if it were not there. */
export interface Snapshots<S extends History> {
  /** The newest first, none after event `until`. */
  read(key: string, until: number): Promise<readonly Kept<S>[]>;
  /** Of a state right after this decision; how many characters it takes. One that is too large is not kept. What the store refuses is thrown. */
  write(key: string, state: S, after: Appended): Promise<number>;
}

/** Characters of the state as it is stored: a document has to stay below 16 MB. */
const largest = 14_000_000;

export async function snapshotsOf<S extends History>(documents: Documents, version: string): Promise<Snapshots<S>> {
  const snapshots = documents.collection<Snapshot>('orchestrator.snapshots');
  await snapshots.createIndex({ key: 1, number: 1 }, { name: 'key_number' });
  return {
    read: async (key, until) => {
      const filter = { key, version, number: { $lte: until } };
      const found = await snapshots
        .find(filter, { sort: { number: -1 }, limit: 2 })
        .toArray()
        .catch((error: unknown) => {
          if (isTransient(error)) throw error;
          return []; // a document that is no JSON any more
        });
      return found.flatMap((one) => (one.key === key && isWhole(one) ? [kept<S>(one)] : []));
    },
    write: async (key, state, after) => {
      const text = JSON.stringify(packed(state));
      const small = gzipSync(text, { level: 1 }).toString('base64');
      if (small.length > largest) return text.length;
      const content = { key, number: state.number, first: after.first, decision: digestOfDecision(after), version, state: small };
      const _id = `${key}/${version.slice(-12)}/${String(state.number).padStart(10, '0')}`;
      // The state was the newest a moment ago: what is kept from here on is of another log, or damaged.
      await snapshots.deleteMany({ key, number: { $gte: state.number } });
      await inserted(snapshots, { _id, ...content, digest: digestOf(content) });
      const [, before] = await snapshots.find({ key, number: { $lte: state.number } }, { sort: { number: -1 }, limit: 2 }).toArray();
      if (before !== undefined) await snapshots.deleteMany({ key, number: { $lt: before.number } });
      return text.length;
    },
  };
}

export const digestOfDecision = ({ first, last, records }: Appended): string =>
  sha256(
    JSON.stringify([
      first,
      last,
      records.map(({ topic, key, headers, value }) => [topic, key, headers, Buffer.from(value).toString('base64')]),
    ]),
  );

const digestOf = ({ key, number, first, decision, version, state }: Omit<Snapshot, '_id' | 'digest'>): string =>
  sha256(JSON.stringify([key, number, first, decision, version, state]));

const isWhole = (one: Snapshot): boolean => typeof one.state === 'string' && one.digest === digestOf(one);

function kept<S>({ number, first, decision, state }: Snapshot): Kept<S> {
  const text = gunzipSync(Buffer.from(state, 'base64')).toString();
  return { number, first, decision, size: text.length, state: unpacked(JSON.parse(text)) as S };
}
