import { digestOf } from '@srm/definitions';
import { idOf } from '@srm/messaging';
import { definitionsKey, environmentKey, type Envelope, type Message } from '@srm/schemas';
import { goodStory, key, operation, stillClock, told } from '../testing.ts';
import { door, type Door } from '../testing-door.ts';

const actor = { name: 'me', authenticated: false };
const headers = { 'idempotency-key': 'k1' };
const environment = environmentKey('acme', 'production');
const definitions = definitionsKey('acme');
const defined = ['Product', 'Environment'].map((kind) => ({ kind, name: 'production', revision: 1, digest: 'sha256:d' }));

/** A door of a tenant that has one environment. */
async function acme(clock = stillClock()): Promise<Door> {
  const at = door(clock);
  const accepted = { tenant: 'acme', requestId: 'd1', bodyDigest: 'sha256:b', documents: defined, actor };
  await at.tell(told<Message>(definitions, [{ type: 'DefinitionsAccepted', data: accepted }]));
  return at;
}

const body = { frozen: true, reason: 'fair', until: '2026-11-25T10:00:00+08:00', holdRunning: true };
const freeze = { frozen: true, reason: 'fair', until: '2026-11-25T02:00:00.000Z', holdRunning: true, actor };
const place = { tenant: 'acme', environment: 'production' };
const set = (more: object = {}, requestId: string | null = idOf('freeze', 'acme', 'production', 'k1')): Message => ({
  type: 'EnvironmentFreezeSet',
  data: {
    ...place,
    scope: 'environment',
    number: null,
    requestId,
    bodyDigest: digestOf(body),
    since: '2026-11-24T08:00:00.000Z',
    ...freeze,
    ...more,
  },
});

test('a freeze of an environment is said to it and answered as it was decided; then it stands in the list, once', async () => {
  const at = await acme();
  at.onSaid.then = () => at.tell(told(environment, [set()]));
  const first = await at.call('PUT', '/v1/freezes/acme/production', { json: body, headers });
  const shown = { id: 'acme/production', ...place, ...freeze, since: '2026-11-24T08:00:00.000Z' };
  expect([first.status, first.json]).toEqual([200, shown]);
  expect(at.said.map(({ type, subject, data }) => [type, subject, data])).toEqual([
    ['SetFreeze', environment, { ...place, requestId: idOf('freeze', 'acme', 'production', 'k1'), bodyDigest: digestOf(body), ...freeze }],
  ]);
  expect(await at.call('PUT', '/v1/freezes/acme/production', { json: body, headers })).toEqual(first);
  expect((await at.call('PUT', '/v1/freezes/acme/production', { json: { ...body, reason: 'x' }, headers })).status).toBe(422);
  expect(at.said.length).toBe(1);
  expect((await at.call('GET', '/v1/freezes?tenant=acme')).json).toEqual({ items: [shown], next: null });
  await at.tell(told(environment, [set({ frozen: false }, null)], 2));
  expect((await at.call('GET', '/v1/freezes')).json).toEqual({ items: [], next: null });
});

test('a freeze of a tenant is answered once each of its environments has taken it', async () => {
  const requestId = idOf('freeze', 'acme', '', 'k1');
  const decides = async (at: Door, ...taken: readonly Envelope[]): Promise<number> => {
    const data = { tenant: 'acme', requestId, bodyDigest: digestOf(body), environments: ['production'], ...freeze };
    at.onSaid.then = async () => {
      await at.tell(told<Message>(definitions, [{ type: 'TenantFreezeSet', data }], 2));
      await at.tell(taken);
    };
    return (await at.call('PUT', '/v1/freezes/acme', { json: body, headers })).status;
  };
  const takes = (number: number): readonly Envelope[] => told(environment, [set({ scope: 'tenant', number, bodyDigest: null }, null)]);
  const patient = (): Promise<Door> => acme(stillClock(true));
  expect([await decides(await patient()), await decides(await patient(), ...takes(1))]).toEqual([202, 202]);
  const at = await patient();
  expect([await decides(at, ...takes(2)), at.said[0]?.subject]).toEqual([200, definitions]);
  expect((await at.call('GET', '/v1/freezes')).json).toMatchObject({ items: [{ id: 'acme', environment: null }] });
});

test('a freeze that cannot be is refused with all that is wrong with it', async () => {
  const at = await acme();
  const put = async (json: object, path = 'acme/production') => {
    const { status, json: answer } = await at.call('PUT', `/v1/freezes/${path}`, { json });
    return [status, answer];
  };
  expect(await put({ frozen: true, until: '2026-02-31T00:00:00Z', forever: true })).toMatchObject([
    422,
    { errors: [{ pointer: '/forever' }, { pointer: '' }, { pointer: '/until' }] },
  ]);
  for (const until of ['2026-11-25T02:00:00', '2026-11-25', 'tomorrow', '2026-13-01T00:00:00Z', '2026-11-24T07:59:00Z'])
    expect(await put({ ...body, until })).toMatchObject([422, { errors: [{ pointer: '/until' }] }]);
  expect(await put({ frozen: false, until: body.until, holdRunning: true })).toMatchObject([
    422,
    { errors: [{ pointer: '/until' }, { pointer: '/holdRunning' }] },
  ]);
  expect(await put(body, 'acme/test')).toMatchObject([404, { detail: 'there is no environment test of tenant acme' }]);
  expect(await put(body, 'acmes')).toMatchObject([404, { detail: 'there is no tenant acmes with definitions' }]);
  expect(at.said).toEqual([]);
});

test('a key that was used for a command belongs to all of its body, whoever asks', async () => {
  const action = { action: 'skip', step: 'store/compile' };
  const requestId = idOf('action', operation, 'k1');
  const data = { operation, requestId, action: 'skip', reason: null, steps: [], actor, bodyDigest: digestOf(action) };
  const answers = async (json: object): Promise<number> => {
    const at = door(stillClock(true));
    await at.tell(told<Message>(key, [...goodStory.slice(0, 5), { type: 'OperationResumed', data }]));
    return (await at.call('POST', `/v1/operations/${operation}/actions`, { json, headers })).status;
  };
  expect([await answers(action), await answers({ ...action, step: 'web/compile' }), await answers({ ...action, at: 3 })]).toEqual([
    202, 422, 422,
  ]);
});

test('a start and a deadline are taken as they are meant, and refused in words where they mean nothing', async () => {
  const at = door(stillClock(true));
  const post = (more: object) =>
    at.call('POST', '/v1/operations', { json: { kind: 'release', product: 'shop', environment: 'development', ...more } });
  await post({ notBefore: '9999-12-31T23:59:59.5+08:00', deadline: '30m' });
  expect(at.said[0]?.data).toMatchObject({ notBefore: '9999-12-31T15:59:59.500Z', deadline: 1_800_000 });
  const zone = 'notBefore has to be a moment with its zone (RFC 3339), as in 2026-11-25T02:00:00Z or 2026-11-25T10:00:00+08:00';
  for (const notBefore of ['2026-11-25T02:00:00', '2026-02-30T02:00:00Z', 'soon', '2026-11-25T25:00:00Z', '2026-11-25T02:00:00+99:00'])
    expect(await post({ notBefore })).toMatchObject({ status: 422, json: { errors: [{ pointer: '/notBefore', detail: zone }] } });
  for (const deadline of ['0s', '30 min', 'PT30M', '-1m', '1e9d'])
    expect(await post({ deadline })).toMatchObject({ status: 422, json: { errors: [{ pointer: '/deadline' }] } });
});
