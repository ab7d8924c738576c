import type { Aside } from './aside.ts';
import type { Bus, BusRecord, Reader, SubscribeOptions } from './bus.ts';
import { openDatabase, type Sql, type Synchronous } from './database.ts';
import { sentence } from './errors.ts';
import { groupCommit } from './group-commit.ts';
import type { Gauges } from './gauges.ts';
import { logGauges } from './log-gauges.ts';
import { markBook } from './mark-book.ts';
import { logStore, type Entry, type LogStore, type Stream } from './log-store.ts';
import { logTopic, logTopics } from './log-topics.ts';
import { partitionOf } from './murmur2.ts';
import { bell, partitionLoop, type Bell } from './partition-loop.ts';
import { readerGroup } from './reader-group.ts';
import type { Clock, Log } from './world.ts';

export type EmbeddedLogOptions = Readonly<{
  /** A path or `:memory:`. One process at a time. */
  file: string;
  clock: Clock;
  log: Log;
  /** `full` (the default): what was acknowledged survives a power failure; `normal`, `off`: only the end of the process. */
  synchronous?: Synchronous;
  /** For tests of failing devices. */
  open?: () => Sql;
}>;

export type EmbeddedLog = Bus &
  Readonly<{
    /** Drops what is older than its topic's retention at this time (milliseconds since 1970), but nothing that a group with positions
     *  has still to read; how many records. */
    prune: (now: number) => Promise<number>;
    /** In the same file. */
    aside: Aside;
    gauges: Gauges;
  }>;

/** Milliseconds that a position may wait to be written with records; written late, it costs a redelivery after a death. */
const markDelay = 200;

/** The bus in one process over a database file: the topics of the table, their partitions, groups with positions. */
export function embeddedLog(options: EmbeddedLogOptions): EmbeddedLog {
  const { clock, log } = options;
  const store = logStore(options.open ?? (() => openDatabase(options.file, options.synchronous)));
  const bells = new Map<number, Set<Bell>>();
  const readers = new Set<Reader>();
  const marks = markBook(store);
  const closing = new AbortController();

  const commit = groupCommit<Entry>((entries) => {
    const written = marks.waiting();
    if (entries.length + written.length === 0) return;
    try {
      store.append(entries, written);
    } catch (error) {
      log.error(
        { records: entries.length, error: sentence(error) },
        'the log could not be written; whoever published is told to try again',
      );
      throw error;
    }
    marks.written(written);
    for (const id of new Set(entries.map((entry) => entry.stream.id))) bells.get(id)?.forEach((bell) => bell.ring());
  });
  let markingSoon = false;
  const markSoon = async (): Promise<void> => {
    if (markingSoon) return;
    markingSoon = true;
    while (marks.waiting().length > 0 && !closing.signal.aborted) {
      await clock.sleep(markDelay, closing.signal);
      await commit([]).catch(() => undefined);
    }
    markingSoon = false;
  };

  const read = async (stream: Stream, member: SubscribeOptions, from: number, signal: AbortSignal, resolved: (next: number) => void) => {
    const own = bell();
    const rung = bells.get(stream.id) ?? new Set();
    bells.set(stream.id, rung.add(own));
    signal.addEventListener('abort', own.ring, { once: true });
    await partitionLoop({ store, clock, log, stream, options: member, bell: own, signal, from, resolved });
    rung.delete(own);
  };
  const shared = (group: string, streams: readonly Stream[]) =>
    readerGroup(streams, (stream, member, signal) =>
      read(stream, member, marks.next(group, stream), signal, (next) => {
        marks.set({ group, stream, next });
        void markSoon();
      }),
    );
  const whole = (streams: readonly Stream[]) => {
    const ends = new Map(streams.map((stream) => [stream.id, store.end(stream)]));
    return readerGroup(streams, (stream, member, signal) => read(stream, member, ends.get(stream.id) ?? 0, signal, () => undefined));
  };
  const groups = new Map<string, ReturnType<typeof shared>>();

  return {
    publish: async (records) => {
      if (closing.signal.aborted) throw new Error('the log is closed');
      const entries = records.map((record) => entryOf(store, record, clock.now()));
      if (entries.length > 0) await commit(entries);
    },
    subscribe: async (subscribed) => {
      const streams = store.streams.get(logTopic(subscribed.topic).name) ?? [];
      const place = `${subscribed.group}\u0000${subscribed.topic}`;
      const group = subscribed.read === 'whole' ? whole(streams) : (groups.get(place) ?? shared(subscribed.group, streams));
      if (subscribed.read === 'shared') {
        groups.set(place, group);
        marks.know(subscribed.group, streams);
      }
      const reader = await group.join(subscribed);
      readers.add(reader);
      return { stop: () => reader.stop().finally(() => readers.delete(reader)) };
    },
    prune: async (now) => {
      let dropped = 0;
      // Who has subscribed only now is to be known before anything goes.
      await commit([]).catch(() => undefined);
      for (const { name, retention } of logTopics.values()) {
        if (retention === 'forever') continue;
        const waitsFor = new Set<string>();
        for (const stream of store.streams.get(name) ?? [])
          dropped += await prunedStream(store, stream, now - retention, (group) => waitsFor.add(group));
        for (const group of waitsFor)
          log.warn({ topic: name, group }, `records of ${name} are kept longer than it says: ${group} did not read them yet`);
      }
      return dropped;
    },
    aside: {
      put: async (group, records) => store.aside.put(group, records),
      has: async (group, topic, key) => store.aside.has(group, topic, key),
      keys: async (group, topic) => store.aside.keys(group, topic),
      next: async (group, topic, key) => store.aside.next(group, topic, key),
      done: async (group, record) => store.aside.done(group, record),
    },
    gauges: logGauges(store, marks),
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      await Promise.all([...readers].map((reader) => reader.stop()));
      await commit([]).finally(() => store.close());
    },
  };
}

function entryOf(store: LogStore, record: BusRecord, at: number): Entry {
  const topic = logTopic(record.topic);
  const stream = store.streams.get(topic.name)?.[partitionOf(record.key, topic.partitions)];
  if (stream === undefined) throw new Error(`${topic.name} has no partition for ${record.key}`);
  if (record.value.length > topic.largest)
    throw new Error(`a record of ${record.value.length} bytes is too large: the most is ${topic.largest}`);
  return { stream, record, at };
}

/** Slice by slice, so that others get their turn in between. */
async function prunedStream(store: LogStore, stream: Stream, before: number, waits: (group: string) => void): Promise<number> {
  for (let all = 0; ;) {
    const { dropped, waitsFor } = store.prune(stream, before);
    if (waitsFor !== null) waits(waitsFor);
    if (dropped === 0) return all;
    all += dropped;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
