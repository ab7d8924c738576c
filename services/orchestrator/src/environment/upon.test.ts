import type { EnvironmentLeaseAsked, FreeLease, RequestLease } from '@srm/schemas';
import { playing } from '../testing.ts';
import { environmentDecider } from './index.ts';
import type { Resource } from './state.ts';
import { restDigest } from './upon.ts';

type Upon = NonNullable<EnvironmentLeaseAsked['data']['upon']>;

const place = { tenant: 'acme', environment: 'development' };
const lease = (operation: string, components: readonly string[], upon: Upon | null = null): RequestLease => ({
  type: 'RequestLease',
  data: { ...place, operation, components, upon },
});
const runs = (component: string, operation: string, fence: number, image: string): Resource => ({
  component,
  state: 'running',
  version: `r-${operation}`,
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
const free = (operation: string, outcome: readonly Resource[] = [], of: string | null = null): FreeLease => ({
  type: 'FreeLease',
  data: {
    ...place,
    operation,
    outcome,
    last: true,
    product: 'shop',
    release: null,
    ending: 'OperationSucceeded',
    of,
    from: null,
    unpublished: null,
  },
});

/** Web, cart and store were deployed by `first`; another product runs there, too. */
function deployed() {
  const environment = playing(environmentDecider, 'environment/acme/development');
  const outcome = ['shop/web', 'shop/cart', 'shop/store', 'other/web'].map((component) => runs(component, 'first', 1, `${component} 1`));
  environment.given(lease('first', outcome.map(({ component }) => component))); // prettier-ignore
  environment.given(free('first', outcome));
  const seen = environment.state.number;
  const rest = restDigest('shop', environment.state.running.values(), new Set(['shop/cart']));
  /** A part of a release: the cart, upon the rest as it runs now. */
  const part = (operation: string, more: Partial<Upon> = {}) =>
    environment.given(lease(operation, ['shop/cart'], { product: 'shop', of: null, number: seen, rest, components: [], ...more }));
  const changed = (operation: string, fence: number, component: string, image: string) => {
    environment.given(lease(operation, [component]));
    return environment.given(free(operation, [runs(component, operation, fence, image)]));
  };
  const undo = (operation: string) =>
    environment.given(lease(operation, ['shop/web'], { product: 'shop', of: 'first', number: seen, rest: null, components: null }));
  return { environment, part, changed, undo };
}
const told = ({ said }: Readonly<{ said: readonly Readonly<{ type: string; data: object }>[] }>): readonly unknown[] =>
  said.map(({ type, data }) => [type, new Map<string, unknown>(Object.entries(data)).get(type === 'LeaseRefused' ? 'reason' : 'behind')]);

test('a part of a release is granted its lease while the rest runs as in its base, restarted or not; what runs of others means nothing', () => {
  const { part, changed } = deployed();
  changed('restart', 2, 'shop/web', 'shop/web 1');
  changed('elsewhere', 3, 'other/web', 'other/web 2');
  expect(told(part('part'))).toEqual([['LeaseGranted', undefined]]);
});

test('a part of a release gets no lease once another part has changed the rest: who, what, and what to do is said', () => {
  const { environment, part, changed } = deployed();
  changed('another', 2, 'shop/web', 'shop/web 2');
  expect(told(part('part'))).toEqual([
    [
      'LeaseRefused',
      'operation another has changed web in development since this was planned; what runs there now is of release r-another; with that no whole release would run; ask again, and it is built upon what runs now: what is built already is not built a second time',
    ],
  ]);
  expect([environment.state.waiting.size, environment.state.held.size, part('part').events]).toEqual([0, 0, []]);
});

test('two parts at once: the second waits for the first, whose components are others, and is refused when that has changed the rest', () => {
  const { environment, part } = deployed();
  const rest = restDigest('shop', environment.state.running.values(), new Set(['shop/web']));
  const upon = { product: 'shop', of: null, number: environment.state.number, rest, components: [] };
  expect(told(environment.given(lease('one', ['shop/web'], upon)))).toEqual([['LeaseGranted', undefined]]);
  expect(told(part('two'))).toEqual([['LeaseQueued', ['one']]]);
  expect(told(environment.given(free('one', [runs('shop/web', 'one', 2, 'shop/web 2')]))).map((one) => (one as string[])[0])).toEqual([
    'LeaseRefused',
  ]);
});

test('who was refused holds up nobody: who waits behind it is granted its lease', () => {
  const { environment, part, changed } = deployed();
  environment.given(lease('holder', ['shop/cart']));
  changed('another', 3, 'shop/web', 'shop/web 2');
  part('part');
  environment.given(lease('last', ['shop/cart']));
  expect(told(environment.given(free('holder'))).map((one) => (one as string[])[0])).toEqual(['LeaseRefused', 'LeaseGranted']);
});

test('of two undos of one operation the second is told by which it was undone; an undo of that one lets it be undone again', () => {
  const { environment, undo } = deployed();
  expect(told(undo('one'))).toEqual([['LeaseGranted', undefined]]);
  expect(told(undo('two'))).toEqual([['LeaseQueued', ['one']]]);
  expect(told(environment.given(free('one', [runs('shop/web', 'one', 2, 'shop/web 0')], 'first')))).toEqual([
    ['LeaseRefused', 'operation first was undone already by operation one; an undo of that one brings it again'],
  ]);
  expect([...environment.state.takenBack]).toEqual([['first', 'one']]);
  environment.given(lease('three', ['shop/web']));
  environment.given(free('three', [runs('shop/web', 'three', 3, 'shop/web 1')], 'one'));
  expect([...environment.state.takenBack]).toEqual([['one', 'three']]);
});

test('an undo gets no lease once somebody else has changed what it would change', () => {
  const { changed, undo } = deployed();
  changed('another', 2, 'shop/web', 'shop/web 2');
  expect(told(undo('undo'))).toEqual([
    [
      'LeaseRefused',
      'operation another has changed web in development since this was planned; what runs there now is of release r-another; ask again, and it is planned upon what runs now',
    ],
  ]);
});
