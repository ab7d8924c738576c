import type { FreeLease, RequestLease } from '@srm/schemas';
import { environmentDecider } from './environment.ts';
import { playing } from './testing.ts';

const place = { tenant: 'acme', environment: 'development' };
const lease = (operation: string, ...components: readonly string[]): RequestLease => ({
  type: 'RequestLease',
  data: { ...place, operation, components },
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
});
const free = (operation: string, outcome: FreeLease['data']['outcome'] = [], last = true): FreeLease => ({
  type: 'FreeLease',
  data: { ...place, operation, outcome, last },
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
  expect(environment.state.running.get('shop/web')).toEqual({ ...resource('shop/web', 'b', 2, 'stopped') });
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
    ['ResourceChanged', { ...place, ...resource('shop/web', 'b', 2, 'absent') }],
    ['EnvironmentFreed', { ...place, operation: 'b', held: true }],
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
    { type: 'EnvironmentDescribed', data: { operation: 'b', environment: 'development', number: 6, fence: 1 } },
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
  ).toEqual([{ type: 'EnvironmentDescribed', data: { operation: 'b', environment: 'development', number: 3, fence: 1 } }]);
});
