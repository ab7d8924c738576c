import { readerOf, topics, type Topic } from '@srm/schemas';
import { inOneHouse, usual, type House, type Told } from './test-house.ts';
import { definitions } from './test-product.ts';

let house: House;
inOneHouse(async (made) => {
  house = made;
  await house.define();
});

type Sent = Readonly<{ body?: string | Uint8Array<ArrayBuffer>; headers?: Readonly<Record<string, string>>; method?: string }>;
type Answered = Readonly<{ status: number; text: string; type: string | null; json: unknown }>;

async function send(path: string, { body, headers = {}, method = body === undefined ? 'GET' : 'POST' }: Sent = {}): Promise<Answered> {
  const answer = await fetch(`${house.address()}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await answer.text();
  const type = answer.headers.get('content-type');
  const json: unknown = type?.includes('json') === true ? JSON.parse(text) : null;
  return { status: answer.status, text, type, json };
}

const post = (body: object, key: string): Promise<Answered> =>
  send('/v1/operations', { body: JSON.stringify(body), headers: { 'idempotency-key': key } });
const count = async (): Promise<number> => (await house.client().operations({ limit: 1000 })).length;
const idOf = ({ json }: Answered): string => String(Object.entries(json ?? {}).find(([name]) => name === 'id')?.[1]);

test('who reads which topic is as the topics table says', async () => {
  const { json } = await send('/v1/status');
  const lag = Object.entries(json ?? {}).find(([name]) => name === 'lag')?.[1] as readonly Readonly<{ group: string; topic: string }>[];
  const table = (Object.keys(topics) as Topic[]).map((name) => `${topics[name].name} ${readerOf[name]}`);
  expect(lag.map(({ topic, group }) => `${topic} ${group}`).sort()).toEqual(table.sort());
});

test('the same request under the same key is one operation, whoever asks at once; another one under it is refused', async () => {
  const before = await count();
  const body = { ...usual, kind: 'compile', environment: null };
  const answers = await Promise.all(Array.from({ length: 20 }, () => post(body, 'once')));
  expect([new Set(answers.map(({ status }) => status)), new Set(answers.map(idOf)).size, await count()]).toEqual([
    new Set([202]),
    1,
    before + 1,
  ]);
  const id = idOf(await post(body, 'once'));
  const told = await house.told(id);
  const [first, second] = [await post(body, 'once'), await post(body, 'once')];
  expect([told.filter(({ type }) => type === 'OperationRequested').length, first.json]).toEqual([1, await house.client().operation(id)]);
  expect([second, await count()]).toEqual([first, before + 1]);
  expect(await post({ ...body, kind: 'package' }, 'once')).toMatchObject({
    status: 422,
    json: { title: 'Idempotency-Key used with another body' },
  });
  expect(await count()).toBe(before + 1);
  const refused = [await post({ ...body, product: 'nothing' }, 'twice'), await post({ ...body, product: 'nothing' }, 'twice')];
  expect(refused[0]).toEqual(refused[1]);
  expect(refused[0]).toMatchObject({
    status: 422,
    json: { errors: [{ pointer: '/product', detail: 'tenant default has no product "nothing"; apply its definition first' }] },
  });
});

test('a stream that is cut after any event goes on behind it: nothing is missing, nothing comes twice', async () => {
  const { id } = await house.client().request(usual);
  const live: Told[] = [];
  const more = (): Promise<readonly Told[]> => house.told(id, live.length, () => true);
  for (let [event] = await more(); event !== undefined; [event] = await more()) live.push(event);
  const last = live.length;
  expect(live.map(({ number }) => number)).toEqual(Array.from({ length: last }, (_, index) => index + 1));
  expect(live.at(-1)?.type).toBe('OperationSucceeded');
  const short = (await house.run({ kind: 'compile', environment: null })).operation;
  const whole = await house.told(short.id);
  for (let after = 0; after < short.number; after++) expect(await house.told(short.id, after)).toEqual(whole.slice(after));
  expect((await send(`/v1/operations/${id}/stream`, { headers: { 'last-event-id': String(last) } })).status).toBe(204);
});

const big = 'a'.repeat(700_000);
const operation = (changes: object): string => JSON.stringify({ ...usual, ...changes });
const raw = (text: string): string => operation({}).replace('"diamond"', text);

/** [what, status, pointers]: requests for operations that cannot be. */
const bad: readonly (readonly [string, string, number, readonly string[]])[] = [
  ['an unknown product', operation({ product: 'nothing' }), 422, ['/product']],
  ['unknown product and environment', operation({ product: 'nothing', environment: 'nowhere' }), 422, ['/product', '/environment']],
  ['an unknown spec', operation({ perComponent: [{ name: 'left', spec: 'huge' }] }), 422, ['/perComponent/0/spec']],
  ['an unknown component', operation({ perComponent: [{ name: 'lefd' }] }), 422, ['/perComponent/0/name']],
  [
    'an unknown parameter',
    operation({ perComponent: [{ name: 'left', spec: 'tuned', parameters: { tun: 1 } }] }),
    422,
    ['/perComponent/0/parameters/tun'],
  ],
  [
    'an odd parameter',
    operation({ perComponent: [{ name: 'left', spec: 'tuned', parameters: { tune: 'x' } }] }),
    422,
    ['/perComponent/0/parameters/tune'],
  ],
  ['a spec that is refused here', operation({ perComponent: [{ name: 'left', spec: 'replicated' }] }), 422, ['/perComponent/0/spec']],
  ['no environment', operation({ environment: null }), 422, ['']],
  ['an unknown kind', operation({ kind: 'explode' }), 422, ['/kind']],
  ['a kind that is not built', operation({ kind: 'execute' }), 422, ['/kind']],
  ['a part that is not there', operation({ components: ['lefd'], release: '1999.1.1-1' }), 409, ['/release']],
  ['a part of a rollback', operation({ kind: 'rollback', components: ['left'] }), 422, ['/components']],
  ['a stop that restarts who uses it', operation({ kind: 'stop', restartConsumers: true }), 422, ['/restartConsumers']],
  ['an unknown key', operation({ enviroment: 'x' }), 422, ['/enviroment']],
  ['a name with ..', operation({ product: '../../etc' }), 422, ['/product']],
  ['a name with %2e', operation({ product: '%2e%2e' }), 422, ['/product']],
  ['a name with NUL', operation({ product: 'a\0b' }), 422, ['/product']],
  ['a name on two lines', operation({ product: 'a\r\nb' }), 422, ['/product']],
  ['a name like a flag', operation({ product: '--help' }), 422, ['/product']],
  ['a name like a command', operation({ product: '$(id)' }), 422, ['/product']],
  ['a name of the language', operation({ product: 'constructor' }), 422, ['/product']],
  ['a name of the prototype', operation({ product: '__proto__' }), 422, ['/product']],
  ['an environment of the prototype', operation({ environment: '__proto__' }), 422, ['/environment']],
  ['a key of the prototype', operation({}).replace('{', '{"__proto__":{"kind":"stop"},'), 422, ['/__proto__']],
  ['a name in capitals', operation({ product: 'Diamond' }), 422, ['/product']],
  ['a name of wide letters', operation({ product: 'ｄiamond' }), 422, ['/product']],
  ['a name with a mark of no width', operation({ product: 'diamond\u200b' }), 422, ['/product']],
  ['a picture', operation({ environment: '🚀' }), 422, ['/environment']],
  ['a component twice', operation({ perComponent: [{ name: 'left' }, { name: 'left' }] }), 422, ['/perComponent/1/name']],
  ['a plan that is no digest', operation({ expectedPlan: 'sha1:00' }), 422, ['/expectedPlan']],
  ['another plan than the one there is', operation({ expectedPlan: `sha256:${'0'.repeat(64)}` }), 409, ['/expectedPlan']],
  ['a huge name', operation({ product: big }), 422, ['/product']],
  ['a version with ..', operation({ version: '../1' }), 422, ['/version']],
  ['a version on two lines', operation({ version: '1\n2' }), 422, ['/version']],
  ['a version that acts on a terminal', operation({ version: '\u001b[31m1' }), 422, ['/version']],
  ['a huge version', operation({ version: big }), 422, ['/version']],
  ['a list for an object', '[]', 422, ['']],
  ['null', 'null', 422, ['']],
  ['a text', '"release"', 422, ['']],
  ['keys twice', operation({}).replace('{', '{"kind":"stop",'), 400, []],
  ['keys twice, one of them escaped', operation({}).replace('{', '{"k\\u0069nd":"stop",'), 400, []],
  ['a comma too much', raw('"diamond",'), 400, []],
  ['not a number', raw('NaN'), 400, []],
  ['a number beyond all', raw('1e309'), 400, []],
  ['half a character', raw('"\\ud800"'), 400, []],
  ['a byte order mark', `\ufeff${operation({})}`, 400, []],
  ['depth', '['.repeat(100_000), 400, []],
  ['nothing', '', 400, []],
  ['5 MB', operation({ reason: 'a'.repeat(5_000_000) }), 413, []],
];

const pointersOf = ({ json }: Answered): readonly unknown[] => {
  const errors: unknown = Object.entries(json ?? {}).find(([name]) => name === 'errors')?.[1] ?? [];
  return Array.isArray(errors) ? errors.map((error: unknown) => Object.entries(error ?? {}).find(([name]) => name === 'pointer')?.[1]) : [];
};

/** A problem in words: no stack, no path of the server, not the whole of what was sent. */
const isSaid = ({ text, type }: Answered): boolean =>
  type === 'application/problem+json' && !/\n\s+at |node_modules|\.ts:|\/standalone\//.test(text) && text.length < 5000;

test('a request that cannot be carried out is answered with what is wrong, and nothing is done', async () => {
  // What is seen of a resource's health may be told at any time, whoever asks for what.
  const look = async (): Promise<readonly unknown[]> => [
    (await house.client().resources({ limit: 1000 })).map(({ observed: _observed, number: _number, ...rest }) => rest),
    await house.client().releases({ limit: 1000 }),
  ];
  const before = await look();
  const answers = [];
  for (const [what, body] of bad) answers.push([what, await send('/v1/operations', { body })] as const);
  expect(answers.map(([what, answer]) => [what, answer.status, pointersOf(answer)])).toEqual(
    bad.map(([what, , status, pointers]) => [what, status, pointers]),
  );
  expect(answers.filter(([, answer]) => !isSaid(answer))).toEqual([]);
  expect(await look()).toEqual(before);
});

test('a request that is not shaped for it is refused before it is read', async () => {
  const before = await count();
  const body = operation({ kind: 'compile', environment: null });
  const ask = async (path: string, sent: Sent) => {
    const answer = await send(path, sent);
    return [answer.status, isSaid(answer)];
  };
  const id = '/v1/operations/__proto__';
  expect([
    await ask('/v1/operations', { body, headers: { 'content-type': 'text/plain' } }),
    await ask('/v1/operations', { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
    await ask('/v1/operations', { body, headers: { 'content-encoding': 'gzip' } }),
    await ask('/v1/operations', { body, headers: { 'idempotency-key': 'a'.repeat(300) } }),
    await ask('/v1/operations', { body, headers: { 'srm-actor': '%1b%5b31m' } }),
    await ask('/v1/operations', { body, headers: { origin: 'http://elsewhere.example' } }),
    await ask('/v1/operations', { body, method: 'PUT' }),
    await ask('/v1/operations', { body: new Uint8Array([0x7b, 0xff, 0x7d]) }),
    await ask('/v1/operations?limit=0', {}),
    await ask('/v1/operations?limit=1000000000', {}),
    await ask('/v1/operations?cursor=forged', {}),
    await ask('/v1/operations?status=odd', {}),
    await ask(id, {}),
    await ask(`${id}/steps`, {}),
    await ask(`${id}/stream`, {}),
    await ask(`${id}/events`, {}),
    await ask(`${id}/steps/a%2Fcompile/log`, {}),
    await ask('/v1/operations/..%2f..%2fetc%2fpasswd', {}),
    await ask('/v1/operations/%zz', {}),
    await ask('/v1/operations/%00', {}),
    await ask(`${id}/actions`, { body: '{"action":"cancel"}' }),
    await ask(`${id}/actions`, { body: '{"action":"explode"}' }),
  ]).toEqual(
    [415, 415, 415, 400, 400, 403, 405, 400, 400, 400, 400, 400, 404, 404, 404, 404, 404, 404, 400, 404, 404, 422].map((status) => [
      status,
      true,
    ]),
  );
  expect(await count()).toBe(before);
});

test('definitions that are wrong are refused whole, each fault with its place, and those in force stay', async () => {
  const inForce = async () => (await send('/v1/definitions')).json;
  const before = await inForce();
  const good = definitions({ environment: 'new' });
  const define = async (body: string) => {
    const answer = await send(`/v1/definitions?base=${encodeURIComponent(house.sources)}`, {
      body,
      headers: { 'content-type': 'application/yaml' },
    });
    return [answer.status, pointersOf(answer), isSaid(answer)];
  };
  const component = (name: string, more: object = {}): string =>
    `${good}\n---\n${JSON.stringify({ apiVersion: 'srm/v1', kind: 'Product', metadata: { name: 'odd' }, spec: { components: [{ name, type: 'library', source: { path: './money' }, build: { run: [['true']], output: 'dist' }, ...more }] } })}`;
  const at = '/spec/components/0';
  expect([
    await define(component('../up')),
    await define(component('__proto__')),
    await define(component('a', { build: { run: [['true']], output: '../..' } })),
    await define(component('a', { build: { run: [['true']], output: 'dist', needs: { a: 'x' } } })),
    await define(component('a', { build: { run: [['true']], output: 'dist', needs: { b: 'x' } } })),
    await define(component('a', { colour: 'red' })),
    await define(component('a'.repeat(900_000))),
    await define(good.replace('"diamond"', '"a\\u0000b"')),
    await define(`${good}\n---\n${good}`),
    await define('a: &a [*a, *a]'),
    await define('a: !!js/function "x"'),
    await define('{ a: 1, a: 2 }'),
    await define(''),
    await define('a'.repeat(21_000_000)),
  ]).toEqual([
    [422, [`${at}/name`], true],
    [422, [`${at}/name`], true],
    [422, [`${at}/build/output`], true],
    [422, [`${at}/build/needs/a`], true],
    [422, [`${at}/build/needs/b`], true],
    [422, [`${at}/colour`], true],
    [422, [`${at}/name`], true],
    [422, ['/metadata/name'], true],
    [422, ['/metadata/name', '/metadata/name', '/metadata/name'], true],
    [422, ['/a/1/1/1/1/1/1'], true],
    [422, ['', ''], true],
    [422, [''], true],
    [422, [''], true],
    [413, [], true],
  ]);
  expect(await inForce()).toEqual(before);
});
