import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TransientError, type Bus } from '@srm/messaging';
import { contentOf, growing, keyIn, listening, recordOf, wallClock } from '@srm/messaging/testing';
import type { KafkaBus } from '@srm/messaging/kafka';
import { Kafka as Client, logLevel } from 'kafkajs';
import { kafka, type Kafka } from './kafka.ts';
import { testBus } from './test-bus.ts';

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

const open = (brokers: readonly string[], namespace: string, fatal: (error: Error) => void): Promise<KafkaBus> =>
  testBus(brokers, { namespace, replication: 3, session: 6_000, fatal });
const partitions = Array.from({ length: 12 }, (_, partition) => partition);

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
  const bus = await open(brokers, '', (error) => void fatal.push(error.message));
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

/** The client as its manual has it: idempotent, acknowledged by all in sync, one send over several partitions. */
async function clientAlone(brokers: readonly string[], namespace: string) {
  const producer = new Client({ brokers: [...brokers], clientId: 'alone', logLevel: logLevel.NOTHING }).producer({
    idempotent: true,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 12 },
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  await producer.connect();
  return {
    send: (contents: readonly (readonly [partition: number, content: string])[]) =>
      producer.send({
        topic: `${namespace}${topic}`,
        acks: -1,
        messages: contents.map(([partition, value]) => ({ partition, value, key: keyIn(partition, 'k') })),
      }),
    close: () => producer.disconnect(),
  };
}

type Alone = Awaited<ReturnType<typeof clientAlone>>;

/** All that lies on the topic now. */
async function everything(bus: KafkaBus): Promise<readonly string[]> {
  const [lag] = await bus.gauges.lag([{ group: 'all', topic }]);
  const heard = await listening(bus, topic, 'all');
  return (await heard.reaches(lag?.behind ?? 0)).map(contentOf);
}

test('the client alone acknowledges what a fallen leader took with it, in one send over several partitions; by the bus nothing is lost', async () => {
  const { brokers, nodes } = cluster;
  const fatal: string[] = [];
  const told = (error: Error): void => void fatal.push(error.message);
  const [bus, beside] = [await open(brokers, 'bus.', told), await open(brokers, 'alone.', told)];
  const acknowledged = { bus: [] as string[], alone: [] as string[] };
  let round = 0;
  const sends = async (alone: Alone): Promise<void> => {
    const own = (round += 1);
    const contents = partitions.map((partition) => [partition, `${partition}/${own}`] as const);
    const all = contents.map(([, content]) => content);
    await Promise.all([
      alone.send(contents).then(
        () => acknowledged.alone.push(...all),
        () => undefined,
      ),
      published(bus, contents).then(() => acknowledged.bus.push(...all)),
    ]);
  };
  for (const node of nodes) {
    const alone = await clientAlone(brokers, 'alone.');
    await sends(alone);
    const under = sends(alone);
    const killed = node.kill();
    await Promise.all([under, killed]);
    await alone.close();
    await node.start();
  }
  const there = { bus: new Set(await everything(bus)), alone: new Set(await everything(beside)) };
  const lost = (of: 'bus' | 'alone'): readonly string[] => acknowledged[of].filter((content) => !there[of].has(content));
  process.stderr.write(
    `leaders killed in the same tick as a send over 12 partitions: ${nodes.length}. ` +
      `kafkajs alone lost ${lost('alone').length} of ${acknowledged.alone.length} acknowledged, the bus ${lost('bus').length} of ${acknowledged.bus.length}\n`,
  );
  expect(acknowledged.bus).toHaveLength(round * partitions.length);
  expect(lost('bus')).toStrictEqual([]);
  expect(fatal).toStrictEqual([]);
  await bus.close();
  await beside.close();
});
