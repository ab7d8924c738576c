import { nothingTarget, type NothingTarget } from '@srm/bridge';
import { parseDefinitions } from '@srm/definitions';
import type { Documents } from '@srm/documents';
import { embeddedCodec, idOf, type Codec, type Log, type Outgoing } from '@srm/messaging';
import { rebuild } from '@srm/query-api';
import { definitionsKey, operationKey, topics, type Envelope, type Message, type RequestOperation } from '@srm/schemas';
import { virtualClock, type VirtualClock } from './clock.ts';
import type { Occurrence } from './laws.ts';
import { memoryBus, memoryLog, type MemoryBus } from './memory-bus.ts';
import { memoryDocuments } from './memory-documents.ts';

/** What outlives every service: time, bus, documents, targets; and an auditor who reads all that is said. */
export type Stage = Readonly<{
  clock: VirtualClock;
  bus: MemoryBus;
  documents: Documents;
  codec: Codec;
  target: NothingTarget;
  /** Every event as it lies on the topic, repeats too. */
  record: readonly Occurrence[];
  /** What went to the dead letter, and why. */
  undelivered: readonly string[];
  say: (...messages: readonly Readonly<{ subject: string; message: Message; id?: string }>[]) => Promise<void>;
  /** Resolves when it holds; looked at whenever something was said. */
  until: (holds: () => boolean) => Promise<void>;
  /** Lets those look again who wait for what is not said. */
  wake: () => void;
  happened: (operation: string, type: string) => boolean;
  /** The ending of an operation, once it has one. */
  ended: (operation: string) => string | undefined;
  /** Puts definitions in force. */
  define: (yaml: string) => Promise<void>;
  /** I7: dropped and folded again, the views are the same bytes. Called when no service runs. */
  sameViews: () => Promise<boolean>;
  /** Waits until the views show the last event of every key. */
  viewsReach: () => Promise<void>;
  close: () => Promise<void>;
}>;

/** Its numbers of schemas are fixed by the list of schemas: shared by all, it changes nothing. */
const codec = embeddedCodec({ file: ':memory:' });
const start = Date.parse('2026-11-24T08:00:00.000Z');
const endings = /^Operation(Succeeded|Failed|Compensated|CompensationFailed|Cancelled|Refused|Planned)$/;

export async function stage(log: Log): Promise<Stage> {
  const clock = virtualClock(start);
  const bus = memoryBus(memoryLog(), clock);
  const documents = memoryDocuments();
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
  const say: Stage['say'] = async (...messages) => {
    const outgoing = messages.map(({ subject, message, id }): Outgoing => ({
      topic: 'inputs',
      message: envelope(subject, message, clock.now(), id),
    }));
    await bus.publish(await Promise.all(outgoing.map((one) => codec.encode(one))));
  };
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
    record.find(({ event }) => event.subject === operationKey(id) && endings.test(event.type))?.event.type;

  const define = async (yaml: string): Promise<void> => {
    const parsed = parseDefinitions(yaml, { base: '/' });
    if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
    const frozen = documents.collection<{ _id: string; json: string }>('frozen');
    for (const { digest, json } of parsed.documents) await frozen.insertOne({ _id: digest, json: JSON.stringify(json) });
    const put = parsed.documents.map(({ kind, name, digest }) => ({ kind, name, digest }));
    const data = { tenant: 'acme', requestId: 'r', bodyDigest: 'sha256:b', documents: put, actor: { name: 'li', authenticated: false } };
    await say({ subject: definitionsKey('acme'), message: { type: 'PutDefinitions', data } });
    await until(() => record.some(({ event }) => event.type === 'DefinitionsAccepted'));
  };
  return {
    clock,
    bus,
    documents,
    codec,
    target,
    record,
    undelivered,
    say,
    until,
    wake: heard,
    happened,
    ended,
    define,
    viewsReach: () => viewsReach(documents, record),
    sameViews: async () => {
      const views = await viewsOf(documents);
      await rebuild({ documents, codec, clock, log });
      return views === (await viewsOf(documents));
    },
    close: async () => {
      for (const reader of [audit, ...dead]) await reader.stop();
      await bus.close();
      clock.stop();
    },
  };
}

/** Waits until the views show the last event of every key. */
async function viewsReach(documents: Documents, record: readonly Occurrence[]): Promise<void> {
  const operations = documents.collection<{ _id: string; number: number }>('operations');
  const positions = documents.collection<{ _id: string; number: number }>('positions');
  const shown = async (key: string): Promise<number> => {
    const isOperation = key.startsWith('operation/');
    const found = await (isOperation ? operations.findOne({ _id: key.slice('operation/'.length) }) : positions.findOne({ _id: key }));
    return found?.number ?? 0;
  };
  for (;;) {
    const last = new Map<string, number>();
    for (const { event } of record) last.set(event.subject, Math.max(last.get(event.subject) ?? 0, event.sequence ?? 0));
    const behind: string[] = [];
    for (const [key, number] of last) if ((await shown(key)) < number) behind.push(key);
    if (behind.length === 0) return;
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

export const requestOf = (operation: string, asked: Partial<RequestOperation['data']>): RequestOperation => ({
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
    force: null,
    of: null,
    notBefore: null,
    deadline: null,
    ...asked,
  },
});

const envelope = (subject: string, message: Message, now: number, id?: string): Envelope => ({
  ...message,
  id: id ?? idOf('request', subject),
  source: '/srm/door',
  subject,
  time: new Date(now).toISOString(),
  sequence: null,
  correlationid: subject,
  causationid: null,
  traceparent: null,
});
