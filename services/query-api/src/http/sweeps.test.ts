import { idOf } from '@srm/messaging';
import { sweepsKey, type Envelope } from '@srm/schemas';
import { freeze, type Mark, type SweptItem } from '@srm/service';
import { storesOf } from '../stores.ts';
import { sweptViews } from '../sweeping.ts';
import { memory, operation } from '../testing.ts';
import { door, type Door } from '../testing-door.ts';
import { unknownOperation } from '../views/operation-view.ts';

const actor = { name: 'me', authenticated: false };
const headers = { 'idempotency-key': 'k1' };
const id = idOf('sweep', 'k1');
const at = '2026-11-24T08:00:00.000Z';
const record = { _id: id, number: 1, dryRun: true, reason: 'full', actor, at, mark: 'sha256:m', endedAt: null, refused: null };
const item: SweptItem = {
  what: 'image',
  name: 'i',
  count: 1,
  bytes: 7,
  fate: 'stays',
  why: { sort: 'runs', of: 'acme/development/shop/web' },
};

/** What the orchestrator keeps of the sweep that it is asked for. */
const keeps = (house: Door, more: object): void => {
  house.onSaid.then = async (): Promise<void> => {
    const stores = storesOf(house.documents);
    const list = await freeze(house.documents, [item]);
    await stores.swept.insertOne({ _id: `${id}/ci-bridge`, sweep: id, service: 'ci-bridge', list });
    await stores.sweeps.insertOne({ ...record, ...more });
  };
};

test('a sweep is asked for with the operations that are open, and answered with what each service found; the same key asks once', async () => {
  const house = door();
  keeps(house, { endedAt: at });
  const stores = storesOf(house.documents);
  await stores.operations.insertOne({ ...unknownOperation(operation), status: 'held' });
  await stores.operations.insertOne({ ...unknownOperation('ended'), status: 'succeeded' });
  const shown = { id, dryRun: true, reason: 'full', actor, at, endedAt: at, services: [{ service: 'ci-bridge', items: [item] }] };
  const body = { dryRun: true, reason: 'full' };
  const answer = await house.call('POST', '/v1/sweeps', { json: body, headers });
  expect([answer.status, answer.json]).toEqual([200, shown]);
  const open = await freeze(house.documents, [operation]);
  expect(house.said.map(({ type, subject, data }: Envelope) => [type, subject, data])).toEqual([
    ['CollectGarbage', sweepsKey, { sweep: id, dryRun: true, reason: 'full', open, actor }],
  ]);
  expect(await house.call('POST', '/v1/sweeps', { json: body, headers })).toEqual(answer);
  expect((await house.call('POST', '/v1/sweeps', { json: {}, headers })).status).toBe(422);
  expect([house.said.length, (await house.call('GET', `/v1/sweeps/${id}`)).json]).toEqual([1, shown]);
  expect((await house.call('GET', '/v1/sweeps/other')).status).toBe(404);
});

test('one sweep goes after the other, and what is no request of a sweep is refused with its pointer', async () => {
  const house = door();
  keeps(house, { mark: null, endedAt: at, refused: 'other' });
  const answer = await house.call('POST', '/v1/sweeps', { json: { dryRun: true, reason: 'full' }, headers });
  expect([answer.status, answer.json]).toMatchObject([409, { type: '/problems/sweep-under-way', instance: '/v1/sweeps/other' }]);
  const wrong = await house.call('POST', '/v1/sweeps', { json: { dryRun: 'yes' } });
  expect([wrong.status, wrong.json]).toMatchObject([422, { errors: [{ pointer: '/dryRun' }] }]);
});

test('logs go 30 days after the end of their operation, steps after a year; the operation stays, and what has not ended', async () => {
  const stores = storesOf(memory());
  const day = 24 * 60 * 60 * 1000;
  const ends = { new: 29, old: 31, ancient: 366, open: null } as const;
  for (const [name, days] of Object.entries(ends)) {
    const endedAt = days === null ? null : new Date(Date.parse(at) - days * day).toISOString();
    await stores.operations.insertOne({ ...unknownOperation(name), endedAt });
    await stores.logs.insertOne({ _id: `${name}/s/1/0`, operation: name, step: 's', attempt: 1, offset: 0, size: 1, text: 'x' });
    await stores.steps.insertOne({ _id: `${name}/s`, operation: name } as Parameters<typeof stores.steps.insertOne>[0]);
  }
  const mark: Mark = { open: [], artifacts: [], images: [] };
  const sweep = { id: 's', number: 1, dryRun: true, at: Date.parse(at), mark };
  const counts = (items: readonly SweptItem[]) => items.map(({ what, count, fate }) => [what, count, fate]);
  const gone = [
    ['log', 2, 'deleted'],
    ['step', 1, 'deleted'],
  ];
  expect(counts(await sweptViews(stores, sweep))).toEqual(gone);
  expect(counts(await sweptViews(stores, { ...sweep, dryRun: false }))).toEqual(gone);
  const left = async (collection: 'logs' | 'steps' | 'operations') =>
    (await stores[collection].find({}, { sort: { _id: 1 } }).toArray()).map(({ _id }) => _id.split('/')[0]);
  expect([await left('logs'), await left('steps'), await left('operations')]).toEqual([
    ['new', 'open'],
    ['new', 'old', 'open'],
    ['ancient', 'new', 'old', 'open'],
  ]);
});
