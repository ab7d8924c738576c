import { readFileSync } from 'node:fs';
import { embeddedDocuments, type Documents } from '@srm/documents';
import { embeddedCodec } from '@srm/messaging';
import type { Envelope, FreeLease, RequestLease } from '@srm/schemas';
import { decide } from './decide.ts';
import { decisionsOf, type Decisions, type Within } from './decisions.ts';
import { environmentDecider } from './environment/index.ts';
import type { EnvironmentState } from './environment/state.ts';
import { packed, unpacked } from './packed.ts';
import { snapshotsOf } from './snapshots.ts';
import { textsFrom, versionOf } from './version.ts';

const key = 'environment/acme/development';
const codec = embeddedCodec({ file: ':memory:' });
const place = { tenant: 'acme', environment: 'development' };

const input = <T extends RequestLease | FreeLease>(id: string, message: T): Envelope<T> => ({
  ...message,
  id,
  source: '/test',
  subject: key,
  time: '2026-11-24T08:00:00.000Z',
  sequence: null,
  correlationid: id,
  causationid: null,
  traceparent: null,
});
const lease = (operation: string, component = 'shop/web'): Envelope =>
  input(`lease-${operation}`, { type: 'RequestLease', data: { ...place, operation, components: [component], upon: null } });

type Read = Readonly<{ within: Within | undefined }>;

/** One life of the decider over what is stored, and where it began to read. */
async function life(documents: Documents, version = versionOf('environment/index')) {
  const stored = await decisionsOf(documents);
  const reads: Read[] = [];
  const decisions: Decisions = { ...stored, read: (at, within) => (reads.push({ within }), stored.read(at, within)) };
  const snapshots = await snapshotsOf<EnvironmentState>(documents, version);
  const { on, load } = decide(environmentDecider, decisions, codec, snapshots);
  const take = async (...messages: readonly Envelope[]): Promise<void> => {
    for await (const batch of on(messages)) void batch;
  };
  return { take, load, snapshots, stored, reads: () => reads.map(({ within }) => within?.from) };
}

/** What the whole history comes to, whatever is kept of it. */
const truth = async (documents: Documents, until?: number): Promise<unknown> =>
  (await decide(environmentDecider, await decisionsOf(documents), codec).load(key, until)) as unknown;

/** Some decisions; a snapshot of the state after the second; then two more. */
async function withSnapshot() {
  const documents = embeddedDocuments({ file: ':memory:' });
  const first = await life(documents);
  await first.take(lease('a'), lease('b', 'shop/store'));
  await first.take(lease('c'));
  const after = (await first.stored.read(key)).at(-1);
  if (after === undefined) throw new Error('nothing was decided');
  const size = await first.snapshots.write(key, await first.load(key), after);
  await first.take(lease('d', 'shop/store'));
  await first.take(lease('e'));
  return { documents, after, size };
}

test('a state comes back from plain JSON as it was, its maps and sets in their order', () => {
  const state = {
    number: 1,
    none: null,
    some: new Map([
      ['b', { of: new Set(['y', 'x']) }],
      ['a', { of: new Set<string>() }],
    ]),
    list: [[], ['z']],
  };
  expect(unpacked(JSON.parse(JSON.stringify(packed(state))))).toStrictEqual(state);
  expect([...new Map(Object.entries(unpacked(packed(state)) as typeof state)).keys()]).toEqual(['number', 'none', 'some', 'list']);
});

test('what could not come back the same is not packed', () => {
  expect(() => packed({ a: undefined })).toThrow('undefined is no JSON');
  expect(() => packed({ a: NaN })).toThrow('NaN is no JSON');
  expect(() => packed({ a: new Date(0) })).toThrow('Date is no plain object');
  expect(() => packed({ a: Buffer.from('a') })).toThrow('Buffer is no plain object');
  expect(() => packed({ $map: 1 })).toThrow('$map cannot be the name of a field');
});

test('the version is of every module that a fold runs through', () => {
  const source = (name: string): string => readFileSync(new URL(`./${name}.ts`, import.meta.url), 'utf8');
  const texts = (...modules: readonly string[]): ReadonlySet<string> => new Set(modules.map(source));
  const environment = ['index', 'accept', 'evolve', 'leases', 'outdated', 'said', 'state', 'upon'].map((name) => `environment/${name}`);
  expect(new Set(textsFrom(['environment/index']))).toEqual(texts(...environment, 'address', 'decider', 'freeze', 'listed', 'remembered'));
  expect(new Set(textsFrom(['releases']))).toEqual(texts('releases', 'decider', 'remembered'));
  expect(new Set(textsFrom(['definitions']))).toEqual(texts('definitions', 'decider', 'freeze', 'remembered'));
  expect(new Set([versionOf('environment/index'), versionOf('releases'), versionOf('definitions')]).size).toBe(3);
});

test('loading folds only what came after the snapshot, and comes to what the whole history comes to', async () => {
  const { documents, after } = await withSnapshot();
  const { load, reads } = await life(documents);
  expect(await load(key)).toStrictEqual(await truth(documents));
  expect(reads()).toEqual([after.first, after.last + 1]);
});

test('what was true before the snapshot is folded from the beginning', async () => {
  const { documents, after } = await withSnapshot();
  const { load, reads } = await life(documents);
  expect(await load(key, after.last - 1)).toStrictEqual(await truth(documents, after.last - 1));
  expect(reads()).toEqual([1]);
});

test('it is kept every five hundred events, and the one before it', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  const { take } = await life(documents);
  const numbers = async (): Promise<readonly number[]> =>
    (
      await documents
        .collection<{ _id: string; number: number }>('orchestrator.snapshots')
        .find({}, { sort: { number: 1 } })
        .toArray()
    ).map(({ number }) => number);
  for (let n = 0; n < 4; n++) await take(...Array.from({ length: 300 }, (_, at) => lease(`${n}-${at}`, `shop/c${at}`)));
  const kept = await numbers();
  expect(kept.length).toBe(2);
  const { load, reads } = await life(documents);
  expect(await load(key)).toStrictEqual(await truth(documents));
  expect(reads().at(-1)).toBe((kept.at(-1) ?? 0) + 1);
});

test('of another version, or of another log, it is as if it were not there', async () => {
  const { documents } = await withSnapshot();
  const other = await life(documents, 'another fold');
  expect(await other.load(key)).toStrictEqual(await truth(documents));
  expect(other.reads()).toEqual([1]);
  // The log came back from a backup that is older than the snapshot.
  const { documents: newer, after } = await withSnapshot();
  await newer.collection('decisions').deleteMany({ first: { $gte: after.first } });
  const { load, take } = await life(newer);
  expect(await load(key)).toStrictEqual(await truth(newer));
  // What is kept next takes the place of what is of the other log.
  const [before] = await newer.collection<{ _id: string; number: number }>('orchestrator.snapshots').find({}).toArray();
  const [, last] = await (await life(newer)).stored.read(key);
  const now = await (await life(newer)).load(key);
  if (last !== undefined || before === undefined) throw new Error('there should be one decision, and a snapshot of another');
  const [only] = await (await life(newer)).stored.read(key);
  if (only === undefined) throw new Error('there should be a decision');
  await (await life(newer)).snapshots.write(key, now, only);
  const left = await newer.collection<{ _id: string; number: number }>('orchestrator.snapshots').find({}).toArray();
  expect(left.map(({ number }) => number)).toEqual([now.number]);
  expect(before.number).toBeGreaterThan(now.number);
  // It was written on, otherwise than before.
  await take(lease('f'));
  expect(await (await life(newer)).load(key)).toStrictEqual(await truth(newer));
});

test('whichever byte of it is damaged, the state is that of the whole history', async () => {
  const { documents } = await withSnapshot();
  const [whole] = await documents.collection('orchestrator.snapshots').find({}).toArray();
  const right = await truth(documents);
  const bytes = Buffer.from(JSON.stringify(whole));
  for (let at = 0; at < bytes.length; at++) {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at);
    const text = damaged.toString();
    const with_ = damagedIn(documents, text);
    expect({ at, text, state: await (await life(with_)).load(key) }).toStrictEqual({ at, text, state: right });
  }
});

/** The same documents, but for the snapshot, which is read from this text. */
const damagedIn = (documents: Documents, text: string): Documents => ({
  collection: (name) => {
    const inner = documents.collection<never>(name);
    if (name !== 'orchestrator.snapshots') return inner as never;
    return { ...inner, find: () => ({ toArray: async () => [JSON.parse(text) as never] }) } as never;
  },
});
