import { randomBytes, randomUUID } from 'node:crypto';
import { partitionOf } from '@srm/messaging';
import type { Consumer, Kafka, Producer } from 'kafkajs';
import { clientOf, madeTopics } from './kafka-raw.ts';

/** Bytes of a command and of a report. */
const size = 500;
const partitions = 12;
const [commands, reports] = ['tx.commands', 'tx.reports'] as const;

/** Milliseconds: the broker refuses a transaction while it ends the one before; by kafkajs's own 300 a transaction would last as long. */
const retry = { initialRetryTime: 5, maxRetryTime: 50, retries: 20 };

/** Steps by the exactly-once of Kafka: who runs a step and who decides the next each read, say and commit their position in one transaction. */
export type Transactions = Readonly<{
  /** Milliseconds in which so many chains of so many steps are done side by side. */
  run: (chains: number, steps: number) => Promise<number>;
  close: () => Promise<void>;
}>;

type Side = Readonly<{ stop: () => Promise<void> }>;

/** One transactional producer, as each instance of a service has; a transaction a message. */
async function side(kafka: Kafka, from: string, to: string, next: (key: string, step: number) => number | null): Promise<Side> {
  const producer = kafka.producer({ transactionalId: `tx.${from}`, maxInFlightRequests: 1, idempotent: true, retry });
  const consumer = kafka.consumer({ groupId: `group.${from}`, readUncommitted: false, maxWaitTimeInMs: 1_000 });
  await producer.connect();
  await consumer.connect();
  await consumer.subscribe({ topics: [from], fromBeginning: true });
  const value = randomBytes(size);
  let last: Promise<void> = Promise.resolve();
  const one = async (key: string, step: number, partition: number, offset: string): Promise<void> => {
    const said = next(key, step);
    const transaction = await producer.transaction();
    try {
      if (said !== null)
        await transaction.send({
          topic: to,
          acks: -1,
          messages: [{ key, value, headers: { step: String(said) }, partition: partitionOf(key, partitions) }],
        });
      const offsets = [{ partition, offset: String(BigInt(offset) + 1n) }];
      await transaction.sendOffsets({ consumerGroupId: `group.${from}`, topics: [{ topic: from, partitions: offsets }] });
      await transaction.commit();
    } catch (error) {
      // The client hands the message over again.
      await transaction.abort();
      throw error;
    }
  };
  const joined = new Promise<void>((resolve) => void consumer.on('consumer.group_join', () => resolve()));
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: partitions,
    eachMessage: ({ partition, message }) =>
      (last = last
        .catch(() => undefined)
        .then(() => one(String(message.key), Number(String(message.headers?.['step'])), partition, message.offset))),
  });
  await joined;
  return { stop: () => stopped(producer, consumer) };
}

async function stopped(producer: Producer, consumer: Consumer): Promise<void> {
  await consumer.disconnect();
  await producer.disconnect();
}

export async function kafkaTransactions(brokers: readonly string[]): Promise<Transactions> {
  const kafka = clientOf(brokers);
  await madeTopics(kafka, [[commands, partitions], [reports, partitions]]); // prettier-ignore
  let wanted = 0;
  const open = new Map<string, () => void>();
  const decides = (key: string, step: number): number | null => {
    if (step < wanted) return step + 1;
    open.get(key)?.();
    return null;
  };
  const sides = [await side(kafka, commands, reports, (_, step) => step), await side(kafka, reports, commands, decides)];
  const asking = kafka.producer();
  await asking.connect();
  return {
    run: async (chains, steps) => {
      wanted = steps;
      open.clear();
      const keys = Array.from({ length: chains }, () => randomUUID());
      const ends = keys.map((key) => new Promise<void>((resolve) => open.set(key, resolve)));
      const start = performance.now();
      const messages = keys.map((key) => ({
        key,
        value: randomBytes(size),
        headers: { step: '1' },
        partition: partitionOf(key, partitions),
      }));
      await asking.send({ topic: commands, acks: -1, messages });
      await Promise.all(ends);
      return performance.now() - start;
    },
    close: async () => {
      await asking.disconnect();
      for (const one of sides) await one.stop();
    },
  };
}
