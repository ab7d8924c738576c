import type { Manifest, Running } from '@srm/definitions';
import { history } from './test-history.ts';
import { development, input, inputsOf, planned, runs, told, wrong } from './testing.ts';

const component = (name: string, dependsOn: readonly string[], more: object = {}) => ({
  name,
  source: { path: '/s' },
  build: { run: [['make']], output: 'o' },
  package: { files: { o: '/app' } },
  dependsOn,
  workload: { kind: 'service', command: ['a'] },
  ...more,
});
const outputs = { outputs: { url: 'http://x' } };
const library = { name: 'money', type: 'library', source: { path: '/s' }, build: { run: [['make']], output: 'o' } };
const needs = { build: { run: [['make']], output: 'o', needs: { money: 'vendor' } } };

/** store ← cart ← web, which is built with money */
const shop = `${JSON.stringify({
  apiVersion: 'srm/v1',
  kind: 'Product',
  metadata: { name: 'shop' },
  spec: { components: [library, component('web', ['cart'], needs), component('cart', ['store']), component('store', [], outputs)] },
})}\n---\n${development()}`;

const images = (version: string, names: readonly string[] = ['web', 'cart', 'store']): Manifest => ({
  version,
  components: names.map((name) => ({ name, revision: 'sha256:0', artifact: null, image: `sha256:${name}-${version}` })),
});
const runsAs = (name: string, image: string, state: Running['state'] = 'running'): Running => ({ ...runs(`shop/${name}`, state), image });
const asIn = (version: string) => ['web', 'cart', 'store'].map((name) => runsAs(name, `sha256:${name}-${version}`));

const asked = (kind: string, components: readonly string[], running = asIn('r1'), manifest: Manifest | null = images('r1')) =>
  input(shop, { request: { kind, components, release: manifest?.version ?? null }, running, manifest });

test('a part is compiled with what its build needs, packaged and deployed alone', () => {
  expect(told(planned(asked('compile', ['web'])))).toEqual(['money/compile', 'web/compile after money/compile']);
  expect(told(planned(asked('package', ['web'])))).toEqual([
    'money/compile',
    'web/compile after money/compile',
    'web/package after web/compile',
  ]);
  const plan = planned(asked('release', ['web']));
  expect(told(plan)).toEqual([
    'money/compile',
    'web/compile after money/compile',
    'web/package after web/compile',
    'web/configure after web/package',
    'web/deploy after web/package, web/configure',
  ]);
  expect([plan.lease, plan.remarks]).toEqual([['shop/web'], ['the rest is as in release r1, and stays as it runs in development']]);
});

test('a part of a release is deployed in the order that holds across what is not chosen', () => {
  const plan = planned(asked('deploy', ['web', 'store'], asIn('r0')));
  expect(told(plan)).toEqual([
    'web/configure after store/publish',
    'web/deploy after web/configure',
    'store/configure',
    'store/deploy after store/configure',
    'store/publish after store/deploy',
  ]);
  expect(inputsOf(plan, 'web/deploy')[0]).toBe('image = sha256:web-r1');
});

test('a part goes as it can where none of it runs; where one of it does, nothing is deployed before all of it is built', () => {
  const [, cart, store] = asIn('r1');
  const pipeline = (...running: readonly (Running | undefined)[]) =>
    planned(
      asked(
        'release',
        ['web'],
        running.filter((one) => one !== undefined),
      ),
    ).pipeline;
  expect([pipeline(cart, store), pipeline(...asIn('r1'))]).toEqual(['eager', 'buildFirst']);
});

test('what is wrong with a part is said, all of it', () => {
  expect(wrong(asked('release', ['wep', 'money']))).toEqual([
    'request /components/0: unknown component "wep"; did you mean "web"?',
    'request /components/1: money is a library and is not deployed; choose what is built with it',
  ]);
  expect(wrong(asked('deploy', ['web'], [runsAs('store', 'x')]))).toEqual([
    'request /components: web needs cart, which is not in development; choose it too',
  ]);
  const other = { kind: 'deploy', components: ['web'], perComponent: [{ name: 'cart', spec: null, parameters: null, replicas: null }] };
  expect(wrong(input(shop, { request: other, running: asIn('r1'), manifest: images('r1') }))).toEqual([
    'request /perComponent/0/name: cart is not among the components; choose it too, or leave it out',
  ]);
  expect(wrong(asked('rollback', ['web']))).toContain(
    'request /components: what a rollback is about follows from what was done; leave components out',
  );
});

test('a part is released only upon what the rest runs as: what would run would be no release else', () => {
  expect(wrong(asked('release', ['web'], [runsAs('web', 'x'), runsAs('cart', 'sha256:cart-r0')]))).toEqual([
    'request /components: cart, store do not run in development as in release r1, so what would run there is no release; choose them too, or package the part and deploy it',
  ]);
  expect(wrong(asked('package', ['web'], [], images('r1', ['web', 'cart'])))).toEqual([
    'request /components: store is not in release r1; choose it too, or another base',
  ]);
});

test('a rollback to a release of which only a part was brought takes the rest from the one it was built upon', () => {
  const past = history(shop);
  past.run('first', { kind: 'deploy', release: 'r1' }, { manifest: images('r1') });
  past.run('second', { kind: 'release', components: ['web'], release: 'r1' }, { manifest: images('r1') }, 'r2', shop, 'r1');
  past.run('third', { kind: 'deploy', release: 'r3' }, { manifest: images('r3') });
  const plan = planned(past.now({ kind: 'rollback', release: 'r2' }));
  expect(plan.steps.map(({ id }) => id).sort()).toEqual([
    'cart/configure',
    'cart/deploy',
    'store/configure',
    'store/deploy',
    'store/publish',
    'web/configure',
    'web/deploy',
  ]);
  expect([inputsOf(plan, 'cart/deploy')[0], inputsOf(plan, 'web/deploy')[0]]).toEqual(['image = sha256:cart-r1', 'image = image then']);
});

test('a part of a release has to find the rest as it was planned upon; a deploy of a part is upon nothing', () => {
  const digest = (running: Running[]) => planned(asked('release', ['web'], running)).upon;
  const [web, cart, store] = asIn('r1');
  if (web === undefined || cart === undefined || store === undefined) throw new Error('nothing runs');
  expect(digest([web, cart, store])).toEqual({ number: 0, rest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/), components: [] });
  expect(digest([runsAs('web', 'another'), store, cart])).toEqual(digest([web, cart, store]));
  expect(planned(asked('deploy', ['web'])).upon).toBeNull();
});

test.each(['release', 'restart', 'stop', 'scale', 'compile'])(
  'a %s in an environment that is not there is told of wrong names, too',
  (kind) => {
    const perComponent = [{ name: 'web', spec: null, parameters: null, replicas: null }, { name: 'carts', spec: null, parameters: null, replicas: null }]; // prettier-ignore
    const given = input(shop, { request: { kind, environment: 'nowhere', components: ['web', 'webs'], perComponent } });
    expect(wrong({ ...given, environment: null })).toEqual([
      'request /environment: tenant default has no environment "nowhere"; apply its definition first',
      'request /components/1: unknown component "webs"; did you mean "web"?',
      'request /perComponent/1/name: unknown component "carts"; did you mean "cart"?',
    ]);
  },
);
