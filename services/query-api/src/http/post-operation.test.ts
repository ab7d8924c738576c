import { digestOf } from '@srm/definitions';
import { idOf } from '@srm/messaging';
import { operationKey, type Envelope, type RequestOperation } from '@srm/schemas';
import { completed, planned, requested, stillClock, told } from '../testing.ts';
import { door, type Door } from '../testing-door.ts';
import type { OperationEvent } from '../views/events.ts';

const body = { kind: 'release', product: 'shop', environment: 'development' };
const id = idOf('operation', 'default', 'k1');
const headers = { 'idempotency-key': '"k1"' };

type Data = RequestOperation['data'];

const isRequest = (message: Envelope): message is Envelope<RequestOperation> => message.type === 'RequestOperation';

/** A decider that takes the first request it hears and goes on as told. */
function decides(at: Door, more: (data: Data) => readonly OperationEvent[]): void {
  const known = new Set<string>();
  at.onSaid.then = async (message) => {
    if (!isRequest(message) || known.has(message.data.operation)) return;
    known.add(message.data.operation);
    await at.tell(told(message.subject, [requested(message.data), ...more(message.data)]));
  };
}

const plans = ({ operation }: Data): readonly OperationEvent[] =>
  [planned(0, { 'store/compile': [] }), completed(1)].map((event) => Object.assign({}, event, { data: { ...event.data, operation } }));

test('a request is answered with the operation once its plan is made', async () => {
  const at = door();
  decides(at, plans);
  const { status, headers: got, json } = await at.call('POST', '/v1/operations', { json: body, headers });
  expect([status, got['Location']]).toEqual([202, `/v1/operations/${id}`]);
  expect(json).toMatchObject({ id, kind: 'release', status: 'requested', steps: 1, actor: { name: 'me', authenticated: false } });
  expect(at.said).toEqual([
    {
      type: 'RequestOperation',
      id: idOf('request', 'default', 'k1'),
      source: '/srm/query-api',
      subject: operationKey(id),
      time: '2026-11-24T08:00:00.000Z',
      sequence: null,
      correlationid: id,
      causationid: null,
      traceparent: null,
      data: {
        operation: id,
        tenant: 'default',
        key: 'k1',
        bodyDigest: digestOf(body),
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
        actor: { name: 'me', authenticated: false },
        force: null,
        of: null,
        notBefore: null,
        deadline: null,
        restartConsumers: null,
      },
    },
  ]);
});

test('the same key again, quoted or not, gets the same operation and says nothing', async () => {
  const at = door();
  decides(at, plans);
  const first = await at.call('POST', '/v1/operations', { json: body, headers });
  const again = await at.call('POST', '/v1/operations', { json: { ...body }, headers: { 'idempotency-key': 'k1' } });
  expect(again).toEqual(first);
  expect(at.said.length).toBe(1);
});

test('the same key with another body is refused with 422', async () => {
  const at = door();
  decides(at, plans);
  await at.call('POST', '/v1/operations', { json: body, headers });
  const other = await at.call('POST', '/v1/operations', { json: { ...body, product: 'shop2' }, headers });
  expect([other.status, other.headers['Content-Type'], other.json]).toEqual([
    422,
    'application/problem+json',
    {
      type: '/problems/idempotency-key-reused',
      title: 'Idempotency-Key used with another body',
      status: 422,
      detail: 'this Idempotency-Key was used for another request: release shop at 2026-11-24T08:00:01.000Z; give a new key',
      instance: `/v1/operations/${id}`,
    },
  ]);
});

test('of two that race with one key and different bodies the first is carried out, the other told so', async () => {
  const at = door();
  decides(at, plans);
  const posts = [body, { ...body, product: 'other' }].map((json) => at.call('POST', '/v1/operations', { json, headers }));
  expect((await Promise.all(posts)).map(({ status }) => status)).toEqual([202, 422]);
});

test('while the first is undecided, the same key with another body is refused with 422 and not said', async () => {
  const at = door(stillClock(true));
  await at.call('POST', '/v1/operations', { json: body, headers });
  const other = await at.call('POST', '/v1/operations', { json: { ...body, kind: 'compile' }, headers });
  expect([other.status, other.json]).toMatchObject([422, { type: '/problems/idempotency-key-reused', instance: `/v1/operations/${id}` }]);
  expect((await at.call('POST', '/v1/operations', { json: body, headers })).status).toBe(202);
  expect(at.said.map(({ data }) => ('kind' in data ? data.kind : null))).toEqual(['release', 'release']);
});

test('a key that another instance won with another body belongs to that body', async () => {
  const at = door(stillClock(true));
  const won = { ...body, kind: 'compile' };
  at.onSaid.then = (message) =>
    isRequest(message) ? at.tell(told(message.subject, [requested({ ...message.data, bodyDigest: digestOf(won) })])) : Promise.resolve();
  const statuses = [];
  for (const json of [body, won, body]) statuses.push((await at.call('POST', '/v1/operations', { json, headers })).status);
  expect(statuses).toEqual([422, 202, 422]);
});

test('a hundred that race with one key and one body get one operation', async () => {
  const at = door();
  decides(at, plans);
  const posts = Array.from({ length: 100 }, () => at.call('POST', '/v1/operations', { json: body, headers }));
  const answers = await Promise.all(posts);
  expect(new Set(answers.map(({ status, json }) => JSON.stringify([status, json]))).size).toBe(1);
});

test('without a decision in two seconds the answer is 202 with status requested, and the operation can be read', async () => {
  const clock = stillClock(true);
  const at = door(clock);
  const { status, json } = await at.call('POST', '/v1/operations', { json: body, headers });
  expect([status, json]).toMatchObject([202, { id, status: 'requested', number: 0 }]);
  expect(clock.now() - stillClock().now()).toBe(2000);
  expect((await at.call('GET', `/v1/operations/${id}`)).json).toEqual(json);
});

test('who was answered finds the operation at every instance, and in the next life, before anything is decided', async () => {
  const clock = stillClock(true);
  const at = door(clock);
  const { json } = await at.call('POST', '/v1/operations', { json: body, headers });
  const other = door(clock, at.documents);
  expect((await other.call('GET', `/v1/operations/${id}`)).json).toEqual(json);
  expect((await other.call('GET', `/v1/operations/${id}/events`)).status).toBe(200);
});

test('the same key with another body is refused at every instance, also before anything is decided', async () => {
  const clock = stillClock(true);
  const at = door(clock);
  await at.call('POST', '/v1/operations', { json: body, headers });
  const other = door(clock, at.documents);
  expect((await other.call('POST', '/v1/operations', { json: { ...body, reason: 'another' }, headers })).status).toBe(422);
});

test('a refusal is a problem with the status of the decider and every error, also when asked again', async () => {
  const at = door();
  const errors = [{ pointer: '/product', document: null, line: null, column: null, detail: 'unknown product "shop"' }];
  decides(at, ({ operation }) => [{ type: 'OperationRefused', data: { operation, reason: 'it cannot be planned', errors, status: 409 } }]);
  const refused = await at.call('POST', '/v1/operations', { json: body, headers });
  expect([refused.status, refused.json]).toEqual([
    409,
    {
      type: '/problems/operation-refused',
      title: 'Operation refused',
      status: 409,
      detail: 'it cannot be planned',
      instance: `/v1/operations/${id}`,
      errors: [{ pointer: '/product', detail: 'unknown product "shop"' }],
    },
  ]);
  expect(await at.call('POST', '/v1/operations', { json: body, headers })).toEqual(refused);
});

test('without a key the door makes one, so that two requests are two operations', async () => {
  const at = door();
  decides(at, plans);
  const posts = [await at.call('POST', '/v1/operations', { json: body }), await at.call('POST', '/v1/operations', { json: body })];
  expect(posts.map(({ headers: got }) => got['Location'])).toEqual([
    `/v1/operations/${idOf('operation', 'default', 'made-1')}`,
    `/v1/operations/${idOf('operation', 'default', 'made-2')}`,
  ]);
});

test('parameters travel as canonical JSON, the actor as the header says', async () => {
  const at = door();
  decides(at, plans);
  const json = { ...body, perComponent: [{ name: 'store', parameters: { b: 1, a: true } }] };
  await at.call('POST', '/v1/operations', { json, headers: { ...headers, 'srm-actor': '%E6%9D%8E%E4%BC%9F' } });
  const [message] = at.said;
  expect(message?.data).toMatchObject({
    perComponent: [{ name: 'store', spec: null, parameters: '{"a":true,"b":1}' }],
    actor: { name: '李伟', authenticated: false },
  });
});

const errorsOf = async (json: unknown): Promise<unknown> => {
  const answer = await door(stillClock(true)).call('POST', '/v1/operations', { json });
  return [
    answer.status,
    typeof answer.json === 'object' && answer.json !== null && 'errors' in answer.json ? answer.json.errors : answer.json,
  ];
};

test('everything wrong is said at once, each with its place', async () => {
  expect(
    await errorsOf({
      kind: 'relaese',
      prodct: 'shop',
      environment: 'Development',
      labels: [
        { name: 'a', value: '1' },
        { name: 'a', value: '2' },
      ],
    }),
  ).toEqual([
    422,
    [
      { pointer: '', detail: '"product" is missing' },
      { pointer: '/prodct', detail: 'unknown key "prodct"; did you mean "product"?' },
      {
        pointer: '/kind',
        detail: '"relaese" is none of compile, package, deploy, release, start, stop, restart, destroy, scale, rollback, undo',
      },
      {
        pointer: '/environment',
        detail: '"Development" is not a name: a lower-case letter, then lower-case letters, digits and hyphens, at most 30 in all',
      },
      { pointer: '/labels/1/name', detail: '"a" is given twice' },
    ],
  ]);
});

test('what is not built yet is refused by name', async () => {
  expect(await errorsOf({ kind: 'execute', product: 'shop', components: ['store'], force: true })).toEqual([
    422,
    [
      { pointer: '/kind', detail: 'not supported yet: execute' },
      { pointer: '/force', detail: 'not supported yet: force of execute; leave force away' },
      { pointer: '/components', detail: 'execute is not about chosen components; leave components away' },
    ],
  ]);
});

test('a scale says how many of which components, and nothing else; nobody else says how many', async () => {
  const scale = { kind: 'scale', product: 'shop', environment: 'development' };
  expect(await errorsOf(scale)).toEqual([
    422,
    [{ pointer: '', detail: '"perComponent" is missing: a scale needs to know how many of which components: [{ name, replicas }]' }],
  ]);
  expect(await errorsOf({ ...scale, perComponent: [{ name: 'web' }, { name: 'store', replicas: 2, spec: 'single' }] })).toEqual([
    422,
    [
      { pointer: '/perComponent/0', detail: '"replicas" is missing: how many are to run' },
      { pointer: '/perComponent/1/spec', detail: 'a scale changes only the number; leave spec away' },
    ],
  ]);
  expect(await errorsOf({ ...scale, kind: 'deploy', perComponent: [{ name: 'web', replicas: 2 }] })).toEqual([
    422,
    [{ pointer: '/perComponent/0/replicas', detail: 'only a scale says replicas; here a parameter of the spec may' }],
  ]);
  const at = door();
  decides(at, plans);
  await at.call('POST', '/v1/operations', { json: { ...scale, perComponent: [{ name: 'web', replicas: 3 }] }, headers });
  expect(at.said[0]?.data).toMatchObject({ kind: 'scale', perComponent: [{ name: 'web', spec: null, parameters: null, replicas: 3 }] });
});

test('what a kind does not heed is refused and never ignored: a release, a version to be made, a pipeline', async () => {
  const all = { product: 'shop', environment: 'development', release: 'r1', version: 'v1', pipeline: 'eager' };
  const details = async (kind: string, more: object = {}): Promise<unknown> => {
    const [status, errors] = (await errorsOf({ ...all, kind, ...more })) as [number, readonly { pointer: string; detail: string }[]];
    return status === 202 ? [] : errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  };
  const whole =
    '/release: all of the product is built, so no other release is taken; leave release away, choose the components that are to be built upon it, or deploy it (kind deploy)';
  const pipeline = '/pipeline: only a release both builds and deploys; leave pipeline away';
  const no = (kind: string): string => `/release: a ${kind} takes no release; leave release away`;
  const makes = (kind: string): string => `/version: a ${kind} makes no release; leave version away`;
  expect(await details('release')).toEqual([whole]);
  expect(await details('package')).toEqual([whole, pipeline]);
  expect(await details('release', { components: ['web'] })).toEqual([]);
  expect(await details('package', { components: ['web'] })).toEqual([pipeline]);
  expect(await details('compile')).toEqual([no('compile'), pipeline]);
  for (const kind of ['deploy', 'rollback']) expect(await details(kind)).toEqual([makes(kind), pipeline]);
  for (const kind of ['start', 'stop', 'restart', 'destroy']) expect(await details(kind)).toEqual([no(kind), makes(kind), pipeline]);
  expect(await details('scale', { perComponent: [{ name: 'web', replicas: 2 }] })).toEqual([no('scale'), makes('scale'), pipeline]);
  expect(await details('start', { release: null, version: null, pipeline: null })).toEqual([]);
});

test('an undo is of an operation, whose product and environment it takes; one that is unknown, or has not ended, is refused', async () => {
  expect(await errorsOf({ kind: 'undo', release: '1' })).toEqual([
    422,
    [
      { pointer: '', detail: '"of" is missing: an undo needs to know which operation it takes back' },
      { pointer: '/release', detail: 'what an undo comes to follows from its operation; leave release away' },
    ],
  ]);
  expect(await errorsOf({ kind: 'deploy', product: 'shop', environment: 'development', of: 'x' })).toEqual([
    422,
    [{ pointer: '/of', detail: 'only an undo is of an operation; leave of away' }],
  ]);
  const at = door();
  decides(at, plans);
  const first = await at.call('POST', '/v1/operations', {
    json: { kind: 'deploy', product: 'shop', environment: 'development' },
    headers: { ...headers, 'idempotency-key': 'first' },
  });
  const { id } = first.json as { id: string };
  const undo = (of: string) =>
    at.call('POST', '/v1/operations', { json: { kind: 'undo', of }, headers: { ...headers, 'idempotency-key': of } });
  const unknown = await undo('nobody');
  expect([unknown.status, (unknown.json as { errors: unknown }).errors]).toEqual([
    422,
    [{ pointer: '/of', detail: 'tenant default has no operation nobody; npm run srm -- get operations lists them' }],
  ]);
  const open = await undo(id);
  expect((open.json as { errors: unknown }).errors).toEqual([
    {
      pointer: '/of',
      detail: `operation ${id} has not ended, it is requested: cancel it instead, which undoes what it did, or wait for its end`,
    },
  ]);
});

test('a part of a product is asked for by the names of its components, each once', async () => {
  const at = door();
  decides(at, plans);
  const json = { kind: 'destroy', product: 'shop', environment: 'development', components: ['web', 'store'], force: true };
  await at.call('POST', '/v1/operations', { json, headers });
  expect(at.said[0]?.data).toMatchObject({ kind: 'destroy', components: ['web', 'store'], force: true });
  expect(await errorsOf({ ...json, components: ['web', 'Store', 'web'] })).toEqual([
    422,
    [
      {
        pointer: '/components/1',
        detail:
          '"Store" is not a name: a lower-case letter, then lower-case letters, digits and hyphens, at most 30 in all; other languages go into title',
      },
      { pointer: '/components/2', detail: '"web" is given twice' },
    ],
  ]);
});

test('what needs a place says so', async () => {
  expect(await errorsOf({ kind: 'stop', product: 'shop' })).toEqual([
    422,
    [{ pointer: '', detail: '"environment" is missing: stop needs to know where' }],
  ]);
});

test('a request that grows too large to be said is refused with 413, and nothing is said', async () => {
  const at = door(stillClock(true));
  const text = `{"kind":"stop","product":"shop","environment":"development","perComponent":[{"name":"a","parameters":{"n":[${'1e15,'.repeat(60_000)}1]}}]}`;
  const { status, json } = await at.call('POST', '/v1/operations', { body: text, headers: { 'content-type': 'application/json' } });
  expect([status, json]).toMatchObject([413, { title: 'Too large', detail: 'the request is larger than 800000 bytes as canonical JSON' }]);
  expect(at.said).toEqual([]);
});

test('names that every object has are names like others', async () => {
  expect(await errorsOf({ ...body, labels: [{ name: '__proto__', value: 'x' }], perComponent: [{ name: 'constructor' }] })).toEqual([
    202,
    [],
  ]);
});

test.each([
  ['', 'the body is empty; JSON is expected'],
  ['{"kind":"stop","kind":"start"}', 'the key "kind" is given twice'],
  ['{"a":{"b":1,"b":2}}', 'the key "b" is given twice'],
  ['\ufeff{}', 'the body begins with a byte order mark; leave it away'],
  ['{"reason":"\\ud800"}', 'a text has half of a surrogate pair in it'],
  ['{"perComponent":[{"parameters":{"n":1e309}}]}', 'the number Infinity cannot be kept exactly; give it as a text'],
  ['{"perComponent":[{"parameters":{"n":9007199254740993}}]}', 'the number 9007199254740992 cannot be kept exactly; give it as a text'],
  ['['.repeat(100_000), 'the body is nested deeper than 64 levels'],
])('JSON that is not exact is refused: %#', async (text, detail) => {
  const { status, json } = await door().call('POST', '/v1/operations', { body: text, headers: { 'content-type': 'application/json' } });
  expect([status, json]).toEqual([400, { type: '/problems/json', title: 'The body cannot be read', status: 400, detail }]);
});

test('broken JSON, bad UTF-8, a list where a map is due, another media type, unusable headers', async () => {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const asked = async (body: string | Uint8Array, more: Record<string, string>) =>
    (await door().call('POST', '/v1/operations', { body, headers: more })).status;
  expect([
    await asked('{"a":1,}', json),
    await asked(Uint8Array.of(0x7b, 0xff, 0x7d), json),
    await asked('[]', json),
    await asked('kind=release', { 'content-type': 'application/x-www-form-urlencoded' }),
    await asked(JSON.stringify(body), { ...json, 'idempotency-key': 'x'.repeat(256) }),
    await asked(JSON.stringify(body), { ...json, 'srm-actor': 'a%0Ab' }),
  ]).toEqual([400, 400, 422, 415, 400, 400]);
});
