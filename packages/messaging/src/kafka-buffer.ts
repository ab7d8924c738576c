import type { Received, SubscribeOptions } from './bus.ts';
import { bell, partitionLoop } from './partition-loop.ts';
import type { Clock, Log } from './world.ts';

/** A partition is paused above, and resumed below half of it: bytes that wait to be handled. */
const mostBytes = 8_000_000;
const mostRecords = 500;

export type BufferParts = Readonly<{
  options: SubscribeOptions;
  partition: number;
  /** The position to go on from. */
  from: number;
  /** Aborted when the partition is to be given up: nothing more is started. */
  signal: AbortSignal;
  clock: Clock;
  log: Log;
  /** Everything before `next` need not come again. */
  resolved: (next: number) => void;
  /** Fetching waits while it holds. */
  full: (isFull: boolean) => void;
}>;

/** What has been fetched of one partition and is not resolved yet, handed over batch by batch. Belongs to one generation of the group. */
export type Buffer = Readonly<{
  add: (records: readonly Received[]) => void;
  /** Resolves, once it is given up, when the batch under way has settled. */
  ended: Promise<void>;
}>;

export function partitionBuffer({ options, partition, from, signal, clock, log, resolved, full }: BufferParts): Buffer {
  const own = bell();
  const records: Received[] = [];
  let [bytes, isFull, end] = [0, false, from];
  const weigh = (): void => {
    const now = isFull ? bytes > mostBytes / 2 : bytes > mostBytes;
    if (now !== isFull) full((isFull = now));
  };
  const lose = (next: number): void => {
    const left = records.findIndex((record) => record.position >= next);
    const gone = records.splice(0, left === -1 ? records.length : left);
    bytes -= gone.reduce((sum, record) => sum + record.value.length, 0);
    weigh();
    resolved(next);
  };
  const store = {
    end: () => end,
    read: (_: unknown, at: number) => records.filter((record) => record.position >= at).slice(0, mostRecords),
  };
  signal.addEventListener('abort', own.ring, { once: true });
  const stream = { topic: options.topic, partition };
  const ended = partitionLoop({ store, clock, log, stream, options, bell: own, signal, from, resolved: lose });
  return {
    add: (some) => {
      const fresh = some.filter((record) => record.position >= end);
      records.push(...fresh);
      bytes += fresh.reduce((sum, record) => sum + record.value.length, 0);
      end = (fresh.at(-1)?.position ?? end - 1) + 1;
      weigh();
      own.ring();
    },
    ended,
  };
}
