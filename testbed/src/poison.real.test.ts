import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { headerOf, idOf, partitionOf, type Received } from '@srm/messaging';
import type { KafkaBus } from '@srm/messaging/kafka';
import { registryCodec } from '@srm/messaging/registry';
import { listening, listLog, wallClock as clock, word } from '@srm/messaging/testing';
import { deadLetterOf, operationKey, stepKey, topics, type Envelope, type Message, type Topic } from '@srm/schemas';
import { stopEverything } from '@srm/sem-bridge';
import { askingOf, chanceOf, type Asking } from '@srm/standalone/kill';
import { CompressionTypes, Kafka as Client, logLevel } from 'kafkajs';
import { fleetOf, type Fleet } from './fleet.ts';
import { run } from './part.ts';
import { testBus } from './test-bus.ts';
import { realParts, type RealParts } from './test-parts.ts';
import { numberless, put, senseless, unreadable, type Poison, type Work } from './test-poison.ts';

const namespace = 'p.';
const partitions = 12;
const names = Object.keys(topics) as readonly Topic[];
const product = `apiVersion: srm/v1
kind: Product
metadata: { name: book }
spec:
  components:
    - name: page
      source: { path: ./page }
      build: { run: [[mkdir, dist], [cp, main.mjs, dist]], output: dist }
      package: { files: { dist: /app }, workdir: /app }
      workload: { kind: job, command: [node, main.mjs] }
---
apiVersion: srm/v1
kind: Environment
metadata: { name: development }
spec: { stage: development, target: { driver: process } }
`;
const release = { kind: 'release', product: 'book', environment: 'development' } as const;

let folder = '';
let parts: RealParts;
let fleet: Fleet;
let bus: KafkaBus;
let asking: Asking;
let seen: Awaited<ReturnType<typeof played>>;

beforeAll(async () => {
  parts = await realParts();
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'srm-poison-')));
  mkdirSync(path.join(folder, 'page'));
  writeFileSync(path.join(folder, 'page', 'main.mjs'), '');
  fleet = fleetOf({
    folder,
    logs: path.join(parts.folder, 'logs'),
    brokers: parts.broker.brokers,
    registry: parts.schemas.url,
    mongodb: parts.store.uri,
    database: 'poison',
    namespace,
    instances: 1,
    session: 6_000,
    chance: chanceOf(1),
  });
  bus = await testBus(parts.broker.brokers, { clientId: 'poisoner', namespace });
  asking = askingOf(fleet, clock, randomUUID);
  seen = await played();
});
afterAll(async () => {
  await fleet.end();
  await stopEverything(path.join(folder, 'data', 'sem'), clock);
  await bus.close();
  await parts.stop();
  rmSync(folder, { recursive: true });
});

/** Schemas that others keep at the same registry. */
async function othersSchemas() {
  const registered = async (subject: string, schema: string, schemaType = 'AVRO'): Promise<number> => {
    const answer = await fetch(`${parts.schemas.url}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      body: JSON.stringify({ schema, schemaType }),
    });
    return ((await answer.json()) as Readonly<{ id: number }>).id;
  };
  const record = (name: string): string =>
    JSON.stringify({ type: 'record', name, namespace: 'srm', fields: [{ name: 'text', type: 'string' }] });
  return {
    unheard: await registered('others.Unheard', record('Unheard')),
    broken: await registered('others.LogChunk', record('LogChunk')),
    others: [
      await registered('others.Text', '"string"'),
      await registered('others.Json', '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}', 'JSON'),
      await registered('others.Protobuf', 'syntax = "proto3"; message Text { string text = 1; }', 'PROTOBUF'),
    ],
  };
}

/** The first of these names that lies on this partition by its key. */
function nameOn(partition: number, name: string, keyOf: (name: string) => string): string {
  for (let n = 1; ; n += 1) if (partitionOf(keyOf(`${name}-${n}`), partitions) === partition) return `${name}-${n}`;
}

const preview = (key: string) => asking.insist((client) => client.request({ ...release, preview: true }, key));

/** A preview, and names that lie on its partition: of another one that is asked for later, and of a step. */
async function work(): Promise<Work & Readonly<{ partition: number; laterKey: string }>> {
  await asking.insist((client) => client.define(product, folder));
  const { id: before } = await preview('before');
  await asking.follow(before).ended;
  const partition = partitionOf(operationKey(before), partitions);
  const idBy = (key: string): string => idOf('operation', 'default', key);
  const laterKey = nameOn(partition, 'after', (key) => operationKey(idBy(key)));
  const step = nameOn(partition, 'step', (name) => stepKey(before, name));
  return { before, after: idBy(laterKey), step, partition, laterKey };
}

/** What is done about it is seen from outside. */
const good = (topic: Topic, n: number, { before, step }: Work): readonly Message[] => {
  const name = `good ${n}`;
  switch (topic) {
    case 'ci':
    case 'sem':
    case 'scm':
      return [{ type: 'CancelStep', data: { operation: before, step, job: name, attempt: 1, fence: 0, reason: name } }];
    case 'timer':
      return [{ type: 'SetTimer', data: { operation: before, timer: name, delay: 0 } }];
    case 'logs':
      return [{ type: 'LogChunk', data: { operation: before, step, attempt: 1, offset: 7 * (n - 1), text: `${name}\n` } }];
    default:
      return []; // what the previews are made by
  }
};
const isAnswer = (record: Received): boolean =>
  /^(JobCancelled|TimerFired)$/.test(headerOf(record, 'ce_type') ?? '') && Buffer.from(record.value).includes('good');

const keyOf = (topic: Topic, { before, after, step }: Work): string =>
  topic === 'inputs' || topic === 'events' || topic === 'plan'
    ? operationKey(after)
    : topic === 'timer'
      ? operationKey(before)
      : stepKey(before, step);

type Listening = Awaited<ReturnType<typeof listening>>;
async function until({ reaches }: Listening, enough: (records: readonly Received[]) => boolean): Promise<readonly Received[]> {
  for (let count = 1; ; count += 1) {
    const records = await reaches(count);
    if (enough(records)) return records;
  }
}

/** Good work, each kind of poison, good work, on one partition of every topic; beside it a release. Ends when all of it has come to its end. */
async function played() {
  // Five that register at once are slow here; that they may is a test of its own.
  const codec = await registryCodec({ url: parts.schemas.url, namespace, clock, log: listLog() });
  fleet.start();
  const ids = await othersSchemas();
  const known = await work();
  const pids = fleet.members.map((member) => member.pid());
  const heard = await listening(bus, topics.inputs.name, 'heard', 'whole');
  const letters = await Promise.all(names.map((topic) => listening(bus, deadLetterOf(topics[topic].name), 'letters')));
  const encoded = ({ type, data }: Message, topic: Topic, key = keyOf(topic, known)) =>
    codec.encode({ topic, message: { ...word(key, 'x'), type, data, time: new Date().toISOString() } as Envelope });

  const { id: beside } = await asking.insist((client) => client.request({ ...release, preview: false }, 'beside'));
  const producer = new Client({ brokers: [...parts.broker.brokers], logLevel: logLevel.NOTHING }).producer();
  await producer.connect();
  const place = { namespace, partition: known.partition };
  await put(producer, topics.events.name, place, {
    key: operationKey('ghost'),
    headers: [['ce_sequence', '0000000001']],
    value: Buffer.from('boo'),
  });
  const poisoned: { topic: Topic; origin: string; poison: Poison }[] = [];
  for (const topic of names) {
    const text: Message = { type: 'LogChunk', data: { operation: known.before, step: known.step, attempt: 1, offset: 0, text: 'x' } };
    const misplaced = senseless(topic, known, text).map(async ({ message, key, why }): Promise<Poison> => {
      const record = await encoded(message, topic, key);
      return { record: { ...record, value: Buffer.from(record.value) }, why };
    });
    const poison =
      topic === 'events'
        ? numberless(keyOf(topic, known))
        : [...unreadable(await encoded(text, topic), ids), ...(await Promise.all(misplaced))];
    const say = async (n: number) => bus.publish(await Promise.all(good(topic, n, known).map((one) => encoded(one, topic))));
    await say(1);
    for (const one of poison) poisoned.push({ topic, origin: await put(producer, topics[topic].name, place, one.record), poison: one });
    await say(2);
  }
  const bomb = { key: 'bomb', headers: [], value: Buffer.alloc(3_000_000), packed: CompressionTypes.GZIP };
  const bombed = await put(producer, topics.inputs.name, place, bomb).catch((error: unknown) => error);
  await producer.disconnect();

  await preview(known.laterKey);
  for (const id of [known.after, beside]) await asking.follow(id).ended;
  const answers = await until(
    heard,
    (records) => new Set(records.filter(isAnswer).map(({ key, value }) => key + String(value))).size === 8,
  );
  for (const [n, topic] of names.entries()) {
    const due = poisoned.filter((one) => one.topic === topic).length;
    const one = letters[n];
    if (one !== undefined) await until(one, (records) => new Set(records.map(originOf)).size >= due);
  }
  const said = await Promise.all(answers.filter(isAnswer).map((one) => codec.decode(one)));
  return { ...known, beside, pids, poisoned, bombed, said, letters: letters.map(({ items }) => items) };
}

const originOf = (record: Received): string => headerOf(record, 'srm_origin') ?? '';
const inOrder = (origin: string): string => {
  const [topic, partition, position] = origin.split('/');
  const at = names.findIndex((name) => topics[name].name === topic);
  return `${at}/${partition}/${position?.padStart(10, '0')}`;
};
const shown = (value: Uint8Array | null): string => {
  const text = Buffer.from(value ?? []).toString('base64');
  return text.length > 500 ? `${text.length}: ${idOf(text)}` : text;
};

test('each poison lies in the dead letter of its topic with its origin, its bytes, its headers and why, and nothing else does', () => {
  const found = seen.letters.flat().map((record) => {
    const [reason, origin] = record.headers.slice(-2);
    const { topic, key, headers } = record;
    return { origin: origin?.[1] ?? '', topic, key, headers: headers.slice(0, -2), value: shown(record.value), why: reason?.[1] };
  });
  // What comes again is buried again.
  const once = [...new Map(found.map((one) => [one.origin, one])).values()];
  once.sort((a, b) => (inOrder(a.origin) < inOrder(b.origin) ? -1 : 1));
  expect(once).toEqual(
    seen.poisoned.map(({ topic, origin, poison: { record, why } }) => ({
      ...{ origin, topic: deadLetterOf(topics[topic].name), key: record.key ?? '' },
      ...{ headers: record.headers, value: shown(record.value), why },
    })),
  );
});

test('what would unpack to more than a record may have is refused by the broker', () => {
  expect(seen.bombed).toMatchObject({ type: 'MESSAGE_TOO_LARGE' });
});

test('what was good before and after it on the same partition was done', async () => {
  const { before, after, step, said } = seen;
  const answers = said.map(({ type, data }) =>
    type === 'TimerFired'
      ? `${type} ${'timer' in data && data.timer}`
      : `${type} ${'bridge' in data && data.bridge} ${'job' in data && data.job}`,
  );
  expect([...new Set(answers)].sort()).toEqual([
    ...['ci', 'scm', 'sem'].flatMap((bridge) => [`JobCancelled ${bridge} good 1`, `JobCancelled ${bridge} good 2`]),
    ...['TimerFired good 1', 'TimerFired good 2'],
  ]);
  expect((await asking.insist((client) => client.log(before, step, 0))).text).toBe('good 1\ngood 2\n');
  for (const id of [before, after]) {
    const { status, frozen } = await asking.insist((client) => client.operation(id));
    expect([status, frozen]).toEqual(['planned', null]);
  }
});

test('an event that nobody can read is no dead letter: the view of its operation stands still and says so', async () => {
  const ghost = async (): Promise<string | null> => {
    for (; ; await clock.sleep(50)) {
      const found = await asking.insist((client) => client.operation('ghost').catch(() => null));
      if (found !== null) return found.frozen;
    }
  };
  expect(await ghost()).toBe('event 1 () cannot be read: header content-type is missing');
});

test('srm get dead-letters lists each, with why', async () => {
  const cli = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
  const { address } = await fleet.present();
  const asked = ['get', 'dead-letters', '--output', 'json', '--limit', '1000', '--server', address];
  expect(JSON.parse(await run(process.execPath, [cli, ...asked], folder))).toEqual(
    seen.letters.flat().map((record) => ({
      ...{ topic: record.topic.replace(/\.dlq$/, ''), position: record.position, key: record.key, origin: originOf(record) },
      ...{ type: headerOf(record, 'ce_type') ?? '', time: headerOf(record, 'ce_time'), reason: headerOf(record, 'srm_reason') },
      ...{ bytes: record.value.length, replayed: null },
    })),
  );
});

test('a release that was asked for beside it succeeds; every service still lives, and ends with 0 when it is asked to', async () => {
  const { beside, pids } = seen;
  const { status, frozen } = await asking.insist((client) => client.operation(beside));
  expect([status, frozen]).toEqual(['succeeded', null]);
  expect(fleet.members.map((member) => [member.instance, member.lives(), member.pid()])).toEqual(
    fleet.members.map(({ instance }, n) => [instance, true, pids[n]]),
  );
  expect(await fleet.leave()).toBe(0);
});
