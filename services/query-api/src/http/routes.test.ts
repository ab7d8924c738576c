import { digestOf } from '@srm/definitions';
import { idOf } from '@srm/messaging';
import type { LogChunk, Message } from '@srm/schemas';
import { codec, completed, ends, goodStory, handled, key, operation, planned, requested, stillClock, timeOf, told } from '../testing.ts';
import { door, type Door } from '../testing-door.ts';

const json = async (at: Door, url: string): Promise<unknown> => (await at.call('GET', url)).json;

async function withOperations(count: number): Promise<Door> {
  const at = door();
  for (let n = 1; n <= count; n++) {
    const id = idOf('operation', 'default', `k${n}`);
    const more = { operation: id, product: n % 2 === 0 ? 'even' : 'odd', environment: n % 3 === 0 ? null : 'test' };
    await at.tell(
      told(`operation/${id}`, [requested(more)]).map((event) => ({
        ...event,
        time: `2026-11-24T09:00:${String(n).padStart(2, '0')}.000Z`,
      })),
    );
  }
  return at;
}

type Page = { items: { requestedAt: string }[]; next: string | null };

test('operations are listed newest first, page by page, each once', async () => {
  const at = await withOperations(5);
  const times: string[] = [];
  let next: string | null = null;
  do {
    const { json } = await at.call('GET', `/v1/operations?limit=2${next === null ? '' : `&cursor=${next}`}`);
    const page = json as Page;
    times.push(...page.items.map((item) => item.requestedAt.slice(17, 19)));
    ({ next } = page);
  } while (next !== null);
  expect(times).toEqual(['05', '04', '03', '02', '01']);
});

test('lists are filtered by what an operation is', async () => {
  const at = await withOperations(6);
  const found = async (query: string): Promise<number> => ((await at.call('GET', `/v1/operations?${query}`)).json as Page).items.length;
  expect([
    await found('product=even'),
    await found('product=even&environment=test'),
    await found('status=requested'),
    await found('status=failed'),
    await found('kind=release&tenant=default'),
    await found('tenant=other'),
  ]).toEqual([3, 2, 6, 0, 6, 0]);
});

test.each([
  'limit=0',
  'limit=-1',
  'limit=201',
  'limit=1000000000',
  'limit=ten',
  'cursor=forged',
  'cursor=WyJyZWxlYXNlcyIsIngiXQ',
  'status=runing',
  'prodcut=shop',
])('a bad query is refused: %s', async (query) => {
  const { status, json } = await door().call('GET', `/v1/operations?${query}`);
  expect([status, json]).toMatchObject([400, { errors: [{ pointer: `?${query.split('=')[0]}` }] }]);
});

test('an operation has a tag, and is not sent again to whom has it', async () => {
  const at = door();
  await at.tell(told(key, goodStory));
  const { headers } = await at.call('GET', `/v1/operations/${operation}`);
  expect(headers['ETag']).toBe('"17"');
  expect((await at.call('GET', `/v1/operations/${operation}`, { headers: { 'if-none-match': '"17"' } })).status).toBe(304);
});

test('a reader that passes its position is answered once the view is there', async () => {
  const at = door();
  const events = told(key, goodStory);
  await at.tell(events.slice(0, 3));
  const waiting = json(at, `/v1/operations/${operation}?after=5`);
  await at.tell(events.slice(3, 5));
  expect(await waiting).toMatchObject({ number: 5 });
});

test('steps come in the order of the plan, with why they wait', async () => {
  const at = door();
  await at.tell(told(key, goodStory.slice(0, 6)));
  expect(await json(at, `/v1/operations/${operation}/steps`)).toMatchObject({
    items: [
      { id: 'store/compile', state: 'requested', waitingFor: [{ for: 'bridge', what: 'ci' }] },
      { id: 'store/package', state: 'planned', waitingFor: [{ for: 'step', what: 'store/compile' }] },
      { id: 'store/deploy', state: 'planned', waitingFor: [{ for: 'step', what: 'store/package' }] },
    ],
    next: null,
  });
});

type StepPage = { items: { id: string; waitingFor: { for: string; what: string }[] }[]; next: string | null };

test('of the steps only those that are named come, in the order of the plan', async () => {
  const at = door();
  await at.tell(told(key, goodStory.slice(0, 6)));
  const named = async (names: string): Promise<readonly string[]> => {
    const { items } = (await json(at, `/v1/operations/${operation}/steps?named=${names}`)) as { items: { id: string }[] };
    return items.map(({ id }) => id);
  };
  const all = ((await json(at, `/v1/operations/${operation}/steps`)) as { items: { id: string }[] }).items.map(({ id }) => id);
  expect(await named([all.at(-1), all[0], 'nobody/compile'].join(','))).toEqual([all[0], all.at(-1)]);
  expect(await named('')).toEqual([]);
});

test('steps come page by page, each once, and what a step waits for may stand on another page', async () => {
  const at = door();
  await at.tell(told(key, goodStory.slice(0, 6)));
  const pages: unknown[] = [];
  for (let cursor = ''; ;) {
    const { items, next } = (await json(at, `/v1/operations/${operation}/steps?limit=1${cursor}`)) as StepPage;
    pages.push(items.map(({ id, waitingFor }) => [id, waitingFor.map((wait) => `${wait.for} ${wait.what}`)]));
    if (next === null) break;
    cursor = `&cursor=${next}`;
  }
  expect(pages).toEqual([
    [['store/compile', ['bridge ci']]],
    [['store/package', ['step store/compile']]],
    [['store/deploy', ['step store/package']]],
  ]);
});

test('a step says how much is to be built before it, wherever that stands', async () => {
  const at = door();
  const plan = planned(0, { 'store/compile': [], 'store/package': ['store/compile'], 'web/deploy': [] });
  await at.tell(told(key, [requested(), plan, completed(3, 'buildFirst'), { type: 'OperationStarted', data: { operation } }]));
  const { next } = (await json(at, `/v1/operations/${operation}/steps?limit=2`)) as StepPage;
  const { items } = (await json(at, `/v1/operations/${operation}/steps?limit=2&cursor=${next}`)) as StepPage;
  expect(items.map(({ id, waitingFor }) => [id, waitingFor.map((wait) => `${wait.for} ${wait.what}`)])).toEqual([
    ['web/deploy', ['barrier 2']],
  ]);
});

const forged = (list: string, place: string): string => Buffer.from(JSON.stringify([list, place])).toString('base64url');

test.each([
  'limit=0',
  'limit=-1',
  'limit=1001',
  'limit=1000000000',
  'cursor=forged',
  `cursor=${forged('steps of another', '1')}`,
  `cursor=${forged(`steps of ${operation}`, 'x')}`,
  `cursor=${forged(`steps of ${operation}`, '-1')}`,
  'offset=5',
])('a bad page of steps is refused with its place: %s', async (query) => {
  const at = door();
  await at.tell(told(key, goodStory));
  const { status, json } = await at.call('GET', `/v1/operations/${operation}/steps?${query}`);
  const { errors } = json as { errors: { pointer: string }[] };
  expect([status, errors.map(({ pointer }) => pointer)]).toEqual([400, [`?${query.split('=')[0]}`]]);
});

const chunk = (offset: number, text: string, attempt = 1): Message => ({
  type: 'LogChunk',
  data: { operation, step: 'store/compile', attempt, offset, text } satisfies LogChunk['data'],
});

async function withLog(chunks: readonly Message[]): Promise<Door> {
  const at = door();
  await at.tell(told(key, goodStory));
  for (const { topic, on } of at.service.consumes) if (topic === 'logs') await handled(on, told(`${key}/store/compile`, chunks));
  return at;
}

test('a log is the text of its pieces in order of place, whatever overlaps or came twice', async () => {
  const at = await withLog([
    chunk(6, 'wörld\n'),
    chunk(0, 'hello '),
    chunk(3, 'lo wö'),
    chunk(0, 'hello '),
    chunk(0, 'hel'),
    chunk(13, 'more\n'),
  ]);
  const { status, headers, text } = await at.call('GET', `/v1/operations/${operation}/steps/store/compile/log`);
  expect([status, headers['Content-Type'], headers['SRM-Log-Next'], text]).toEqual([
    200,
    'text/plain; charset=utf-8',
    '18',
    'hello wörld\nmore\n',
  ]);
});

test('a log is read from an offset on, by attempt, by the encoded id too, and says what is missing', async () => {
  const at = await withLog([chunk(0, 'first\n'), chunk(0, 'second\n', 2), chunk(10, 'late\n', 2)]);
  const text = async (path: string): Promise<string> => (await at.call('GET', `/v1/operations/${operation}/steps/${path}`)).text;
  expect([
    await text('store/compile/log?attempt=1'),
    await text('store%2Fcompile/log?attempt=1&offset=3'),
    await text('store/compile/log'),
    await text('store/package/log'),
  ]).toEqual(['first\n', 'st\n', 'second\n\n[3 bytes are missing here]\nlate\n', '']);
  const missing = async (of: string): Promise<unknown> => {
    const { status, json: problem } = await at.call('GET', `/v1/operations/${of}/steps/nobody/compile/log`);
    return [status, problem];
  };
  const notFound = { type: '/problems/not-found', title: 'Not found', status: 404 };
  expect(await missing(operation)).toEqual([404, { ...notFound, detail: `there is no step nobody/compile of ${operation}` }]);
  expect(await missing('nothing')).toEqual([404, { ...notFound, detail: 'there is no operation nothing' }]);
});

test('a log of an attempt that was not made is not there, and how many there were is told', async () => {
  const at = await withLog([chunk(0, 'first\n')]);
  const detail = async (step: string, attempt: number) => {
    const { status, json } = await at.call('GET', `/v1/operations/${operation}/steps/${step}/log?attempt=${attempt}`);
    return [status, (json as { detail?: string } | undefined)?.detail];
  };
  expect([await detail('store/compile', 9), await detail('store/compile', 1), await detail('store/package', 2)]).toEqual([
    [404, 'there is no attempt 9 of store/compile, which has had 1 so far'],
    [200, undefined],
    [404, 'there is no attempt 2 of store/package, which has had 1 so far'],
  ]);
});

const actor = { name: 'me', authenticated: false };
const requestId = idOf('action', operation, 'a1');
const cancel = { json: { action: 'cancel', reason: 'wrong branch', at: 5 }, headers: { 'idempotency-key': 'a1' } };

test('a cancel is said, and answered when the operation has taken it', async () => {
  const at = door();
  await at.tell(told(key, goodStory.slice(0, 5)));
  at.onSaid.then = () =>
    at.tell(told(key, [{ type: 'CancelRequested', data: { operation, requestId, reason: 'wrong branch', actor } }], 6));
  const { status, json } = await at.call('POST', `/v1/operations/${operation}/actions`, cancel);
  expect([status, json]).toMatchObject([202, { status: 'cancelling', number: 6 }]);
  expect(at.said.map(({ type, id, data }) => ({ type, id, data }))).toEqual([
    {
      type: 'ActOnOperation',
      id: requestId,
      data: { operation, requestId, action: 'cancel', step: null, reason: 'wrong branch', at: 5, actor, bodyDigest: digestOf(cancel.json) },
    },
  ]);
  expect((await at.call('POST', `/v1/operations/${operation}/actions`, cancel)).status).toBe(202);
  expect(at.said.length).toBe(1);
});

const under = (json: object) => ({ json, headers: { 'idempotency-key': 'a1' } });

test('the same key with another command is refused with 422 and not said: undecided, taken or refused', async () => {
  const at = door(stillClock(true));
  await at.tell(told(key, goodStory.slice(0, 5)));
  const act = async (json: object): Promise<unknown> => {
    const { status, json: given } = await at.call('POST', `/v1/operations/${operation}/actions`, under(json));
    return [status, typeof given === 'object' && given !== null && 'type' in given ? given.type : null];
  };
  const reused = [422, '/problems/idempotency-key-reused'];
  expect([await act({ action: 'hold' }), await act({ action: 'cancel' }), await act({ action: 'hold', reason: 'x' })]).toEqual([
    [202, null],
    reused,
    reused,
  ]);
  expect(at.said.map(({ data }) => ('action' in data ? data.action : null))).toEqual(['hold']);
  await at.tell(told(key, [{ type: 'OperationHeld', data: { operation, requestId, by: 'operator', reason: 'held by me', actor } }], 6));
  expect([await act({ action: 'hold' }), await act({ action: 'cancel' })]).toEqual([[202, null], reused]);
});

const answers: readonly (readonly [string, Message, object, readonly object[]])[] = [
  [
    'a hold',
    { type: 'OperationHeld', data: { operation, requestId, by: 'operator', reason: 'held by me', actor } },
    { action: 'hold' },
    [{ action: 'cancel' }],
  ],
  [
    'a cancel',
    { type: 'CancelRequested', data: { operation, requestId, reason: 'wrong branch', actor } },
    { action: 'cancel', reason: 'wrong branch' },
    [{ action: 'hold' }, { action: 'cancel', reason: 'other' }],
  ],
  [
    'giving up what has no trouble yet',
    { type: 'CancelRequested', data: { operation, requestId, reason: null, actor } },
    { action: 'giveUp' },
    [{ action: 'abandon' }],
  ],
  [
    'a retry',
    { type: 'OperationResumed', data: { operation, requestId, action: 'retry', reason: null, steps: [], actor } },
    { action: 'retry' },
    [{ action: 'resume' }, { action: 'skip', step: 'store/compile' }],
  ],
  [
    'giving up',
    { type: 'OperationGivenUp', data: { operation, requestId, reason: null, actor } },
    { action: 'giveUp' },
    [{ action: 'retry' }],
  ],
  [
    'abandoning',
    { type: 'OperationAbandoned', data: { operation, requestId, reason: null, actor } },
    { action: 'abandon' },
    [{ action: 'giveUp' }],
  ],
];

test.each(answers)('after a restart the answer itself says which command the key belongs to: %s', async (_, answer, same, others) => {
  const status = async (json: object): Promise<number> => {
    const at = door(stillClock(true));
    await at.tell(told(key, [...goodStory.slice(0, 5), answer]));
    return (await at.call('POST', `/v1/operations/${operation}/actions`, under(json))).status;
  };
  expect([await status(same), ...(await Promise.all(others.map(status)))]).toEqual([202, ...others.map(() => 422)]);
});

test('a refusal belongs to its command too', async () => {
  const at = door(stillClock(true));
  const refused: Message = { type: 'ActionRefused', data: { operation, requestId, action: 'resume', reason: 'it is not held', actor } };
  await at.tell(told(key, [...goodStory.slice(0, 5), refused]));
  const act = async (action: string) => (await at.call('POST', `/v1/operations/${operation}/actions`, under({ action }))).status;
  expect([await act('resume'), await act('hold')]).toEqual([409, 422]);
});

test('a cancel that is refused is a conflict with the reason', async () => {
  const at = door();
  await at.tell(told(key, goodStory));
  const reason = 'the operation has ended already: OperationSucceeded';
  at.onSaid.then = () =>
    at.tell(told(key, [{ type: 'ActionRefused', data: { operation, requestId, action: 'cancel', reason, actor } }], 18));
  const { status, json } = await at.call('POST', `/v1/operations/${operation}/actions`, cancel);
  expect([status, json]).toMatchObject([409, { title: 'Not possible now', detail: reason }]);
});

test('actions that are not built, unknown operations, wrong bodies', async () => {
  const at = door();
  await at.tell(told(key, goodStory));
  const act = (json: unknown, id = operation) => at.call('POST', `/v1/operations/${id}/actions`, { json });
  expect([
    (await act({ action: 'pause' })).json,
    (await act({ action: 'cancel', at: -1 })).status,
    (await act({})).status,
    (await act({ action: 'cancel' }, 'nobody')).status,
  ]).toMatchObject([
    {
      status: 422,
      errors: [{ pointer: '/action', detail: '"pause" is none of cancel, hold, resume, retry, skip, giveUp, abandon, repair' }],
    },
    422,
    422,
    404,
  ]);
});

test('a step is refused where the command is about the whole operation', async () => {
  const at = door();
  await at.tell(told(key, goodStory));
  const about = async (action: string, step: string | null) => {
    const { status, json } = await at.call('POST', `/v1/operations/${operation}/actions`, {
      json: { action, step },
      signal: AbortSignal.abort(),
    });
    return [status, (json as { errors?: unknown }).errors];
  };
  const refused = (action: string) => [422, [{ pointer: '/step', detail: `${action} is about all of the operation; leave step away` }]];
  for (const action of ['cancel', 'hold', 'giveUp', 'abandon', 'repair'])
    expect(await about(action, 'store/compile')).toEqual(refused(action));
  expect(at.said).toEqual([]);
  for (const action of ['resume', 'retry', 'skip']) expect((await about(action, 'store/compile'))[0]).toBe(202);
  expect(at.said.length).toBe(3);
});

const ran = (component: string, state: 'running' | 'stopped' | 'uncertain' | 'absent', fence: number): Message => ({
  type: 'ResourceChanged',
  data: {
    tenant: 'default',
    environment: 'test',
    component,
    state,
    version: '1',
    image: 'sha256:1',
    spec: 'single',
    parameters: '{}',
    configuration: '',
    outputs: [{ name: 'url', value: 'http://x', secret: false }],
    operation,
    fence,
  },
});
const place = { tenant: 'default', environment: 'test', operation };
const leased = (components: readonly string[], fence: number): Message => ({
  type: 'EnvironmentLeased',
  data: { ...place, components, fence },
});
const freed: Message = { type: 'EnvironmentFreed', data: { ...place, held: true } };

test('resources show what runs and who is changing it, whatever comes twice or late', async () => {
  const at = door();
  const events = told('environment/default/test', [
    leased(['shop/store', 'shop/web'], 1),
    ran('shop/store', 'running', 1),
    freed,
    leased(['shop/store'], 2),
  ]);
  await at.tell([...events.slice(2), ...events]);
  const both = await json(at, '/v1/resources');
  expect(both).toMatchObject({
    items: [
      {
        id: 'default/test/shop/store',
        product: 'shop',
        component: 'store',
        state: 'running',
        operation,
        changing: operation,
        number: 4,
        fence: 1,
        outputs: [{ name: 'url' }],
      },
    ],
    next: null,
  });
  expect(await json(at, '/v1/resources?state=absent')).toMatchObject({
    items: [{ id: 'default/test/shop/web', changing: null, version: null, number: 3 }],
  });
  expect(await json(at, '/v1/resources?product=other')).toEqual({ items: [], next: null });
});

test('releases are listed newest first with their state', async () => {
  const at = door();
  const about = { tenant: 'default', product: 'shop', operation };
  const built = (name: string, artifact: string | null, image: string | null) => ({ name, revision: 'r', artifact, image });
  const taken = (version: string): Message => ({ type: 'VersionTaken', data: { ...about, version, contentDigest: 'sha256:c' } });
  const more = (...components: readonly object[]): Message => ({ type: 'ReleaseExtended', data: { ...about, version: '1', components } });
  const events = told('releases/default/shop', [
    taken('1'),
    { type: 'ReleaseOpened', data: { ...about, version: '1', contentDigest: 'sha256:c', components: [], from: null } },
    taken('2'),
    more(built('store', 'bpr:store', null), built('web', 'bpr:web', null)),
    more(built('store', null, 'sha256:i')),
    { type: 'ReleaseCompleted', data: { ...about, version: '1' } },
    taken('1'),
  ]);
  await at.tell([...events.slice(3), ...events]);
  expect(await json(at, '/v1/releases?product=shop')).toMatchObject({
    items: [
      { id: 'default/shop/2', state: 'taken', components: 0, completedAt: null },
      {
        id: 'default/shop/1',
        state: 'complete',
        components: 2,
        takenAt: '2026-11-24T08:00:01.000Z',
        completedAt: '2026-11-24T08:00:06.000Z',
      },
    ],
    next: null,
  });
  expect(await json(at, '/v1/tenants/default/products/shop/releases/1')).toMatchObject({
    release: { id: 'default/shop/1' },
    components: [
      { name: 'store', revision: 'r', artifact: 'bpr:store', image: 'sha256:i' },
      { name: 'web', revision: 'r', artifact: 'bpr:web', image: null },
    ],
  });
  expect((await at.call('GET', '/v1/tenants/default/products/shop/releases/3')).status).toBe(404);
});

test('the page and its scripts are served from here, and nothing inline may run', async () => {
  const { status, headers, text } = await door().call('GET', '/');
  expect([status, headers['Content-Type']]).toEqual([200, 'text/html; charset=utf-8']);
  expect(headers['Content-Security-Policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  expect(text).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|style=/);
});

test('what the door says can be encoded, with a clock that stands still', async () => {
  const at = door(stillClock(true));
  await at.call('POST', '/v1/operations', { json: { kind: 'stop', product: 'shop', environment: 'test' } });
  const [message] = at.said;
  if (message === undefined) throw new Error('nothing was said');
  expect(await codec.decode(await codec.encode({ topic: 'inputs', message }))).toEqual(message);
  expect(ends('OperationCancelled').type).toBe('OperationCancelled');
});

test('the status names what is not certain to run, unless an operation changes it', async () => {
  const at = door({ now: () => Date.parse(timeOf(60)), sleep: () => Promise.resolve() });
  const events = [leased(['shop/store'], 1), ran('shop/store', 'uncertain', 1)];
  await at.tell(told('environment/default/test', events));
  expect(await json(at, '/v1/status')).toMatchObject({ well: true, findings: [] });
  await at.tell(told('environment/default/test', [...events, freed]));
  expect(await json(at, '/v1/status')).toMatchObject({
    well: false,
    findings: [
      {
        kind: 'uncertain',
        what: 'test/shop/store',
        text: `it is not certain what runs of store of shop in test: operation ${operation} ended before that was known; a restart deploys it again, a job is deployed`,
        command: 'srm restart shop -e test -c store',
      },
    ],
  });
});

test('a resource shows how it is seen to be, by the number of the observation; what is seen changes nothing else of it', async () => {
  const at = door({ now: () => Date.parse(timeOf(60)), sleep: () => Promise.resolve() });
  const seen = (number: number, health: 'healthy' | 'unhealthy', ready: number): Message => ({
    type: 'ResourceHealthChanged',
    data: {
      tenant: 'default',
      environment: 'test',
      component: 'shop/store',
      number,
      health,
      wanted: 1,
      ready,
      restarts: 1,
      version: '1',
      reason: ready === 1 ? null : 'no answer',
      drift: null,
    },
  });
  const events = [leased(['shop/store'], 1), ran('shop/store', 'running', 1), freed, seen(2, 'unhealthy', 0), seen(1, 'healthy', 1)];
  await at.tell(told('environment/default/test', events));
  expect(await json(at, '/v1/resources')).toMatchObject({
    items: [{ state: 'running', version: '1', observed: { number: 2, health: 'unhealthy', ready: 0, restarts: 1, reason: 'no answer' } }],
  });
  expect(await json(at, '/v1/status')).toMatchObject({
    findings: [
      {
        kind: 'unhealthy',
        what: 'test/shop/store',
        text: 'store of shop in test is not healthy, started again once: no answer',
        command: 'srm restart shop -e test -c store',
      },
    ],
  });
});
