import { clientOf } from './kafka-raw.ts';

/** The smallest member of a group: says again, onto the second topic, what comes on the first. `brokers group in out name session` */
const [brokers = '', groupId = '', from = '', to = '', name = '', session = ''] = process.argv.slice(2);
const kafka = clientOf(brokers.split(','), name);
const sessionTimeout = Number(session);
const producer = kafka.producer({ allowAutoTopicCreation: false });
const consumer = kafka.consumer({
  groupId,
  sessionTimeout,
  heartbeatInterval: 1_000,
  rebalanceTimeout: Math.max(10_000, sessionTimeout),
  maxWaitTimeInMs: 1_000,
});
await producer.connect();
await consumer.connect();
await consumer.subscribe({ topics: [from], fromBeginning: true });
consumer.on('consumer.group_join', () => void process.stdout.write('joined\n'));
await consumer.run({
  partitionsConsumedConcurrently: 12,
  eachMessage: async ({ message: { key, value } }) =>
    void (await producer.send({ topic: to, acks: -1, messages: [{ key, value, partition: 0 }] })),
});
