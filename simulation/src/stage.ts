import { digestOf, parseDefinitions } from '@srm/definitions';
import { inserted, type Documents } from '@srm/documents';
import { embeddedCodec, idOf, type BusRecord, type Codec, type Log } from '@srm/messaging';
import { rebuild } from '@srm/query-api';
import { deadLetterOf, definitionsKey, operationKey, topics, type Envelope, type Message, type RequestOperation } from '@srm/schemas';
import { virtualClock, type VirtualClock } from './clock.ts';
import { history, type Committed } from './laws/histories.ts';
import type { Occurrence } from './laws/index.ts';
import type { Cost } from './laws/rest.ts';
import { memoryBus, memoryLog, type MemoryBus, type MemoryLog } from './memory-bus.ts';
import { memoryDocuments } from './memory-documents.ts';
import { witnessed, type Usage } from './witness.ts';

/** What outlives every service: time, bus, documents, targets; and an auditor who reads all that is said. */
export type Stage = Readonly<{
  clock: VirtualClock;
  bus: MemoryBus;
  documents: Documents;
  /** The same, for services: who writes is seen. */
  watched: Documents;
  /** The laws that were broken by writes. */
  broken: () => readonly string[];
  /** Jobs that the books have closed, and how many effects there were then. */
  closed: () => ReadonlyMap<string, number>;
  /** What was done so far. */
  cost: () => Cost;
  codec: Codec;
  /** All that lies on the topics. */
  topicLog: MemoryLog;
  /** Every event as it lies on the topic, repeats too. */
  record: readonly Occurrence[];
  /** What went to the dead letter, as it lies there. */
  dead: () => readonly BusRecord[];
  say: (...messages: readonly Readonly<{ subject: string; message: Message; id?: string }>[]) => Promise<void>;
  /** Resolves when it holds; looked at whenever something was said. */
  until: (holds: () => boolean) => Promise<void>;
  /** The same, but not longer than so many milliseconds. */
  within: (milliseconds: number, holds: () => boolean) => Promise<void>;
  /** Lets those look again who wait for what is not said. */
  wake: () => void;
  happened: (operation: string, type: string) => boolean;
  /** The ending of an operation, once it has one. */
  ended: (operation: string) => string | undefined;
  /** The events of an operation so far, repeats too. */
  told: (operation: string) => readonly Envelope[];
  /** Does a command to this key, named by its id, stand in the record? */
  answered: (key: string, requestId: string) => boolean;
  /** Puts definitions in force; once they are, it resolves. */
  define: (yaml: string, requestId?: string) => Promise<void>;
  /** I7: dropped and folded again, the views are the same bytes. Called when no service runs. */
  sameViews: () => Promise<boolean>;
  /** Waits until the views show the last event of every key; false: they never did. */
  viewsReach: () => Promise<boolean>;
  close: () => Promise<void>;
}>;

/** Its numbers of schemas are fixed by the list of schemas: shared by all, it changes nothing. */
const codec = embeddedCodec({ file: ':memory:' });
const start = Date.parse('2026-11-24T08:00:00.000Z');
const endings = /^Operation(Succeeded|Failed|Compensated|CompensationFailed|Cancelled|Refused|Planned)$/;

/** `effects`: how many effects the targets have seen so far. */
export async function stage(log: Log, effects: () => number = () => 0): Promise<Stage> {
  const clock = virtualClock(start);
  const topicLog = memoryLog();
  const bus = memoryBus(topicLog, clock);
  const documents = memoryDocuments();
  const usage: Usage = { reads: 0, writes: 0 };
  const broken: string[] = [];
  const closed = new Map<string, number>();
  const committed: Committed = new Map();
  const watched = witnessed(
    documents,
    (written) => {
      broken.push(...history(written, committed));
      const { collection, after } = written;
      if (after !== null && collection.endsWith('.jobs') && after['state'] === 'closed' && !closed.has(after._id))
        closed.set(after._id, effects());
    },
    usage,
  );
  const record: Occurrence[] = [];
  const told = new Map<string, Envelope[]>();
  const types = new Map<string, Set<string>>();
  const endedAs = new Map<string, string>();
  const waiting = new Set<() => void>();
  const heard = (): void => waiting.forEach((wake) => wake());
  const answers = new Set<string>();
  const note = (event: Envelope): void => {
    if ('requestId' in event.data) answers.add(`${event.subject} ${String(event.data.requestId)}`);
    const id = 'operation' in event.data ? String(event.data.operation) : event.subject;
    types.set(id, (types.get(id) ?? new Set()).add(event.type));
    if (event.subject !== operationKey(id)) return;
    const known = told.get(id);
    if (known === undefined) told.set(id, [event]);
    else known.push(event);
    if (endings.test(event.type) && !endedAs.has(id)) endedAs.set(id, event.type);
  };
  const audit = await bus.subscribe({
    topic: topics.events.name,
    group: 'auditor',
    read: 'shared',
    onBatch: async (batch) => {
      for (const one of batch.records) {
        const event = await codec.decode(one);
        record.push({ event, bytes: Buffer.from(one.value).toString('base64') + JSON.stringify(one.headers) });
        note(event);
        await batch.resolve(one.position);
      }
      heard();
    },
  });
  const dead = (): readonly BusRecord[] =>
    Object.values(topics).flatMap(({ name }) => (topicLog.streams.get(deadLetterOf(name)) ?? []).flatMap(({ records }) => records));
  const say: Stage['say'] = async (...messages) => {
    const outgoing = messages.map(({ subject, message, id }) =>
      codec.encode({ topic: 'inputs', message: envelope(subject, message, clock.now(), id) }),
    );
    await bus.publish(await Promise.all(outgoing));
  };
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds())
      await new Promise<void>((resolve) => {
        const wake = (): void => (waiting.delete(wake), resolve());
        waiting.add(wake);
      });
  };
  const within: Stage['within'] = async (milliseconds, holds) => {
    const over = new AbortController();
    await Promise.race([clock.sleep(milliseconds, over.signal).then(heard), until(() => over.signal.aborted || holds())]);
    over.abort();
    heard();
  };
  const happened = (id: string, type: string): boolean => types.get(id)?.has(type) === true;
  const ended = (id: string): string | undefined => endedAs.get(id);

  const define = async (yaml: string, requestId = 'r'): Promise<void> => {
    const parsed = parseDefinitions(yaml, { base: '/' });
    if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors));
    const frozen = documents.collection<{ _id: string; json: string }>('frozen');
    const put: { kind: string; name: string; digest: string }[] = [];
    for (const { kind, name, json } of parsed.documents.map(manyFold)) {
      const digest = digestOf(json);
      await inserted(frozen, { _id: digest, json: JSON.stringify(json) });
      put.push({ kind, name, digest });
    }
    const data = { tenant: 'acme', requestId, bodyDigest: 'sha256:b', documents: put, actor: { name: 'li', authenticated: false } };
    const subject = definitionsKey('acme');
    await say({ subject, id: idOf('definitions', requestId), message: { type: 'PutDefinitions', data } });
    await until(() => answers.has(`${subject} ${requestId}`));
  };
  return {
    clock,
    bus,
    documents,
    watched,
    broken: () => broken,
    closed: () => closed,
    cost: () => ({ ...usage, said: said(topicLog), woken: clock.woken() }),
    codec,
    topicLog,
    record,
    dead,
    told: (id) => told.get(id) ?? [],
    say,
    until,
    within,
    wake: heard,
    happened,
    ended,
    answered: (key, requestId) => answers.has(`${key} ${requestId}`),
    define,
    viewsReach: () => viewsReach(documents, record, clock),
    sameViews: async () => {
      const views = await viewsOf(documents);
      await rebuild({ documents, codec, clock, log });
      return views === (await viewsOf(documents));
    },
    close: async () => {
      await audit.stop();
      await bus.close();
      clock.stop();
    },
  };
}

const said = ({ streams }: MemoryLog): number => [...streams.values()].flat().reduce((sum, { records }) => sum + records.length, 0);

type Parsed = Readonly<{ kind: string; name: string; json: object }>;

/** Where the environment says `x-many`, its target runs several of each: no driver that is built can, the plan and the operation must. */
const manyFold = (document: Parsed): Parsed => {
  const text = JSON.stringify(document.json);
  return text.includes('"x-many":true')
    ? { ...document, json: JSON.parse(text.replace('"driver":"process"', '"driver":"many"')) }
    : document;
};

/** Waits until the views show the last event of every key; false: ten minutes are not enough. */
async function viewsReach(documents: Documents, record: readonly Occurrence[], clock: VirtualClock): Promise<boolean> {
  const operations = documents.collection<{ _id: string; number: number }>('operations');
  const positions = documents.collection<{ _id: string; number: number }>('positions');
  const shown = async (key: string): Promise<number> => {
    const isOperation = key.startsWith('operation/');
    const found = await (isOperation ? operations.findOne({ _id: key.slice('operation/'.length) }) : positions.findOne({ _id: key }));
    return found?.number ?? 0;
  };
  const last = new Map<string, number>();
  let seen = 0;
  for (const until = clock.now() + 600_000; ;) {
    for (; seen < record.length; seen++) {
      const { subject = '', sequence } = record[seen]?.event ?? {};
      last.set(subject, Math.max(last.get(subject) ?? 0, sequence ?? 0));
    }
    const behind: string[] = [];
    for (const [key, number] of last) if ((await shown(key)) < number) behind.push(key);
    if (behind.length === 0) return true;
    if (clock.now() > until) return false;
    await clock.sleep(100);
  }
}

async function viewsOf(documents: Documents): Promise<string> {
  const names = ['operations', 'steps', 'resources', 'definitions', 'releases', 'manifests', 'answers', 'freezes', 'positions'];
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
    restartConsumers: null,
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
