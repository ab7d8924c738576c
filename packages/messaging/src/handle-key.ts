import type { Envelope } from '@srm/schemas';
import type { Received } from './bus.ts';
import { deadLetter } from './dead-letter.ts';
import { isSetAside, isTransient, sentence } from './errors.ts';
import type { Handler, Outgoing, RawHandler } from './handler.ts';
import { persist, Stopped, type Persistence } from './persistence.ts';
import { sayForSure, type Speech } from './say.ts';

/** What becomes of a key that is set aside. */
export type Waiting = Readonly<{
  /** Whether records of this key wait already: then these wait behind them. */
  has: (key: string) => Promise<boolean>;
  put: (records: readonly Received[], error: unknown) => Promise<void>;
}>;

export type Handling = Persistence &
  Speech &
  Readonly<{
    on: Handler;
    raw: RawHandler | null;
    done: (record: Received) => Promise<void>;
    /** Null: what is set aside is tried again in its place, as if it were transient. */
    waiting: Waiting | null;
  }>;
type Read = Readonly<{ record: Received; message: Envelope }>;
type Give<T> = (read: readonly T[]) => AsyncIterable<readonly Outgoing[]>;

/** Handles what waits under one key, in order. Every record ends done: handled, set aside, or in the dead letter; or Stopped is thrown. */
export async function handleKey(parts: Handling, records: readonly Received[]): Promise<void> {
  const { on, raw } = parts;
  if (raw !== null)
    return handle(
      parts,
      records.map((record) => ({ record })),
      (read) => raw(read.map(({ record }) => record)),
    );
  const read: Read[] = [];
  for (const record of records) {
    try {
      read.push({ record, message: await persist(parts, `decoding ${placeOf(record)}`, isTransient, () => parts.codec.decode(record)) });
    } catch (error) {
      await bury(parts, record, error);
    }
  }
  if (read.length > 0) await handle(parts, read, (some) => on(some.map(({ message }) => message)));
}

/** All at once; where that throws, one at a time, so that only the poison goes to the dead letter. */
async function handle<T extends Readonly<{ record: Received }>>(parts: Handling, read: readonly T[], give: Give<T>): Promise<void> {
  const [first] = read;
  if (first === undefined) return;
  const { waiting } = parts;
  const again = (error: unknown): boolean => isTransient(error) || (waiting === null && isSetAside(error));
  try {
    if (waiting !== null && (await waits(parts, waiting, first.record))) return await putAside(parts, waiting, read, null);
    await persist(parts, `handling ${placeOf(first.record)}`, again, () => drive(parts, read, give));
  } catch (error) {
    if (waiting !== null && isSetAside(error)) return putAside(parts, waiting, read, error);
    if (read.length === 1) return bury(parts, first.record, error);
    if (error instanceof Stopped) throw error;
    for (const one of read) await handle(parts, [one], give);
    return;
  }
  for (const { record } of read) await parts.done(record);
}

const waits = (parts: Handling, waiting: Waiting, { key }: Received): Promise<boolean> =>
  persist(
    parts,
    `what is set aside of ${key}`,
    () => true,
    () => waiting.has(key),
  );

async function putAside(parts: Handling, waiting: Waiting, read: readonly Readonly<{ record: Received }>[], error: unknown): Promise<void> {
  const records = read.map(({ record }) => record);
  await persist(
    parts,
    'setting aside',
    (one) => !isSetAside(one),
    () => waiting.put(records, error),
  );
  for (const record of records) await parts.done(record);
}

/** Leaving the loop by a throw returns the generator: it is never left hanging. */
async function drive<T extends Readonly<{ record: Received }>>(parts: Handling, read: readonly T[], give: Give<T>): Promise<void> {
  const what = `said while handling ${read.map(({ record }) => placeOf(record)).join(', ')}`;
  for await (const outgoing of give(read)) {
    await sayForSure(parts, parts, what, outgoing);
    if (!parts.alive()) throw new Stopped();
  }
}

async function bury(parts: Handling, record: Received, error: unknown): Promise<void> {
  if (error instanceof Stopped) throw error;
  const place = placeOf(record);
  parts.log.error({ place, key: record.key }, `${place} goes to the dead letter: ${sentence(error)}`);
  await sayForSure(parts, parts, `the dead letter of ${place}`, [deadLetter(record, error)]);
  await parts.done(record);
}

const placeOf = (record: Received): string => `${record.topic}/${record.partition}/${record.position}`;
