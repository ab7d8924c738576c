import { randomUUID } from 'node:crypto';
import { kafkaBus, type KafkaBus, type KafkaBusOptions } from '@srm/messaging/kafka';
import { listLog, wallClock } from '@srm/messaging/testing';

/** For tests: the bus on these brokers, in real time; one copy of each partition, and what cannot be mended is thrown, where nothing else is said. */
export const testBus = (brokers: readonly string[], options: Partial<KafkaBusOptions> = {}): Promise<KafkaBus> =>
  kafkaBus({
    brokers,
    clientId: 'test',
    replication: 1,
    clock: wallClock,
    log: listLog(),
    newId: randomUUID,
    fatal: (error) => {
      throw error;
    },
    ...options,
  });
