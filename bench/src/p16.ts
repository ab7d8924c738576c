import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { mongoDocuments } from '@srm/documents/mongo';
import { partitionOf, type Bus, type Log } from '@srm/messaging';
import { registryCodec } from '@srm/messaging/registry';
import { operationKey, topics } from '@srm/schemas';
import { mongoName } from '@srm/testbed';
import { callersOf } from './callers.ts';
import type { Goal } from './goal.ts';
import { openHouse, realClock } from './house.ts';
import { membersOf, type Admin } from './kafka-groups.ts';
import { clientOf, madeTopics } from './kafka-raw.ts';
import { apart, type Apart } from './process-apart.ts';
import { withReal, type Real } from './real.ts';
import { median, ratio } from './statistics.ts';

const rounds = 5;
/** Milliseconds after which a silent member's partitions go to the other. */
const session = 6_000;
/** Milliseconds between two things that are asked. */
const between = 200;
const partitions = 12;
const namespace = 'p16.';

/** Two processes that divide a topic; what is asked under a key is answered by the one that has its partition. */
type Pair = Readonly<{
  group: string;
  topic: string;
  start: (name: string) => Promise<Apart>;
  /** Gives the key. */
  ask: () => Promise<string>;
  /** Called with the key of everything that a member says. */
  heard: { tell: (key: string) => void };
  /** Until everything that was asked is done. */
  settled: () => Promise<void>;
  close: () => Promise<void>;
}>;

const names = ['one', 'other'] as const;

type Failovers = Readonly<{
  raise: () => Promise<void>;
  /** Milliseconds from the kill -9 of one, in turns, until the other says the first thing for a partition that it took over. */
  once: (round: number) => Promise<number>;
  end: () => Promise<void>;
}>;

function failovers(admin: Admin, pair: Pair): Failovers {
  const living = new Map<string, Apart>();
  const raise = async (): Promise<void> => {
    for (const name of names) if (!living.has(name)) living.set(name, await pair.start(name));
  };
  const once = async (round: number): Promise<number> => {
    await raise();
    const members = await membersOf(admin, pair.group, pair.topic, names.length);
    const victim = names[round % names.length] ?? 'one';
    const taken = members.get(victim);
    if (taken === undefined) throw new Error(`the group ${pair.group} has no member ${victim}`);
    const later = new Set<string>();
    let killedAt = Infinity;
    let over = false;
    const first = new Promise<number>((resolve) => {
      pair.heard.tell = (key) => {
        if (later.has(key)) resolve(performance.now() - killedAt);
      };
    });
    const asking = (async () => {
      while (!over) {
        const after = performance.now() > killedAt;
        const key = await pair.ask();
        if (after && taken.has(partitionOf(key, partitions))) later.add(key);
        await realClock.sleep(between);
      }
    })();
    await realClock.sleep(5 * between);
    killedAt = performance.now();
    await living.get(victim)?.kill();
    living.delete(victim);
    const milliseconds = await first;
    over = true;
    await asking;
    await pair.settled();
    return milliseconds;
  };
  const end = async (): Promise<void> => {
    for (const one of living.values()) await one.kill();
    await pair.close();
  };
  return { raise, once, end };
}

const program = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Two orchestrators as processes; the rest of SRM here. */
async function orchestrators(real: Real, brokers: readonly string[]): Promise<Pair & Readonly<{ define: () => Promise<void> }>> {
  const [{ url }, { uri }] = await Promise.all([real.registry(), real.mongo()]);
  const heard: Pair['heard'] = { tell: () => undefined };
  const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const codec = await registryCodec({ url, namespace, clock: realClock, log: silent });
  const around = (bus: Bus): Bus => ({
    ...bus,
    subscribe: (options) =>
      bus.subscribe({
        ...options,
        onBatch: (batch) => {
          if (options.topic === topics.ci.name) for (const { key } of batch.records) heard.tell(key.split('/').slice(0, 2).join('/'));
          return options.onBatch(batch);
        },
      }),
  });
  const documents = await mongoDocuments({ uri, database: 'p16' });
  const house = await openHouse({ kafka: { brokers, namespace }, documents, codec, orchestrator: 'elsewhere', around: { bus: around } });
  let callers: Awaited<ReturnType<typeof callersOf>> | null = null;
  const open: string[] = [];
  return {
    group: `${namespace}orchestrator.${topics.inputs.name}`,
    topic: `${namespace}${topics.inputs.name}`,
    heard,
    start: (name) =>
      apart(program('../../services/orchestrator/dist/main.js'), [], environmentOf(name, brokers, url, uri), '"event":"ready"'),
    define: async () => void (callers = await callersOf(house, 1)),
    ask: async () => {
      const operation = (await callers?.ask(0, { preview: true })) ?? '';
      open.push(operation);
      return operationKey(operation);
    },
    settled: async () => {
      for (const operation of open.splice(0)) {
        const ending = await callers?.ended(operation);
        if (ending !== 'OperationPlanned') throw new Error(`a preview ended as ${ending}`);
      }
    },
    close: async () => {
      await callers?.close();
      await house.close();
    },
  };
}

const environmentOf = (name: string, brokers: readonly string[], registry: string, uri: string): Readonly<Record<string, string>> => ({
  PATH: '/usr/bin:/bin',
  KAFKA_BROKERS: brokers.join(','),
  SRM_NAMESPACE: namespace,
  KAFKA_REPLICATION: '1',
  KAFKA_SESSION_MS: String(session),
  SCHEMA_REGISTRY_URL: registry,
  MONGODB_URI: uri,
  MONGODB_DATABASE: 'p16',
  SRM_INSTANCE: name,
  HEALTH_PORT: '0',
});

/** Two members of a bare group of kafkajs, with the same session, that say again what they hear. */
async function bare(brokers: readonly string[]): Promise<Pair> {
  const kafka = clientOf(brokers);
  await madeTopics(kafka, [['bare.in', partitions], ['bare.out', 1]]); // prettier-ignore
  const heard: Pair['heard'] = { tell: () => undefined };
  const open = new Set<string>();
  const consumer = kafka.consumer({ groupId: 'bare.heard' });
  await consumer.connect();
  await consumer.subscribe({ topics: ['bare.out'], fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      open.delete(String(message.key));
      heard.tell(String(message.key));
    },
  });
  const producer = kafka.producer();
  await producer.connect();
  return {
    group: 'bare',
    topic: 'bare.in',
    heard,
    start: (name) =>
      apart(program('./kafka-group-child.js'), [brokers.join(','), 'bare', 'bare.in', 'bare.out', name, String(session)], {}, 'joined'),
    ask: async () => {
      const key = randomUUID();
      open.add(key);
      await producer.send({ topic: 'bare.in', acks: -1, messages: [{ key, value: key, partition: partitionOf(key, partitions) }] });
      return key;
    },
    settled: async () => {
      while (open.size > 0) await realClock.sleep(50);
    },
    close: async () => {
      await producer.disconnect();
      await consumer.disconnect();
    },
  };
}

export const p16: Goal = {
  id: 'P16',
  title: `kill -9 of one of two orchestrators until the other says the first command in its place, against a bare group of kafkajs; session ${session} ms`,
  measure: (say) =>
    withReal(async (real) => {
      const { brokers } = await real.kafka();
      const admin = clientOf(brokers).admin();
      await admin.connect();
      const ours = await orchestrators(real, brokers);
      const [srm, least] = [failovers(admin, ours), failovers(admin, await bare(brokers))];
      const samples: { srm: number[]; kafkajs: number[] } = { srm: [], kafkajs: [] };
      try {
        await srm.raise();
        await ours.define();
        for (let round = 0; round < rounds; round += 1) {
          samples.srm.push(await srm.once(round));
          samples.kafkajs.push(await least.once(round));
          say(`${samples.srm.at(-1)?.toFixed(0)} ms, bare group ${samples.kafkajs.at(-1)?.toFixed(0)} ms`);
        }
      } finally {
        await srm.end();
        await least.end();
        await admin.disconnect();
      }
      say(`median ${median(samples.srm).toFixed(0)} ms, bare group ${median(samples.kafkajs).toFixed(0)} ms`);
      const about = `two orchestrators as processes on Apache Kafka, documents in ${mongoName}; every preview that was asked for meanwhile was planned`;
      return [{ id: 'P16', estimate: ratio(samples.srm, samples.kafkajs), target: { sign: '<=', value: 1.15 }, about, samples }];
    }),
};
