import { randomUUID } from 'node:crypto';
import { partitionOf, type BusRecord } from '@srm/messaging';
import { topics } from '@srm/schemas';
import { Kafka, logLevel, type Consumer, type Producer } from 'kafkajs';

/** kafkajs with nothing around it: what the floors of Kafka's figures are made of. */
export type RawKafka = Readonly<{
  /** acks=-1, one request for all. */
  send: (records: readonly BusRecord[]) => Promise<void>;
  close: () => Promise<void>;
}>;

export const clientOf = (brokers: readonly string[], clientId = 'raw'): Kafka =>
  new Kafka({ brokers: [...brokers], clientId, logLevel: logLevel.NOTHING });

const partitionsOf = new Map<string, number>(Object.values(topics).map(({ name, partitions }) => [name, partitions]));
const prefix = 'raw.';

/** Topics of the same names and partitions under a prefix, one producer, and one group that reads them all and tells what came. */
export async function rawKafka(brokers: readonly string[], heard: (topic: string, key: string) => void): Promise<RawKafka> {
  const kafka = clientOf(brokers);
  await madeTopics(
    kafka,
    [...partitionsOf].map(([name, partitions]) => [`${prefix}${name}`, partitions]),
  );
  const consumer = kafka.consumer({ groupId: `raw.${randomUUID()}`, maxWaitTimeInMs: 1_000 });
  await reading(
    consumer,
    [...partitionsOf.keys()].map((name) => `${prefix}${name}`),
    heard,
  );
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  return {
    send: (records) => sent(producer, records),
    close: async () => {
      await producer.disconnect();
      await consumer.disconnect();
    },
  };
}

export async function madeTopics(kafka: Kafka, wanted: readonly (readonly [name: string, partitions: number])[]): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  const all = wanted.map(([topic, numPartitions]) => ({ topic, numPartitions, replicationFactor: 1 }));
  await admin.createTopics({ waitForLeaders: true, topics: all });
  await admin.disconnect();
}

async function reading(consumer: Consumer, topics: string[], heard: (topic: string, key: string) => void): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  const joined = new Promise<void>((resolve) => void consumer.on('consumer.group_join', () => resolve()));
  await consumer.run({
    partitionsConsumedConcurrently: 12,
    eachBatch: async ({ batch }) => {
      for (const { key } of batch.messages) heard(batch.topic.slice(prefix.length), String(key));
    },
  });
  await joined;
}

async function sent(producer: Producer, records: readonly BusRecord[]): Promise<void> {
  const byTopic = new Map<string, BusRecord[]>();
  for (const record of records) byTopic.set(record.topic, [...(byTopic.get(record.topic) ?? []), record]);
  const topicMessages = [...byTopic].map(([topic, some]) => ({
    topic: `${prefix}${topic}`,
    messages: some.map(({ key, headers, value }) => ({
      key,
      value: Buffer.from(value),
      headers: Object.fromEntries(headers),
      partition: partitionOf(key, partitionsOf.get(topic) ?? 1),
    })),
  }));
  await producer.sendBatch({ acks: -1, topicMessages });
}
