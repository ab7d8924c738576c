import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { say, type Codec, type Received } from '@srm/messaging';
import { registryCodec } from '@srm/messaging/registry';
import { listening, listLog, wallClock } from '@srm/messaging/testing';
import { avroSchemas, type Envelope } from '@srm/schemas';
import { kafka, type Kafka } from './kafka.ts';
import { run } from './part.ts';
import { python } from './python.ts';
import { registry, type Registry } from './registry.ts';
import { testBus } from './test-bus.ts';

let folder = '';
let broker: Kafka;
let schemas: Registry;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'srm-reader-'));
  [broker, schemas] = await Promise.all([kafka(folder), registry(folder)]);
});
afterAll(async () => {
  await Promise.all([broker.stop(), schemas.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const reader = fileURLToPath(new URL('../src/reader.py', import.meta.url));
const topic = 'srm.events.v1';
type Read = Readonly<{ partition: number; position: number; key: string; schema: string; attributes: object; data: object }>;

/** What fastavro and kafka-python make of the topic. */
async function readByPython(): Promise<readonly Read[]> {
  const { command } = await python('fastavro==1.13.1', 'kafka-python==3.0.12');
  const output = await run(command, [reader, broker.brokers.join(), schemas.url, topic], folder);
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Read);
}

/** The same of ours. */
async function readByUs(records: readonly Received[], codec: Codec): Promise<readonly Read[]> {
  const read = await Promise.all(
    records.map(async (record): Promise<Read> => {
      const { type, data } = await codec.decode(record);
      const attributes = Object.fromEntries(
        record.headers.filter(([name]) => name.startsWith('ce_')).map(([name, value]) => [name.slice(3), value]),
      );
      return { partition: record.partition, position: record.position, key: record.key, schema: `srm.${type}`, attributes, data };
    }),
  );
  return read.sort((a, b) => a.partition - b.partition || a.position - b.position);
}

const envelope = (type: string, data: object, n: number): Envelope => ({
  type,
  data,
  id: `id-${n}`,
  source: '/srm/operation/部署',
  subject: `operation/${n % 30}`,
  time: '2026-11-24T08:00:00.000Z',
  sequence: n % 2 === 0 ? null : n,
  correlationid: `${n % 30}`,
  causationid: n % 3 === 0 ? null : 'ü "quoted" 😀',
  traceparent: null,
});
const sample = async (type: string): Promise<object> =>
  JSON.parse(await readFile(new URL(`../../schemas/samples/${type}.json`, import.meta.url), 'utf8')) as object;

test('a reader in another language, with its own Avro and its own Kafka client, reads every message as we do, by the registry’s schemas', async () => {
  const bus = await testBus(broker.brokers);
  const codec = await registryCodec({ url: schemas.url, clock: wallClock, log: listLog() });
  const types = [...avroSchemas.keys()];
  const messages = await Promise.all(types.map(async (type, n) => envelope(type, await sample(type), n)));
  const odd = { operation: '部署 😀\u0000', step: '', attempt: -(2 ** 31), offset: Number.MAX_SAFE_INTEGER - 1, text: '\u2028"\\' };
  const older = await registryCodec({
    url: schemas.url,
    clock: wallClock,
    log: listLog(),
    schemas: new Map([['LogChunk', { ...avroSchemas.get('LogChunk'), doc: 'As it was before.' }]]),
  });
  const heard = await listening(bus, topic, 'ours');
  const chunk = envelope('LogChunk', odd, types.length);
  await say(
    { bus, codec },
    [...messages, chunk].map((message) => ({ topic: 'events', message })),
  );
  await say({ bus, codec: older }, [{ topic: 'events', message: chunk }]);
  const ours = await readByUs(await heard.reaches(types.length + 2), codec);
  const theirs = await readByPython();
  expect(theirs).toStrictEqual(ours);
  expect(new Set(theirs.map((one) => one.schema))).toStrictEqual(new Set(types.map((type) => `srm.${type}`)));
  await bus.close();
});
