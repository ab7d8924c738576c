import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { httpClient } from '@srm/cli';
import type { Operation, Resource } from '@srm/cli';
import { at, operation, ran, rememberingScreen, resource, scriptedServer, step } from '@srm/cli/testing';
import type { Reply } from '@srm/cli/testing';
import { arrive, depart } from './life.ts';
import type { Life } from './life.ts';

const folder = mkdtempSync(join(tmpdir(), 'srm-life-'));
writeFileSync(join(folder, 'srm.yaml'), 'kind: Product\n');
afterAll(() => rmSync(folder, { recursive: true }));

const never = new AbortController().signal;
const page = (items: readonly object[]): Reply => ({ json: { items, next: null } });
const url = (value: string) => ({ outputs: [{ name: 'url', value, secret: false }] });
const ended = (given: Parameters<typeof operation>[0] = {}): Operation => operation({ status: 'succeeded', endedAt: at(3), ...given });
const label = { name: 'srm.standalone', value: 'shutdown' };
const stopBy = (labels: Operation['asked']['labels']): Operation =>
  ended({ id: 'op-stop', kind: 'stop', asked: { ...operation().asked, labels } });

type Past = Readonly<{
  /** Pages of the list of operations, an answer each time a status is asked for or the newest one. */
  lists?: readonly (readonly Operation[])[];
  resources?: readonly Resource[];
  known?: readonly Operation[];
  steps?: readonly object[];
  freezes?: readonly object[];
  answers?: Readonly<Record<string, readonly Reply[]>>;
}>;

/** A life whose SRM is a scripted server with this past. */
async function living({ lists = [[]], resources = [], known = [], steps = [], freezes = [], answers = {} }: Past) {
  const about = known.map((one) => ({
    [`GET /v1/operations/${one.id}`]: [{ json: one }],
    [`GET /v1/operations/${one.id}/steps`]: [page(steps)],
    [`GET /v1/operations/${one.id}/stream`]: [{ text: 'event: end\ndata: {}\n\n' }],
  }));
  const server = await scriptedServer({
    'GET /v1/operations': lists.map(page),
    'GET /v1/resources': [page(resources)],
    'GET /v1/freezes': [page(freezes)],
    ...Object.assign({}, ...about),
    ...answers,
  });
  const { screen, printed } = rememberingScreen();
  const sleep = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const client = httpClient({ server: server.address, actor: 'ann', newId: () => 'key', fetch, sleep });
  const life: Life = { client, screen, lang: 'en', now: () => Date.parse(at(9)), sleep, example: { folder, environment: 'development' } };
  const asked = () => server.sent.filter(({ method }) => method === 'POST').map(({ url, body }) => [url.split('?')[0], body]);
  return { life, printed, asked, server };
}

test('the first start of all releases the example, under one key', async () => {
  const documents = [{ kind: 'Product', name: 'shop', revision: 1, digest: 'sha256:1' }];
  const { life, printed, asked, server } = await living({
    known: [ended()],
    answers: {
      'POST /v1/definitions': [{ json: { tenant: 'default', documents } }],
      'POST /v1/operations': [{ status: 202, json: operation() }],
    },
  });
  expect(await arrive(life, never)).toEqual({ released: true, picture: { operation: ended(), steps: [] }, trouble: null });
  expect(asked()).toEqual([
    ['/v1/definitions', 'kind: Product\n'],
    ['/v1/operations', JSON.stringify({ kind: 'release', product: 'shop', environment: 'development', preview: false })],
  ]);
  expect(server.sent.find(({ url, method }) => method === 'POST' && url === '/v1/operations')?.headers['idempotency-key']).toBe(
    'standalone-first-release',
  );
  expect(printed).toEqual(['✔ succeeded in 00:03']);
  await server.close();
});

test('what runs already is left alone', async () => {
  const resources = [
    resource('web', url('http://127.0.0.1:41007')),
    resource('store', url('http://127.0.0.1:41001')),
    resource('seed', { state: 'completed' }),
  ];
  const steps = [ran('store/deploy', 0, 1), ran('web/configure', 1, 2, { dependsOn: ['store/deploy'] })];
  const { life, printed, asked, server } = await living({ lists: [[ended()]], known: [ended()], resources, steps });
  expect(await arrive(life, never)).toEqual({ released: false, picture: null, trouble: null });
  expect(asked()).toEqual([]);
  expect(printed).toEqual(['✔ 2 resources running, nothing to do         open http://127.0.0.1:41007  (web)']);
  await server.close();
});

test('what Ctrl-C stopped is started again; what a person stopped is not', async () => {
  const stopped = [resource('web', { state: 'stopped', operation: 'op-stop' })];
  const start = ended({ id: 'op-start', kind: 'start' });
  const answers = { 'POST /v1/operations': [{ status: 202, json: start }] };
  const ours = await living({ lists: [[ended()]], known: [stopBy([label]), start], resources: stopped, answers });
  expect((await arrive(ours.life, never)).picture?.operation).toEqual(start);
  expect(ours.asked()).toEqual([
    ['/v1/operations', JSON.stringify({ kind: 'start', product: 'shop', environment: 'development', preview: false })],
  ]);
  await ours.server.close();
  const theirs = await living({ lists: [[ended()]], known: [stopBy([])], resources: stopped, answers });
  expect((await arrive(theirs.life, never)).picture).toBe(null);
  expect([theirs.asked(), theirs.printed]).toEqual([[], ['✔ 0 resources running, nothing to do']]);
  await theirs.server.close();
});

test('an operation that was open is followed to its end, and nothing is released', async () => {
  const open = operation({ id: 'op-2' });
  const done = ended({ id: 'op-2' });
  const lists = [[open], ...Array.from({ length: 6 }, () => []), [done]];
  const { life, printed, asked, server } = await living({ lists, known: [done] });
  expect((await arrive(life, never)).picture?.operation).toEqual(done);
  expect(asked()).toEqual([]);
  expect(printed).toEqual(['release of shop goes on where it was', '✔ succeeded in 00:03', '✔ 0 resources running, nothing to do']);
  await server.close();
});

test('Ctrl-C with nothing open stops what runs by an ordinary operation that the next start knows', async () => {
  const stop = ended({ id: 'op-stop', kind: 'stop' });
  const answers = { 'POST /v1/operations': [{ status: 202, json: stop }] };
  const { life, printed, asked, server } = await living({ resources: [resource('web'), resource('store')], known: [stop], answers });
  expect(await depart(life)).toBe(true);
  expect(asked()).toEqual([
    ['/v1/operations', JSON.stringify({ kind: 'stop', product: 'shop', environment: 'development', preview: false, labels: [label] })],
  ]);
  expect([printed.at(0), printed.at(-1)]).toEqual([
    'stopping what runs; Ctrl-C again ends at once',
    'stopped. npm start goes on from here',
  ]);
  await server.close();
});

test('Ctrl-C with an operation open leaves all running and says so', async () => {
  const open = operation({ id: 'op-2' });
  const { life, printed, asked, server } = await living({ lists: [[open], []], resources: [resource('web')] });
  expect(await depart(life)).toBe(true);
  expect(asked()).toEqual([]);
  expect(printed).toEqual([
    'release of shop (op-2) is not finished: resources and builds are left running, and the next npm start goes on with it',
  ]);
  await server.close();
});

test('Ctrl-C leaves what is frozen as it is and says so: its stop would wait until the freeze is lifted', async () => {
  const freeze = (id: string, environment: string | null, frozen: boolean): object => {
    const by = { reason: 'fair', since: at(1), until: null, holdRunning: false, actor: null };
    return { id, tenant: 'default', environment, frozen, ...by };
  };
  const resources = [resource('web'), resource('web', { environment: 'production' })];
  const freezes = [freeze('default/production', 'production', true), freeze('default/development', 'development', false)];
  const stop = ended({ id: 'op-stop', kind: 'stop' });
  const answers = { 'POST /v1/operations': [{ status: 202, json: stop }] };
  const some = await living({ resources, freezes, known: [stop], answers });
  expect(await depart(some.life)).toBe(true);
  expect(some.asked()).toEqual([
    ['/v1/operations', JSON.stringify({ kind: 'stop', product: 'shop', environment: 'development', preview: false, labels: [label] })],
  ]);
  expect(some.printed[0]).toBe('shop in production is frozen: it is left running');
  await some.server.close();
  const all = await living({ resources, freezes: [freeze('default', null, true)] });
  expect([await depart(all.life), all.asked(), all.printed]).toEqual([
    true,
    [],
    [
      'shop in development is frozen: it is left running',
      'shop in production is frozen: it is left running',
      'stopped. npm start goes on from here',
    ],
  ]);
  await all.server.close();
});

test('a stop that fails is said, and is no success', async () => {
  const failed = ended({ id: 'op-stop', kind: 'stop', status: 'failed', reason: 'web does not end' });
  const answers = { 'POST /v1/operations': [{ status: 202, json: failed }] };
  const { life, printed, server } = await living({
    resources: [resource('web')],
    known: [failed],
    steps: [step('web/stop', { state: 'failed' })],
    answers,
  });
  expect(await depart(life)).toBe(false);
  expect(printed.slice(1)).toEqual([
    '00:03  ✖ web        stopping failed',
    '✖ failed: web does not end\n  why: npm run srm -- get log op-stop web/stop',
    '✖ shop in development could not be stopped; it is left as it is',
  ]);
  await server.close();
});
