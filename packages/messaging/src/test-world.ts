import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Envelope } from '@srm/schemas';
import type { Bus, BusRecord, Received } from './bus.ts';
import { partitionOf } from './murmur2.ts';
import type { Clock, Log } from './world.ts';

/** For tests: time that passes as soon as somebody sleeps. */
export function hurriedClock(): Clock {
  let now = Date.UTC(2026, 10, 24);
  return {
    now: () => now,
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        setImmediate(() => {
          now += milliseconds;
          resolve();
        });
      }),
  };
}

/** For tests: what was logged, as `level text`. */
export function listLog(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const to = (level: string) => (_fields: object, text: string) => void lines.push(`${level} ${text}`);
  return { lines, info: to('info'), warn: to('warn'), error: to('error') };
}

/** For tests: something that happens later, by name. */
export function happening<T = void>(): Readonly<{ happened: Promise<T>; happens: (value: T) => void }> {
  let happens = (_value: T): void => undefined;
  const happened = new Promise<T>((resolve) => (happens = resolve));
  return { happened, happens: (value) => happens(value) };
}

/** For tests: a list that can be waited for. */
export function growing<T>(): Readonly<{
  items: readonly T[];
  add: (item: T) => void;
  reaches: (length: number) => Promise<readonly T[]>;
}> {
  const items: T[] = [];
  const waiting: { length: number; resolve: (items: readonly T[]) => void }[] = [];
  return {
    items,
    add: (item) => {
      items.push(item);
      for (const one of waiting) if (items.length >= one.length) one.resolve(items);
    },
    reaches: (length) => new Promise((resolve) => (items.length >= length ? resolve(items) : waiting.push({ length, resolve }))),
  };
}

/** For tests: the n-th key of this name that falls into this partition of twelve. */
export function keyIn(partition: number, name: string): string {
  for (let n = 0; ; n += 1) if (partitionOf(`${name}-${n}`, 12) === partition) return `${name}-${n}`;
}

export const recordOf = (topic: string, key: string, content: string): BusRecord => ({
  topic,
  key,
  headers: [['content-type', 'text/plain']],
  value: Buffer.from(content),
});

export const contentOf = (record: BusRecord): string => Buffer.from(record.value).toString();

/** For tests: all that comes on a topic, resolved as it comes. */
export async function listening(bus: Bus, topic: string, group: string, read: 'shared' | 'whole' = 'shared') {
  const heard = growing<Received>();
  const reader = await bus.subscribe({
    topic,
    group,
    read,
    onBatch: async (batch) => {
      for (const record of batch.records) heard.add(record);
      const last = batch.records.at(-1);
      if (last !== undefined) await batch.resolve(last.position);
    },
  });
  return { ...heard, ...reader };
}

/** For tests: a folder that is gone after `work`. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'srm-messaging-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** For contracts: a test on a world of its own, which is ended whatever happens. */
export const eachOn =
  <W extends Readonly<{ end: () => Promise<void> }>>(make: () => Promise<W>) =>
  (sentence: string, work: (world: W) => Promise<void>): void =>
    test(sentence, async () => {
      const world = await make();
      try {
        await work(world);
      } finally {
        await world.end();
      }
    });

/** For tests: a message that is one word, under a key. */
export const word = (key: string, text: string): Envelope => ({
  type: 'LogChunk',
  data: { operation: 'o', step: 's', attempt: 1, offset: 0, text },
  id: text,
  source: '/srm/test',
  subject: key,
  time: '2026-11-24T08:00:00.000Z',
  sequence: null,
  correlationid: 'o',
  causationid: null,
  traceparent: null,
});

/** For tests: real time. */
export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      }
      signal?.addEventListener('abort', done, { once: true });
    }),
};
