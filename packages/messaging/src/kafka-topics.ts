import type { Admin } from 'kafkajs';
import { largestForeign } from './errors.ts';
import { tried } from './kafka-tried.ts';
import { logTopics } from './log-topics.ts';
import type { Clock } from './world.ts';

export type TopicsOptions = Readonly<{ namespace: string; replication: number; clock: Clock }>;

/** Makes the topics of the table where they are not there. Throws, with all of them, when some have other partitions. */
export async function makeTopics(admin: Admin, { namespace, replication, clock }: TopicsOptions): Promise<void> {
  const there = new Set(await admin.listTopics());
  const missing = [...logTopics.values()].filter(({ name }) => !there.has(`${namespace}${name}`));
  if (missing.length > 0)
    await admin.createTopics({
      waitForLeaders: false,
      topics: missing.map(({ name, partitions, retention, largest }) => ({
        topic: `${namespace}${name}`,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries: [
          { name: 'cleanup.policy', value: 'delete' },
          { name: 'retention.ms', value: String(retention === 'forever' ? -1 : retention) },
          { name: 'min.insync.replicas', value: String(Math.max(1, replication - 1)) },
          { name: 'max.message.bytes', value: String(largest < largestForeign ? largestForeign : 2 * largestForeign) },
          // The broker unpacks what comes packed: the client cannot read every way of packing, and what it unpacks itself has any size.
          { name: 'compression.type', value: 'uncompressed' },
          { name: 'message.timestamp.type', value: 'LogAppendTime' },
        ],
      })),
    });
  const counts = await counted(admin, namespace, clock);
  // A leader that was named may not have made the partition yet: it has, once it says where it ends.
  for (const { name } of missing) await endsOf(admin, `${namespace}${name}`, clock);
  const wrong = [...logTopics.values()].flatMap(({ name, partitions }) => {
    const count = counts.get(`${namespace}${name}`) ?? 0;
    return count === partitions ? [] : [`topic ${namespace}${name} has ${count} partitions, not ${partitions}`];
  });
  if (wrong.length > 0)
    throw new Error(`${wrong.join('; ')}: keys would lie elsewhere; keep what is there and make topics under another namespace`);
}

/** Topic → its partitions, once each has a leader. */
const counted = (admin: Admin, namespace: string, clock: Clock): Promise<ReadonlyMap<string, number>> =>
  tried(clock, 'Kafka does not show its topics', async () => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [...logTopics.keys()].map((name) => `${namespace}${name}`) });
    const lost = topics.filter(({ partitions }) => partitions.length === 0 || partitions.some(({ leader }) => leader < 0));
    if (lost.length > 0) throw new Error(`${lost.map(({ name }) => name).join(', ')} without a leader; look at the brokers`);
    return new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  });

/** Where each partition ends now. */
export const endsOf = (admin: Admin, topic: string, clock: Clock): Promise<readonly (readonly [number, number])[]> =>
  tried(clock, `the end of ${topic} cannot be found`, async () =>
    (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]),
  );
