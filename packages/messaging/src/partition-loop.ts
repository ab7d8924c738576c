import { backoff } from './backoff.ts';
import type { Batch, Received, SubscribeOptions } from './bus.ts';
import { sentence } from './errors.ts';
import type { Clock, Log } from './world.ts';

/** `heard()` resolves at the next `ring()`. */
export type Bell = Readonly<{ ring: () => void; heard: () => Promise<void> }>;
export function bell(): Bell {
  let waiting = (): void => undefined;
  return { ring: () => waiting(), heard: () => new Promise((resolve) => (waiting = resolve)) };
}

/** Where the records of a partition lie. */
export type Source<S> = Readonly<{ end: (stream: S) => number; read: (stream: S, from: number) => readonly Received[] }>;
type Place = Readonly<{ topic: string; partition: number }>;

export type Reading<S extends Place> = Readonly<{
  store: Source<S>;
  clock: Clock;
  log: Log;
  stream: S;
  options: SubscribeOptions;
  /** Rung when the stream has grown, and when the signal aborts. */
  bell: Bell;
  /** Aborted when the partition is to be given up: the batch under way settles, no other begins. */
  signal: AbortSignal;
  from: number;
  resolved: (next: number) => void;
}>;

/** Hands over what comes on one partition, batch by batch, until the signal aborts. Sleeps till the bell rings where nothing is there. */
export async function partitionLoop<S extends Place>(reading: Reading<S>): Promise<void> {
  const { store, stream, signal, clock, bell } = reading;
  const place = `${reading.options.group}/${stream.topic}/${stream.partition}`;
  for (let next = reading.from, failures = 0; !signal.aborted;) {
    if (next >= store.end(stream)) {
      await bell.heard();
      continue;
    }
    const before = next;
    const failed = await oneBatch(reading, next, (position) => {
      if (position < next || signal.aborted) return;
      next = position + 1;
      reading.resolved(next);
    });
    if (failed !== null && !signal.aborted) reading.log.warn({ place, position: next }, `a batch comes again from here: ${failed}`);
    failures = next > before ? 0 : failures + 1;
    if (failed !== null || next === before) await clock.sleep(backoff(place, Math.max(1, failures)), signal);
  }
}

/** Null, or the sentence of what was thrown. */
async function oneBatch<S extends Place>(reading: Reading<S>, from: number, resolved: (position: number) => void): Promise<string | null> {
  const { store, stream, options, signal, log } = reading;
  try {
    const records = store.read(stream, from);
    const [first, last] = [records[0]?.position ?? from, records.at(-1)?.position ?? from];
    if (first > from)
      log.error({ topic: stream.topic, partition: stream.partition, from, first }, 'records were dropped before they were read');
    const batch: Batch = {
      topic: stream.topic,
      partition: stream.partition,
      records,
      resolve: async (position) => resolved(Math.min(position, last)),
      alive: () => !signal.aborted,
      heartbeat: async () => undefined,
    };
    await options.onBatch(batch);
    return null;
  } catch (error) {
    return sentence(error);
  }
}
