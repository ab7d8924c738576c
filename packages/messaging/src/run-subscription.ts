import { setMaxListeners } from 'node:events';
import { topics } from '@srm/schemas';
import type { Aside } from './aside.ts';
import type { Batch, Reader, Received } from './bus.ts';
import { finishedPrefix } from './finished-prefix.ts';
import { handleKey, type Handling, type Waiting } from './handle-key.ts';
import type { Subscription } from './handler.ts';
import { Stopped } from './persistence.ts';
import { replay, waitingIn, type Replaying } from './replay.ts';
import type { Speech } from './say.ts';
import type { Clock, Log } from './world.ts';

export type SubscriptionParts = Speech &
  Readonly<{
    clock: Clock;
    log: Log;
    subscription: Subscription;
    group: string;
    /** Where the keys wait that a handler throws SetAside for, of what is read shared. Without it they are tried again in their place and hold up their partition.
     *  Where several instances of the group share it, a record may be handed on by several at once. */
    aside?: Aside;
    /** Aborted, it stops; `stop()` of the reader waits for that too. */
    signal?: AbortSignal;
  }>;

/** Runs a handler by protocol 27: different keys at once, one key in order; what a handler yields is published before it is resumed;
 *  only the finished prefix is resolved. Transient errors are tried again for ever, any other sends its record to the dead letter. */
export async function runSubscription(parts: SubscriptionParts): Promise<Reader> {
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const { subscription, group } = parts;
  const replaying = replayingOf(parts, stopping.signal);
  const waiting = replaying === null ? null : waitingIn(replaying);
  const reader = await parts.bus.subscribe({
    topic: topics[subscription.topic].name,
    group,
    read: subscription.read,
    onBatch: (batch) => handleBatch(parts, batch, stopping.signal, waiting),
    ...(subscription.onJoin === undefined ? {} : { onJoin: subscription.onJoin }),
    ...(subscription.onLeave === undefined ? {} : { onLeave: subscription.onLeave }),
  });
  const replayed = replaying === null ? Promise.resolve() : replay(replaying);
  const stop = async (): Promise<void> => {
    stopping.abort();
    parts.signal?.removeEventListener('abort', stop);
    await Promise.all([reader.stop(), replayed]);
  };
  parts.signal?.addEventListener('abort', stop);
  if (parts.signal?.aborted === true) await stop();
  return { stop };
}

function replayingOf(parts: SubscriptionParts, signal: AbortSignal): Replaying | null {
  const { bus, codec, clock, log, subscription, group, aside } = parts;
  if (aside === undefined || subscription.read !== 'shared') return null;
  const { on, raw = null } = subscription;
  const handling = { bus, codec, clock, log, signal, alive: () => !signal.aborted, heartbeat: async () => undefined, on, raw };
  return { aside, group, topic: topics[subscription.topic].name, handling };
}

/** Settles only when every handler it started has settled. */
async function handleBatch(parts: SubscriptionParts, batch: Batch, signal: AbortSignal, waiting: Waiting | null): Promise<void> {
  const { bus, codec, clock, log, subscription } = parts;
  const alive = (): boolean => batch.alive() && !signal.aborted;
  const prefix = finishedPrefix(batch.records.map((record) => record.position));
  const done = async (record: Received): Promise<void> => {
    const position = prefix.done(record.position);
    if (position !== null && alive()) await batch.resolve(position);
  };
  const { on, raw = null } = subscription;
  const handling: Handling = { bus, codec, clock, log, signal, alive, heartbeat: batch.heartbeat, on, raw, done, waiting };
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
