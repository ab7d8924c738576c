import { deadLetterOf } from '@srm/schemas';
import type { Admin, EachMessageHandler, Kafka } from 'kafkajs';
import type { Received } from './bus.ts';
import { letterOf } from './dead-letter.ts';
import { sentence, TransientError } from './errors.ts';
import { newestShown, type DeadLetters, type Gauges } from './gauges.ts';
import { groupIdOf, received } from './kafka-reader.ts';
import { tried } from './kafka-tried.ts';
import { logTopic } from './log-topics.ts';
import type { Clock } from './world.ts';

export type GaugeParts = Readonly<{ kafka: Kafka; admin: Admin; namespace: string; clock: Clock; newId: () => string }>;

/** `at`: milliseconds since 1970, when it was put there. */
type Dated = Received & Readonly<{ at: number }>;

/** Milliseconds that reading a few records may take. */
const patience = 20_000;

/** The gauges of Kafka: ends less positions; the newest dead letters are read from their end, and again only when it has moved. */
export function kafkaGauges(parts: GaugeParts): Gauges {
  const { admin, namespace, clock } = parts;
  const newest = new Map<string, Readonly<{ end: number; letters: DeadLetters['newest'] }>>();
  const lagOf = async (group: string, topic: string): Promise<number> => {
    const committedIn = { groupId: groupIdOf(namespace, group, topic), topics: [`${namespace}${topic}`] };
    const [found] = await tried(clock, 'Kafka does not say its positions', () => admin.fetchOffsets(committedIn));
    const committed = new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    const ends = await endsOf(topic);
    return ends.reduce((sum, { partition, low, high }) => sum + Math.max(0, high - Math.max(low, committed.get(partition) ?? low)), 0);
  };
  const endsOf = async (topic: string) =>
    (await tried(clock, 'Kafka does not say its ends', () => admin.fetchTopicOffsets(`${namespace}${logTopic(topic).name}`))).map(
      ({ partition, low, high }) => ({
        partition,
        low: Number(low),
        high: Number(high),
      }),
    );
  const buried = async (topic: string, from: number, limit: number): Promise<readonly Dated[]> => {
    const [place = { low: 0, high: 0 }] = await endsOf(deadLetterOf(topic));
    const first = Math.max(place.low, from);
    const last = Math.min(place.high, first + limit) - 1;
    return last < first ? [] : between(parts, deadLetterOf(topic), first, last);
  };
  const inDeadLetter = async (topic: string): Promise<DeadLetters> => {
    const [place = { low: 0, high: 0 }] = await endsOf(deadLetterOf(topic));
    const known = newest.get(topic);
    if (known?.end === place.high) return { topic, count: place.high - place.low, newest: known.letters };
    const records = await buried(topic, place.high - newestShown, newestShown);
    const letters = records.map((record) => ({ ...letterOf(record), at: record.at })).reverse();
    newest.set(topic, { end: place.high, letters });
    return { topic, count: place.high - place.low, newest: letters };
  };
  return {
    lag: (readers) => Promise.all(readers.map(async ({ group, topic }) => ({ group, topic, behind: await lagOf(group, topic) }))),
    deadLetters: async (topics) => (await Promise.all(topics.map(inDeadLetter))).filter(({ count }) => count > 0),
    buried: async (topic, from, limit) => (await buried(topic, from, limit)).map(({ at: _, ...record }) => record),
  };
}

/** Records of the only partition, by a reader of its own that leaves nothing behind: this client reads in groups alone. */
async function between(
  { kafka, admin, namespace, clock, newId }: GaugeParts,
  name: string,
  first: number,
  last: number,
): Promise<readonly Dated[]> {
  const topic = `${namespace}${name}`;
  const groupId = `${namespace}look.${newId()}`;
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 100,
    retry: { restartOnFailure: async () => false },
  });
  const late = new AbortController();
  const found: Dated[] = [];
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const all = new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload: { error } }) => reject(error));
      void clock.sleep(patience, late.signal).then(() => reject(new Error(`${topic} was not read within ${patience / 1000} s`)));
      const eachMessage: EachMessageHandler = async ({ partition, message }) => {
        const record = { ...received(name, partition, message), at: Number(message.timestamp) };
        if (record.position >= first && record.position <= last) found.push(record);
        if (record.position >= last) resolve();
      };
      consumer.run({ autoCommit: false, eachMessage }).then(() => consumer.seek({ topic, partition: 0, offset: String(first) }), reject);
    });
    await all;
    return [...new Map(found.map((record) => [record.position, record])).values()].sort((a, b) => a.position - b.position);
  } catch (error) {
    throw new TransientError(`${topic} cannot be read: ${sentence(error)}`, { cause: error });
  } finally {
    late.abort();
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
  }
}
