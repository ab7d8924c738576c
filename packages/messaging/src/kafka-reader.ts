import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Header, Reader, Received, SubscribeOptions } from './bus.ts';
import { sentence } from './errors.ts';
import { partitionBuffer, type Buffer as Buffered } from './kafka-buffer.ts';
import { endsOf } from './kafka-topics.ts';
import { tried } from './kafka-tried.ts';
import { logTopic } from './log-topics.ts';
import type { Clock, Log } from './world.ts';

export type ReaderParts = Readonly<{
  kafka: Kafka;
  admin: Admin;
  namespace: string;
  session: number;
  clock: Clock;
  log: Log;
  newId: () => string;
  fatal: (error: Error) => void;
}>;

/** Milliseconds that a position may wait to be committed; committed late, it costs a redelivery after a death. */
const markDelay = 200;
/** Milliseconds that the broker holds a fetch of nothing; a heartbeat follows each. */
const longestFetch = 1_000;

export const received = (topic: string, partition: number, { key, value, headers, offset }: KafkaMessage): Received => ({
  topic,
  partition,
  position: Number(offset),
  key: key?.toString() ?? '',
  headers: Object.entries(headers ?? {}).flatMap(([name, given]) =>
    // What kafkajs finds on the prototype under this name it puts before the value.
    (Array.isArray(given) ? given.filter((one) => Buffer.isBuffer(one)) : [given]).map((one): Header => [name, one?.toString() ?? '']),
  ),
  value: value ?? Buffer.alloc(0),
});

/** A group of the bus is one for each topic, so that none is divided anew for the sake of another topic. */
export const groupIdOf = (namespace: string, group: string, topic: string): string => `${namespace}${group}.${topic}`;

/** The position that the group has committed; of one that never did, the first record there. */
async function committedIn(admin: Admin, groupId: string, topic: string, partition: number, first: number): Promise<number> {
  const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const offset = Number(found?.partitions.find((one) => one.partition === partition)?.offset ?? -1);
  return offset < 0 ? first : offset;
}

type Generation = Readonly<{ began: AbortController; buffers: Map<number, Promise<Buffered>> }>;

/**
 * kafkajs waits with the next fetch until all that it fetched is handled, so one slow partition would hold up every other: here what is fetched is only
 * laid into a buffer, one a partition, and the buffers are handled beside the fetching; a full one pauses its partition. Positions are committed by us.
 */
export async function readerOf(
  { kafka, admin, namespace, session, clock, log, newId, fatal }: ReaderParts,
  subscribed: SubscribeOptions,
): Promise<Reader> {
  const { partitions } = logTopic(subscribed.topic);
  const topic = `${namespace}${subscribed.topic}`;
  const whole = subscribed.read === 'whole';
  const own = whole ? `.${newId()}` : '';
  const groupId = `${groupIdOf(namespace, subscribed.group, subscribed.topic)}${own}`;
  const made = (): Consumer =>
    kafka.consumer({
      groupId,
      sessionTimeout: session,
      heartbeatInterval: Math.min(1_000, Math.floor(session / 4)),
      rebalanceTimeout: Math.max(10_000, session),
      maxWaitTimeInMs: longestFetch,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 20, restartOnFailure: async () => false },
    });
  let consumer: Consumer;
  const next = new Map<number, number>(whole ? await endsOf(admin, topic, clock) : []);
  const dirty = new Set<number>();
  let generation: Generation | null = null;
  let settled: Promise<unknown> = Promise.resolve();
  let stopped = false;

  const commit = async (): Promise<void> => {
    const offsets = [...dirty].map((partition) => ({ topic, partition, offset: String(next.get(partition) ?? 0) }));
    dirty.clear();
    if (offsets.length > 0)
      await consumer
        .commitOffsets(offsets)
        .catch((error: unknown) => log.warn({ groupId, error: sentence(error) }, 'positions were not committed; some records come again'));
  };
  let committing = false;
  const commitSoon = async (): Promise<void> => {
    if (committing || whole) return;
    committing = true;
    while (dirty.size > 0 && !stopped) {
      await clock.sleep(markDelay);
      await commit();
    }
    committing = false;
  };
  const leave = (): void => {
    const left = generation;
    generation = null;
    left?.began.abort();
    const ends = [...(left?.buffers.values() ?? [])].map(async (buffer) => (await buffer).ended);
    settled = Promise.allSettled([settled, ...ends]);
  };
  const bufferOf = async (current: Generation, partition: number, first: number): Promise<Buffered> => {
    const before = settled;
    const from = whole
      ? (next.get(partition) ?? first)
      : await tried(clock, `the position of ${groupId} cannot be read`, () => committedIn(admin, groupId, topic, partition, first));
    await before;
    return partitionBuffer({
      options: subscribed,
      partition,
      from,
      signal: current.began.signal,
      clock,
      log,
      resolved: (position) => {
        if (current.began.signal.aborted) return;
        next.set(partition, position);
        dirty.add(partition);
        void commitSoon();
      },
      full: (isFull) => {
        if (current.began.signal.aborted) return;
        if (isFull) consumer.pause([{ topic, partitions: [partition] }]);
        else consumer.resume([{ topic, partitions: [partition] }]);
      },
    });
  };

  /** Resolves when the group is joined. */
  const open = async (): Promise<void> => {
    const own = (consumer = made());
    await own.connect();
    await own.subscribe({ topics: [topic], fromBeginning: !whole });
    let isJoined = false;
    const joined = new Promise<void>((resolve, reject) => {
      own.on('consumer.rebalancing', () => {
        if (!whole) void commit();
        leave();
        subscribed.onLeave?.();
      });
      own.on('consumer.group_join', () => {
        leave();
        own.resume([{ topic, partitions: Array.from({ length: partitions }, (_, partition) => partition) }]);
        if (whole) for (const [partition, offset] of next) own.seek({ topic, partition, offset: String(offset) });
        generation = { began: new AbortController(), buffers: new Map() };
        subscribed.onJoin?.();
        isJoined = true;
        resolve();
      });
      own.on('consumer.crash', ({ payload: { error } }) => {
        reject(error);
        if (isJoined && !stopped) void reopen(error);
      });
    });
    joined.catch(() => undefined);
    await own.run({ autoCommit: false, eachBatchAutoResolve: false, partitionsConsumedConcurrently: partitions, eachBatch });
    await joined;
  };
  const eachBatch = async ({ batch, resolveOffset }: EachBatchPayload): Promise<void> => {
    const current = generation;
    if (current === null) return;
    const records = batch.messages.map((message) => received(subscribed.topic, batch.partition, message));
    const buffer = current.buffers.get(batch.partition) ?? bufferOf(current, batch.partition, records[0]?.position ?? 0);
    current.buffers.set(batch.partition, buffer);
    resolveOffset(batch.lastOffset());
    void buffer.then((known) => known.add(records)).catch(ended);
  };
  const opened = (): Promise<void> =>
    tried(clock, `${topic} cannot be read`, async () => {
      try {
        if (!stopped) await open();
      } catch (error) {
        await consumer.disconnect().catch(() => undefined);
        throw error;
      }
    });
  /** The client gave up; so do we when it does not come back. */
  const reopen = async (error: Error): Promise<void> => {
    log.warn({ groupId, error: error.message }, 'the reader fell out of its group and joins it again');
    leave();
    subscribed.onLeave?.();
    await consumer.disconnect().catch(() => undefined);
    await opened().catch(ended);
  };
  const ended = (error: unknown): void => {
    if (!stopped) fatal(error instanceof Error ? error : new Error(sentence(error)));
  };
  await opened();
  return {
    stop: async () => {
      if (stopped) return;
      stopped = true;
      leave();
      await settled;
      if (!whole) await commit();
      await consumer.disconnect();
      if (whole) await admin.deleteGroups([groupId]).catch(() => undefined);
    },
  };
}
