import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TransientError, type Bus } from '@srm/messaging';
import { contentOf, growing, keyIn, listening, listLog, recordOf, wallClock } from '@srm/messaging/testing';
import { kafkaBus } from '@srm/messaging/kafka';
import { kafka, type Kafka } from './kafka.ts';

const topic = 'srm.inputs.v1';

/** Tries again as the runner does: what was refused may be there all the same. */
async function published(bus: Bus, contents: readonly (readonly [partition: number, content: string])[]): Promise<void> {
  const records = contents.map(([partition, content]) => recordOf(topic, keyIn(partition, 'k'), content));
  for (;;)
    try {
      return await bus.publish(records);
    } catch (error) {
      if (!(error instanceof TransientError)) throw error;
      await wallClock.sleep(100);
    }
}

/** First occurrences, in order. */
const firsts = (contents: readonly string[]): readonly string[] => [...new Set(contents)];

let folder = '';
let cluster: Kafka;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'srm-kafka-'));
  cluster = await kafka(folder, 3);
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true, force: true });
});

test('three brokers, each killed in the same tick as sends to all partitions and started again: what was acknowledged is read back, in order', async () => {
  const { brokers, nodes } = cluster;
  const fatal: string[] = [];
  const bus = await kafkaBus({
    brokers,
    clientId: 'test',
    replication: 3,
    session: 6_000,
    clock: wallClock,
    log: listLog(),
    newId: randomUUID,
    fatal: (error) => void fatal.push(error.message),
  });
  const partitions = Array.from({ length: 12 }, (_, partition) => partition);
  const acknowledged = growing<string>();
  const lanes = partitions.map(() => [] as string[]);
  let round = 0;
  const sends = async (): Promise<void> => {
    const own = (round += 1);
    await published(
      bus,
      partitions.map((partition) => [partition, `${partition}/${own}`]),
    );
    for (const partition of partitions) lanes[partition]?.push(`${partition}/${own}`);
    acknowledged.add(String(own));
  };
  for (const node of nodes) {
    for (let n = 0; n < 20; n++) await sends();
    const under = sends();
    const killed = node.kill();
    await under;
    await killed;
    for (let n = 0; n < 20; n++) await sends();
    await node.start();
  }
  const heard = await listening(bus, topic, 'all');
  const seen = partitions.map(() => [] as string[]);
  for (let length = round * 12; seen.flatMap(firsts).length < round * 12; length += 1) {
    const records = await heard.reaches(length);
    for (const partition of partitions) seen[partition] = records.filter((record) => record.partition === partition).map(contentOf);
  }
  expect(seen.map(firsts)).toStrictEqual(lanes);
  expect(fatal).toStrictEqual([]);
  await bus.close();
});
