import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Log } from '@srm/messaging';
import { busContract, gaugesContract } from '@srm/messaging/contract';
import type { KafkaBus } from '@srm/messaging/kafka';
import { listLog } from '@srm/messaging/testing';
import { kafka, type Kafka } from './kafka.ts';
import { testBus } from './test-bus.ts';

let folder = '';
let broker: Kafka;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'srm-kafka-'));
  broker = await kafka(folder);
});
afterAll(async () => {
  await broker.stop();
  await rm(folder, { recursive: true, force: true });
});

let clusters = 0;
/** A namespace of its own is an empty bus. */
const open = (namespace: string, log: Log = listLog()): Promise<KafkaBus> => testBus(broker.brokers, { namespace, session: 6_000, log });

busContract('Apache Kafka', async () => {
  const namespace = `n${++clusters}.`;
  let bus = await open(namespace);
  return {
    bus,
    restart: async () => {
      await bus.close();
      bus = await open(namespace);
      return bus;
    },
    end: () => bus.close(),
  };
});

gaugesContract('Apache Kafka', async () => {
  const bus = await open(`n${++clusters}.`);
  return { bus, gauges: bus.gauges, end: () => bus.close() };
});
