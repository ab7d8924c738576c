import { Kafka, logLevel } from 'kafkajs';
import type { Bus, Reader } from './bus.ts';
import { sentence, TransientError } from './errors.ts';
import type { Gauges } from './gauges.ts';
import { kafkaGauges } from './kafka-gauges.ts';
import { mendIdleTimer } from './kafka-idle.ts';
import { readerOf } from './kafka-reader.ts';
import { senderOf } from './kafka-sender.ts';
import { makeTopics } from './kafka-topics.ts';
import { logTopic } from './log-topics.ts';
import type { Clock, Log } from './world.ts';

export type KafkaBusOptions = Readonly<{
  /** host:port, at least one. */
  brokers: readonly string[];
  clientId: string;
  /** Put before the names of topics and groups: several SRMs on one cluster. By default nothing. */
  namespace?: string;
  /** Copies of each partition; acknowledged when all in sync have it. */
  replication: number;
  /** Milliseconds after which a silent reader's partitions go to others. */
  session?: number;
  clock: Clock;
  log: Log;
  newId: () => string;
  /** A reader has ended for good: the process is to exit, never to live on deaf. */
  fatal: (error: Error) => void;
}>;

export type KafkaBus = Bus & Readonly<{ gauges: Gauges }>;

/** The bus on Apache Kafka. Makes the topics of the table where they are not there; refuses a cluster whose topics have other partitions. */
export async function kafkaBus(options: KafkaBusOptions): Promise<KafkaBus> {
  mendIdleTimer();
  const kafka = clientOf(options);
  const admin = kafka.admin();
  await reached('Kafka cannot be reached', () => admin.connect());
  const { namespace = '', session = 10_000, replication, clock } = options;
  await reached('Kafka cannot be reached', () => makeTopics(admin, { namespace, replication, clock }));
  const sender = await reached('Kafka cannot be reached', () => senderOf(kafka, namespace));
  const parts = { ...options, kafka, admin, namespace, session };
  const readers = new Set<Reader>();
  let closed = false;
  return {
    publish: async (records) => {
      if (closed) throw new Error('the bus is closed');
      await sender.send(records);
    },
    subscribe: async (subscribed) => {
      logTopic(subscribed.topic);
      const reader = await readerOf(parts, subscribed);
      readers.add(reader);
      return { stop: () => reader.stop().finally(() => readers.delete(reader)) };
    },
    gauges: kafkaGauges(parts),
    close: async () => {
      if (closed) return;
      closed = true;
      await Promise.all([...readers].map((reader) => reader.stop()));
      await sender.close();
      await admin.disconnect();
    },
  };
}

function clientOf({ brokers, clientId, log }: KafkaBusOptions): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 12 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      const { message, ...fields } = entry.log;
      if (/^Limiting retries/.test(message)) return; // whoever publishes tries again for ever
      // The client goes on by itself with what is left: records are missing, and somebody has to know.
      const gap = /offset out of range/i.test(message);
      if (gap) log.error({ ...fields }, 'records were dropped before they were read; repair the operations that wait');
      else log.warn({ kafka: fields['error'] ?? null }, message);
    },
  });
}

async function reached<T>(sentenceOfIt: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // What we find wrong ourselves does not get better by waiting.
    if (!(error instanceof Error && error.name.startsWith('KafkaJS'))) throw error;
    throw new TransientError(`${sentenceOfIt}: ${sentence(error)}`, { cause: error });
  }
}
