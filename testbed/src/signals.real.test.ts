import { Kafka as Client, logLevel } from 'kafkajs';
import { realParts, type RealParts } from './test-parts.ts';
import { begun } from './test-process.ts';

let parts: RealParts;
beforeAll(async () => {
  parts = await realParts();
});
afterAll(() => parts.stop());

const service = (namespace: string) =>
  begun('scm-bridge', {
    ...{ KAFKA_BROKERS: parts.broker.brokers.join(','), KAFKA_REPLICATION: '1', SRM_NAMESPACE: namespace, MONGODB_DATABASE: 'signals' },
    ...{ SCHEMA_REGISTRY_URL: parts.schemas.url, MONGODB_URI: parts.store.uri, HEALTH_PORT: '0' },
  });
const freeze = (signal: 'SIGSTOP' | 'SIGCONT'): void => parts.broker.nodes.forEach((node) => process.kill(node.pid(), signal));

test('who is asked to end while nothing stands in the way has settled all, and exits with 0', async () => {
  const { child, ended, line } = service('a.');
  await line('ready');
  child.kill('SIGTERM');
  expect([await ended, (await line('ended'))['code']]).toEqual([0, 0]);
});

test('who is asked to end and cannot leave, since the broker does not answer, exits with 1 by itself', async () => {
  const { child, ended, line } = service('a.');
  await line('ready');
  freeze('SIGSTOP');
  try {
    child.kill('SIGTERM');
    expect([await ended, (await line('ended'))['code']]).toEqual([1, 1]);
  } finally {
    freeze('SIGCONT');
  }
});

test('the second signal ends it at once, with 1: it says nothing more', async () => {
  const { child, ended, line, said } = service('a.');
  await line('ready');
  freeze('SIGSTOP');
  try {
    child.kill('SIGTERM');
    await line('ending');
    child.kill('SIGINT');
    expect([await ended, said.out.includes('"event":"ended"')]).toEqual([1, false]);
  } finally {
    freeze('SIGCONT');
  }
});

test('where a topic has other partitions it does not begin, names the topic, and exits with 3', async () => {
  const admin = new Client({ brokers: [...parts.broker.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'b.srm.inputs.v1', numPartitions: 3, replicationFactor: 1 }] });
  await admin.disconnect();
  const { ended, line } = service('b.');
  expect(await ended).toBe(3);
  expect((await line('refused'))['msg']).toBe(
    'scm-bridge cannot begin: topic b.srm.inputs.v1 has 3 partitions, not 12: ' +
      'keys would lie elsewhere; keep what is there and make topics under another namespace',
  );
});

test('where the registry holds a message that it cannot read it does not begin, names the message, and exits with 3', async () => {
  const schema = { type: 'record', name: 'LogChunk', namespace: 'srm', fields: [{ name: 'text', type: 'string' }] };
  await fetch(`${parts.schemas.url}/subjects/c.srm.LogChunk/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  });
  const { ended, line } = service('c.');
  expect(await ended).toBe(3);
  expect((await line('refused'))['msg']).toMatch(
    /^scm-bridge cannot begin: the schema registry at http:.* refuses LogChunk \(what is registered as c\.srm\.LogChunk cannot be read by it: /,
  );
});
