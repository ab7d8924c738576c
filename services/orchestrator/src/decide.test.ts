import { embeddedDocuments, type Documents } from '@srm/documents';
import { embeddedCodec, TransientError, type BusRecord, type Handler, type Outgoing } from '@srm/messaging';
import type { Envelope, RequestLease } from '@srm/schemas';
import { decide } from './decide.ts';
import { decisionsOf } from './decisions.ts';
import { environmentDecider } from './environment/index.ts';
import { operationDecider } from './operation/index.ts';
import { envelope, operationId, request } from './operation/testing.ts';

const key = 'environment/acme/development';
const codec = embeddedCodec({ file: ':memory:' });

const lease = (operation: string, component: string): Envelope<RequestLease> => ({
  type: 'RequestLease',
  data: { tenant: 'acme', environment: 'development', operation, components: [component], upon: null },
  id: `lease-${operation}`,
  source: '/test',
  subject: key,
  time: '2026-11-24T08:00:00.000Z',
  sequence: null,
  correlationid: operation,
  causationid: null,
  traceparent: null,
});

const instance = async (documents: Documents) => decide(environmentDecider, await decisionsOf(documents), codec);

/** All that a handler says, in batches: the subject and type of each. */
async function said(on: Handler, ...messages: readonly Envelope[]): Promise<readonly (readonly string[])[]> {
  const batches: string[][] = [];
  for await (const batch of on(messages)) batches.push(await Promise.all(batch.map(tell)));
  return batches;
}

const tell = async (outgoing: Outgoing): Promise<string> => {
  const { type, subject, sequence } = await codec.decode(await codec.encode(outgoing));
  return sequence === null ? `${type} → ${subject}` : `${type} ${sequence}`;
};

test('inputs of one key that wait together are one decision', async () => {
  const { on } = await instance(embeddedDocuments({ file: ':memory:' }));
  expect(await said(on, lease('a', 'shop/web'), lease('b', 'shop/web'))).toEqual([
    [
      'EnvironmentLeaseAsked 1',
      'EnvironmentLeaseAsked 2',
      'LeaseQueued → operation/b',
      'EnvironmentLeased 3',
      'LeaseGranted → operation/a',
    ],
  ]);
});

test('whoever loads says the last decision again before it judges anything', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  const first = await instance(documents);
  const batches: (readonly Outgoing[])[] = [];
  for await (const batch of first.on([lease('a', 'shop/web')])) {
    batches.push(batch);
    break; // died after the append, before it was said
  }
  const second = await instance(documents);
  const again: (readonly Outgoing[])[] = [];
  for await (const batch of second.on([lease('a', 'shop/web')])) again.push(batch);
  expect(again).toEqual(batches);
});

test('an instance whose cache is stale sees that somebody else decided, loads, and judges again', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  const one = await instance(documents);
  const other = await instance(documents);
  await said(one.on, lease('a', 'shop/web'));
  await said(other.on, lease('b', 'shop/web'));
  expect(await said(one.on, lease('c', 'shop/web'))).toEqual([
    ['EnvironmentLeaseAsked 3', 'LeaseQueued → operation/b'],
    ['EnvironmentLeaseAsked 4', 'LeaseQueued → operation/c'],
  ]);
});

test('"nothing comes of it" is believed only when no decision follows the cached one', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  const one = await instance(documents);
  const other = await instance(documents);
  await said(one.on, lease('a', 'shop/web'));
  await said(other.on, lease('b', 'shop/web'));
  expect(await said(one.on, lease('a', 'shop/web'))).toEqual([['EnvironmentLeaseAsked 3', 'LeaseQueued → operation/b']]);
});

test('an input that its key does not understand is an error that names both', async () => {
  const { on } = await instance(embeddedDocuments({ file: ':memory:' }));
  await expect(said(on, { ...lease('a', 'shop/web'), type: 'LeaseGranted' })).rejects.toThrow(`${key} does not understand LeaseGranted`);
});

test('a key whose history cannot be read is set aside: its inputs wait, in words', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  await said((await instance(documents)).on, lease('a', 'shop/web'));
  const decode = (): Promise<Envelope> => Promise.reject(new Error('schema id 99 is unknown here'));
  const { on } = decide(environmentDecider, await decisionsOf(documents), { ...codec, decode });
  await expect(said(on, lease('b', 'shop/web'))).rejects.toMatchObject({
    name: 'SetAside',
    message: `${key} is set aside: event 1 cannot be read: schema id 99 is unknown here`,
  });
});

test('an event of a type that this decider does not know is the trouble of its key, not of the input', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  await said((await instance(documents)).on, lease('a', 'shop/web'));
  const decode = async (record: BusRecord): Promise<Envelope> => {
    const event = await codec.decode(record);
    return event.sequence === 2 ? { ...event, type: 'EnvironmentPainted' } : event;
  };
  const { on } = decide(environmentDecider, await decisionsOf(documents), { ...codec, decode });
  await expect(said(on, lease('b', 'shop/web'))).rejects.toMatchObject({
    name: 'SetAside',
    message: `${key} is set aside: event 2 cannot be read: EnvironmentPainted is not known to this version`,
  });
});

test('a codec out of reach is waited for, nothing is set aside', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  await said((await instance(documents)).on, lease('a', 'shop/web'));
  const decode = (): Promise<Envelope> => Promise.reject(new TransientError('the registry does not answer'));
  const { on } = decide(environmentDecider, await decisionsOf(documents), { ...codec, decode });
  await expect(said(on, lease('b', 'shop/web'))).rejects.toThrow(TransientError);
});

test('what comes too late for an operation that is over is answered without reading its history again', async () => {
  const stored = await decisionsOf(embeddedDocuments({ file: ':memory:' }));
  let reads = 0;
  const counting = { ...stored, read: (...asked: Parameters<typeof stored.read>) => ((reads += 1), stored.read(...asked)) };
  const { on, onJoin } = decide(operationDecider, counting, codec);
  const late = (): Envelope => envelope({ type: 'TimerFired', data: { operation: operationId, timer: 'planning' } });
  const described = { type: 'DefinitionsDescribed', data: { operation: operationId, number: 1, documents: [] } };
  await said(on, envelope(request()));
  expect(await said(on, envelope(described))).toEqual([['OperationRefused 3']]);
  const before = reads;
  expect([await said(on, late()), await said(on, late()), reads - before]).toEqual([[], [], 0]);
  onJoin();
  expect(await said(on, late())).toEqual([['OperationRefused 3']]);
  expect([await said(on, late()), reads - before]).toEqual([[], 1]);
});

test('what is too large to be said is an error before anything is stored', async () => {
  const documents = embeddedDocuments({ file: ':memory:' });
  const { on } = await instance(documents);
  const large = lease('a', `shop/${'x'.repeat(930_000)}`);
  await expect(said(on, large)).rejects.toThrow(
    /^a message of 930\d\d\d bytes about environment\/acme\/development is too large to be said$/,
  );
  expect(await documents.collection('decisions').find({}).toArray()).toEqual([]);
});
