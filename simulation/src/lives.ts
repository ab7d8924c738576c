import { nothingTarget, type Job, type NothingTarget, type Script } from '@srm/bridge';
import { parseDefinitions } from '@srm/definitions';
import { embeddedDocuments, type Documents } from '@srm/documents';
import { embeddedCodec, embeddedLog, idOf, type Log, type Outgoing } from '@srm/messaging';
import { definitionsKey, operationKey, topics, type Envelope, type Message, type RequestOperation } from '@srm/schemas';
import { rebuild } from '@srm/query-api';
import { virtualClock } from './clock.ts';
import { house, inhabited } from './house.ts';
import type { Occurrence } from './laws.ts';
import { life, mortalBus, mortalDocuments, mortalPort } from './life.ts';
import { shop } from './shop.ts';

export type Lived = Readonly<{
  record: readonly Occurrence[];
  target: NothingTarget;
  breaths: number;
  lives: number;
  ending: string;
  undelivered: readonly string[];
  /** I7: dropped and folded again, the views are the same bytes. */
  sameViews: boolean;
}>;

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };
const start = Date.parse('2026-11-24T08:00:00.000Z');

/** Runs operations one after the other to their ends, through as many lives as it takes: each process dies at the breath given for it, the last one lives. */
export async function lived(
  operations: readonly Partial<RequestOperation['data']>[],
  script: (job: Job) => Script,
  deaths: readonly number[],
  log: Log = silent,
): Promise<Lived> {
  const clock = virtualClock(start);
  const bus = embeddedLog({ file: ':memory:', clock, log, synchronous: 'off' });
  const documents = embeddedDocuments({ file: ':memory:' });
  const codec = embeddedCodec({ file: ':memory:' });
  const target = nothingTarget();
  const record: Occurrence[] = [];
  const undelivered: string[] = [];
  const waiting = new Set<() => void>();
  const heard = (): void => waiting.forEach((wake) => wake());
  const audit = await bus.subscribe({
    topic: topics.events.name,
    group: 'auditor',
    read: 'shared',
    onBatch: async (batch) => {
      for (const one of batch.records) {
        record.push({ event: await codec.decode(one), bytes: Buffer.from(one.value).toString('base64') + JSON.stringify(one.headers) });
        await batch.resolve(one.position);
      }
      heard();
    },
  });
  const dead = await Promise.all(
    Object.values(topics).map((topic) =>
      bus.subscribe({
        topic: `${topic.name}.dlq`,
        group: 'auditor',
        read: 'shared',
        onBatch: async (batch) => {
          for (const one of batch.records) {
            undelivered.push(`${topic.name}: ${new Map(one.headers).get('srm_reason')}`);
            await batch.resolve(one.position);
          }
        },
      }),
    ),
  );
  const say = async (...outgoing: readonly Outgoing[]): Promise<void> =>
    bus.publish(await Promise.all(outgoing.map((one) => codec.encode(one))));
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds())
      await new Promise<void>((resolve) => {
        const wake = (): void => (waiting.delete(wake), resolve());
        waiting.add(wake);
      });
  };
  const happened = (id: string, type: string): boolean =>
    record.some(({ event }) => event.type === type && 'operation' in event.data && event.data.operation === id);
  const ended = (id: string): string | undefined =>
    record.find(
      ({ event }) =>
        event.subject === operationKey(id) &&
        /^Operation(Succeeded|Failed|Compensated|CompensationFailed|Cancelled|Refused|Planned)$/.test(event.type),
    )?.event.type;

  const parsed = parseDefinitions(shop, { base: '/' });
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
  const frozen = documents.collection<{ _id: string; json: string }>('frozen');
  for (const { digest, json } of parsed.documents) await frozen.insertOne({ _id: digest, json: JSON.stringify(json) });
  const put = parsed.documents.map(({ kind, name, digest }) => ({ kind, name, digest }));

  let lives = 0;
  let ids = 0;
  let breaths = 0;
  let over = false;
  let lastStop: () => Promise<void> = async () => {};
  const living = (async () => {
    for (const diesAt of [...deaths, Infinity]) {
      if (over) return;
      lives += 1;
      const own = life(diesAt, clock.busy);
      const mortal = { bus: mortalBus(bus, own), documents: mortalDocuments(documents, own), codec, clock, log, target, script };
      const began = (async () => {
        const services = await house({
          ...mortal,
          newId: () => idOf('holder', ++ids),
          around: (driver) => mortalPort(driver, own),
        });
        return inhabited(services, mortal);
      })();
      if (diesAt === Infinity) lastStop = (await began).stop;
      await Promise.race([own.death, ...(diesAt === Infinity ? [Promise.resolve()] : [])]);
      breaths = Math.max(breaths, own.breaths());
      if (diesAt === Infinity) {
        await until(() => over);
        breaths = own.breaths();
        return;
      }
      void began.then((home) => home.stop());
    }
  })();

  await say({
    topic: 'inputs',
    message: envelope(definitionsKey('acme'), {
      type: 'PutDefinitions',
      data: { tenant: 'acme', requestId: 'r', bodyDigest: 'sha256:b', documents: put, actor: { name: 'li', authenticated: false } },
    }),
  });
  let ending = '';
  for (const [n, asked] of operations.entries()) {
    const id = `op-${n + 1}`;
    await until(() => record.some(({ event }) => event.type === 'DefinitionsAccepted'));
    await say({ topic: 'inputs', message: envelope(operationKey(id), requestOf(id, asked)) });
    await until(() => ended(id) !== undefined && (!happened(id, 'OperationWaiting') || happened(id, 'EnvironmentFreed')));
    ending = ended(id) ?? '';
  }
  await viewsReach(documents, record);
  over = true;
  heard();
  await living;
  await lastStop();
  const views = await viewsOf(documents);
  await rebuild({ documents, codec, clock, log });
  const rebuilt = await viewsOf(documents);
  for (const reader of [audit, ...dead]) await reader.stop();
  await bus.close();
  await documents.close();
  clock.stop();
  return { record, target, breaths, lives, ending, undelivered, sameViews: views === rebuilt };
}

/** Waits until the views show the last event of every operation. */
async function viewsReach(documents: Documents, record: readonly Occurrence[]): Promise<void> {
  const operations = documents.collection<{ _id: string; number: number }>('operations');
  const last = new Map(record.map(({ event }) => [event.subject, event.sequence ?? 0]));
  for (const [key, number] of last) {
    if (!key.startsWith('operation/')) continue;
    while (((await operations.findOne({ _id: key.slice('operation/'.length) }))?.number ?? 0) < number)
      await new Promise((resolve) => setImmediate(resolve));
  }
}

async function viewsOf(documents: Documents): Promise<string> {
  const names = ['operations', 'steps', 'resources', 'definitions', 'releases', 'answers', 'positions'];
  const all = await Promise.all(
    names.map((name) =>
      documents
        .collection(name)
        .find({}, { sort: { _id: 1 } })
        .toArray(),
    ),
  );
  return JSON.stringify(all);
}

const requestOf = (operation: string, asked: Partial<RequestOperation['data']>): RequestOperation => ({
  type: 'RequestOperation',
  data: {
    operation,
    tenant: 'acme',
    key: operation,
    bodyDigest: 'sha256:b',
    kind: 'release',
    product: 'shop',
    components: [],
    version: null,
    release: null,
    environment: 'development',
    perComponent: [],
    pipeline: null,
    onFailure: null,
    reason: null,
    labels: [],
    expectedPlan: null,
    preview: false,
    actor: { name: 'li', authenticated: false },
    ...asked,
  },
});

const envelope = (subject: string, message: Message): Envelope => ({
  ...message,
  id: idOf('request', subject),
  source: '/srm/door',
  subject,
  time: new Date(start).toISOString(),
  sequence: null,
  correlationid: subject,
  causationid: null,
  traceparent: null,
});
