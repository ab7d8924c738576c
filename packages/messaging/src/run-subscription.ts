import { setMaxListeners } from 'node:events';
import { topics } from '@srm/schemas';
import type { Batch, Reader, Received } from './bus.ts';
import { finishedPrefix } from './finished-prefix.ts';
import { handleKey, type Handling } from './handle-key.ts';
import type { Subscription } from './handler.ts';
import { Stopped } from './persistence.ts';
import type { Speech } from './say.ts';
import type { Clock, Log } from './world.ts';

export type SubscriptionParts = Speech &
  Readonly<{
    clock: Clock;
    log: Log;
    subscription: Subscription;
    group: string;
    /** Aborted, it stops; `stop()` of the reader waits for that too. */
    signal?: AbortSignal;
  }>;

/** Runs a handler by protocol 27: different keys at once, one key in order; what a handler yields is published before it is resumed;
 *  only the finished prefix is resolved. Transient errors are tried again for ever, any other sends its record to the dead letter. */
export async function runSubscription(parts: SubscriptionParts): Promise<Reader> {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const { subscription, group } = parts;
  const reader = await parts.bus.subscribe({
    topic: topics[subscription.topic].name,
    group,
    read: subscription.read,
    onBatch: (batch) => handleBatch(parts, batch, stopping.signal),
    ...(subscription.onJoin === undefined ? {} : { onJoin: subscription.onJoin }),
  });
  const stop = (): Promise<void> => {
    stopping.abort();
    parts.signal?.removeEventListener('abort', stop);
    return reader.stop();
  };
  parts.signal?.addEventListener('abort', stop);
  if (parts.signal?.aborted === true) await stop();
  return { stop };
}

/** Settles only when every handler it started has settled. */
async function handleBatch(parts: SubscriptionParts, batch: Batch, signal: AbortSignal): Promise<void> {
  const { bus, codec, clock, log, subscription } = parts;
  const alive = (): boolean => batch.alive() && !signal.aborted;
  const prefix = finishedPrefix(batch.records.map((record) => record.position));
  const done = async (record: Received): Promise<void> => {
    const position = prefix.done(record.position);
    if (position !== null && alive()) await batch.resolve(position);
  };
  const { on, raw = null } = subscription;
  const handling: Handling = { bus, codec, clock, log, signal, alive, heartbeat: batch.heartbeat, on, raw, done };
  if (!alive()) throw new Stopped();
  const ended = await Promise.allSettled([...byKey(batch.records).values()].map((records) => handleKey(handling, records)));
  const thrown = ended.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : []));
  if (thrown.length > 0) throw thrown.find((error) => !(error instanceof Stopped)) ?? new Stopped();
}

function byKey(records: readonly Received[]): ReadonlyMap<string, readonly Received[]> {
  const keys = new Map<string, Received[]>();
  for (const record of records) {
    const waiting = keys.get(record.key);
    if (waiting === undefined) keys.set(record.key, [record]);
    else waiting.push(record);
  }
  return keys;
}
