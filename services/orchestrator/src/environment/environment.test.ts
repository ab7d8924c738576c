import type { FreeLease, RequestLease, ResourceObserved } from '@srm/schemas';
import { environmentDecider } from './index.ts';
import { playing } from '../testing.ts';

const place = { tenant: 'acme', environment: 'development' };
const lease = (operation: string, ...components: readonly string[]): RequestLease => ({
  type: 'RequestLease',
  data: { ...place, operation, components, upon: null },
});
const resource = (
  component: string,
  operation: string,
  fence: number,
  state: 'running' | 'stopped' | 'absent' = 'running',
  image = 'sha256:1',
) => ({
  component,
  state,
  version: '1',
  image,
  spec: 'single',
  parameters: '{}',
  configuration: 'sha256:c',
  outputs: [],
  operation,
  fence,
  replicas: 1,
  deployed: operation,
  given: [],
});
const free = (operation: string, outcome: FreeLease['data']['outcome'] = [], last = true): FreeLease => ({
  type: 'FreeLease',
  data: { ...place, operation, outcome, last, product: null, release: null, ending: null, of: null, from: null, unpublished: null },
});
const development = () => playing(environmentDecider, 'environment/acme/development');
const types = ({ events }: { events: readonly { type: string }[] }) => events.map(({ type }) => type);

test('a lease on free components is granted at once, each grant with a higher fence', () => {
  const environment = development();
  expect(environment.given(lease('a', 'shop/web')).said).toEqual([
    { type: 'LeaseGranted', data: { operation: 'a', environment: 'development', fence: 1, number: 2 } },
  ]);
  expect(environment.given(lease('b', 'shop/store')).said).toEqual([
    { type: 'LeaseGranted', data: { operation: 'b', environment: 'development', fence: 2, number: 4 } },
  ]);
});

test('who wants a held component waits and is told for whom; freeing grants in order of request', () => {
  const environment = development();
  environment.given(lease('a', 'shop/web', 'shop/store'));
  expect(environment.given(lease('b', 'shop/web')).said).toEqual([
    { type: 'LeaseQueued', data: { operation: 'b', environment: 'development', behind: ['a'] } },
  ]);
  expect(environment.given(lease('c', 'shop/web', 'shop/stock')).said).toEqual([
    { type: 'LeaseQueued', data: { operation: 'c', environment: 'development', behind: ['a', 'b'] } },
  ]);
  expect(environment.given(free('a')).said).toEqual([
    { type: 'LeaseGranted', data: { operation: 'b', environment: 'development', fence: 2, number: 6 } },
  ]);
});

test('nobody overtakes one who asked earlier for the same component', () => {
  const environment = development();
  environment.given(lease('a', 'shop/web'));
  environment.given(lease('b', 'shop/web', 'shop/store'));
  expect(types(environment.given(lease('c', 'shop/store')))).toEqual(['EnvironmentLeaseAsked']);
});

test('a lease asked for after it was freed is never granted', () => {
  const environment = development();
  expect(types(environment.given(free('a')))).toEqual(['EnvironmentFreed']);
  expect(types(environment.given(lease('a', 'shop/web')))).toEqual([]);
  expect(types(environment.given(free('a')))).toEqual([]);
});

test('freeing says what runs now; a start or a stop keeps what it does not name', () => {
  const environment = development();
  environment.given(lease('a', 'shop/web'));
  expect(types(environment.given(free('a', [resource('shop/web', 'a', 1)])))).toEqual(['ResourceChanged', 'EnvironmentFreed']);
  environment.given(lease('b', 'shop/web'));
  environment.given(free('b', [{ ...resource('shop/web', 'b', 2, 'stopped', ''), version: '', spec: '' }]));
  expect(environment.state.running.get('shop/web')).toEqual({ ...resource('shop/web', 'b', 2, 'stopped'), deployed: 'a' });
});

test('an outcome that comes in slices, and each slice twice, is taken once; only the last one frees', () => {
  const environment = development();
  environment.given(lease('a', 'shop/web', 'shop/store'));
  const slice = free('a', [resource('shop/web', 'a', 1)], false);
  expect(types(environment.given(slice))).toEqual(['ResourceChanged']);
  expect(types(environment.given(slice))).toEqual([]);
  expect(types(environment.given(free('a', [resource('shop/store', 'a', 1)])))).toEqual(['ResourceChanged', 'EnvironmentFreed']);
});

test('what an operation says runs is not believed when it holds no lease', () => {
  expect(types(development().given(free('a', [resource('shop/web', 'a', 1)])))).toEqual(['EnvironmentFreed']);
});

test('what was destroyed runs no more, and is told with what it was and without its addresses', () => {
  const environment = development();
  const outputs = [{ name: 'url', value: 'http://127.0.0.1:1', secret: false }];
  environment.given(lease('a', 'shop/web'));
  environment.given(free('a', [{ ...resource('shop/web', 'a', 1), outputs }]));
  environment.given(lease('b', 'shop/web'));
  const { events } = environment.given(free('b', [resource('shop/web', 'b', 2, 'absent', '')]));
  expect(events.map(({ type, data }) => [type, data])).toEqual([
    ['ResourceChanged', { ...place, ...resource('shop/web', 'b', 2, 'absent'), deployed: 'a' }],
    [
      'EnvironmentFreed',
      { ...place, operation: 'b', held: true, product: null, release: null, ending: null, of: null, from: null, refused: null },
    ],
  ]);
  expect([...environment.state.running]).toEqual([]);
});

test('who acts on what runs is told what runs only once nobody changes it any more', () => {
  const environment = development();
  environment.given(lease('a', 'shop/web'));
  const asks = {
    type: 'DescribeEnvironment',
    data: { tenant: 'acme', environment: 'development', operation: 'b', settled: 'shop' },
  } as const;
  expect(environment.given(asks).said).toEqual([
    { type: 'LeaseQueued', data: { operation: 'b', environment: 'development', behind: ['a'] } },
  ]);
  expect(environment.given(asks).said).toEqual([]);
  expect(environment.given(free('a', [resource('shop/web', 'a', 1)])).said).toEqual([
    { type: 'EnvironmentDescribed', data: { operation: 'b', environment: 'development', number: 6, fence: 1, releases: [], current: '1' } },
  ]);
});

test('others than those of the product are not waited for', () => {
  const environment = development();
  environment.given(lease('a', 'mail/server'));
  expect(
    environment.given({
      type: 'DescribeEnvironment',
      data: { tenant: 'acme', environment: 'development', operation: 'b', settled: 'shop' },
    }).said,
  ).toEqual([
    {
      type: 'EnvironmentDescribed',
      data: { operation: 'b', environment: 'development', number: 3, fence: 1, releases: [], current: null },
    },
  ]);
});

const lap = (
  environment: ReturnType<typeof development>,
  operation: string,
  changes: Partial<FreeLease['data']>,
  ...components: string[]
) => {
  environment.given(lease(operation, ...components));
  const fence = environment.state.fence;
  const outcome = components.map((component) => ({ ...resource(component, operation, fence), version: changes.release ?? '1' }));
  environment.given({ type: 'FreeLease', data: { ...free(operation, outcome).data, product: 'shop', ...changes } });
};
const brought = (release: string, ending = 'OperationSucceeded') => ({ release, ending });
const undid = (of: string) => ({ of, ending: 'OperationSucceeded', outcome: [] });
const asksFor = (environment: ReturnType<typeof development>, operation: string) =>
  environment
    .given({ type: 'DescribeEnvironment', data: { ...place, operation, settled: 'shop' } })
    .said.map(({ data }) => ['releases', 'current'].map((name) => new Map<string, unknown>(Object.entries(data)).get(name)));

test('releases that were brought here are told, the one brought last at the end, with what runs now', () => {
  const environment = development();
  expect(asksFor(environment, 'asks-0')).toEqual([[[], null]]);
  lap(environment, 'a', brought('r1'), 'shop/web', 'shop/store');
  lap(environment, 'b', brought('r2'), 'shop/web', 'shop/store');
  lap(environment, 'c', { ...brought('r3', 'OperationCompensated'), outcome: [] }, 'shop/web');
  expect(asksFor(environment, 'asks-1')).toEqual([[['r1', 'r2'], 'r2']]);
  lap(environment, 'd', brought('r1'), 'shop/web', 'shop/store');
  lap(environment, 'e', { ...brought('r2', 'OperationFailed'), outcome: [] }, 'shop/web');
  expect(asksFor(environment, 'asks-2')).toEqual([[['r2', 'r1'], 'r1']]);
  expect([...(environment.state.tried.get('shop') ?? [])].map(([release, { operation, ended }]) => [release, operation, ended])).toEqual([
    ['r2', 'e', 'OperationFailed'],
    ['r3', 'c', 'OperationCompensated'],
    ['r1', 'd', 'OperationSucceeded'],
  ]);
});

test('an undone release is not told, until its undo is undone; an undo that fails takes nothing back', () => {
  const environment = development();
  lap(environment, 'a', brought('r1'), 'shop/web');
  lap(environment, 'b', brought('r2'), 'shop/web');
  lap(environment, 'u0', { of: 'b', ending: 'OperationCompensated', outcome: [] }, 'shop/web');
  expect(asksFor(environment, 'asks-1')[0]?.[0]).toEqual(['r1', 'r2']);
  lap(environment, 'u1', undid('b'), 'shop/web');
  expect(asksFor(environment, 'asks-2')[0]?.[0]).toEqual(['r1']);
  lap(environment, 'u2', undid('u1'), 'shop/web');
  expect(asksFor(environment, 'asks-3')[0]?.[0]).toEqual(['r1', 'r2']);
});

test('of the releases tried here the last twenty are remembered', () => {
  const environment = development();
  for (let n = 1; n <= 22; n += 1) lap(environment, `op-${n}`, brought(`r${n}`), 'shop/web');
  expect(asksFor(environment, 'asks')).toEqual([[Array.from({ length: 20 }, (_, n) => `r${n + 3}`), 'r22']]);
});

test('with each component it is kept what it was before the last operation that changed it, gone ones too', () => {
  const environment = development();
  lap(environment, 'a', brought('r1'), 'shop/web');
  expect(environment.state.changed.get('shop/web')).toEqual({ operation: 'a', was: null, at: 3 });
  const first = environment.state.running.get('shop/web');
  environment.given(lease('b', 'shop/web'));
  const stopped = { ...resource('shop/web', 'b', 2, 'stopped', ''), replicas: null, deployed: null };
  environment.given(free('b', [stopped], false));
  environment.given(free('b', [{ ...stopped, state: 'absent' }]));
  expect(environment.state.changed.get('shop/web')).toEqual({ operation: 'b', was: first, at: 8 });
  expect(environment.state.running.has('shop/web')).toBe(false);
});

test('how many run, and which operation deployed them, outlive a stop; a scale changes the number alone', () => {
  const environment = development();
  lap(environment, 'a', brought('r1'), 'shop/web');
  environment.given(lease('b', 'shop/web'));
  environment.given(free('b', [{ ...resource('shop/web', 'b', 2, 'running', ''), replicas: 3, deployed: null }]));
  environment.given(lease('c', 'shop/web'));
  environment.given(free('c', [{ ...resource('shop/web', 'c', 3, 'stopped', ''), replicas: null, deployed: null }]));
  expect(environment.state.running.get('shop/web')).toEqual({
    ...resource('shop/web', 'c', 3, 'stopped'),
    version: 'r1',
    replicas: 3,
    deployed: 'a',
  });
});

test('what is seen of a component is told once, by its number, and changes nothing that an operation believes', () => {
  const environment = development();
  environment.given(lease('a', 'shop/web'));
  environment.given(free('a', [resource('shop/web', 'a', 1)]));
  const { observed: _before, number: _number, ...believed } = structuredClone(environment.state);
  const seen = (number: number, health: 'healthy' | 'unhealthy'): ResourceObserved => ({
    type: 'ResourceObserved',
    data: { ...place, component: 'shop/web', number, health, wanted: 1, ready: 0, restarts: 0, version: '1', reason: null, drift: null },
  });
  expect(environment.given(seen(1, 'unhealthy')).events).toEqual([{ type: 'ResourceHealthChanged', data: seen(1, 'unhealthy').data }]);
  expect(types(environment.given(seen(1, 'unhealthy')))).toEqual([]);
  expect(types(environment.given(seen(3, 'healthy')))).toEqual(['ResourceHealthChanged']);
  expect(types(environment.given(seen(2, 'unhealthy')))).toEqual([]);
  const { observed, number: _last, ...after } = environment.state;
  expect([[...observed], after]).toEqual([[['shop/web', 3]], believed]);
});
