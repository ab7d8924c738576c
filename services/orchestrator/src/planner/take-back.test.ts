import type { Manifest } from '@srm/definitions';
import { history } from './test-history.ts';
import { development, inputsOf, planned, told, wrong } from './testing.ts';

const component = (name: string, dependsOn: readonly string[], more: object = {}) => ({
  name,
  source: { path: '/s' },
  build: { run: [['make']], output: 'o' },
  package: { files: { o: '/app' } },
  dependsOn,
  config: { mood: { type: 'string', default: 'calm' } },
  workload: { kind: name === 'seed' ? 'job' : 'service', command: ['a'] },
  ...more,
});
const outputs = { outputs: { url: 'http://x' } };
const product = (components: readonly object[], environment: Readonly<Record<string, unknown>> = {}): string =>
  `${JSON.stringify({ apiVersion: 'srm/v1', kind: 'Product', metadata: { name: 'shop' }, spec: { components } })}\n---\n${development(environment)}`;

/** store ← seed (job) ← cart ← web */
const parts = {
  web: component('web', ['cart']),
  cart: component('cart', ['seed'], outputs),
  seed: component('seed', ['store']),
  store: component('store', [], outputs),
};
const shop = product(Object.values(parts));
const release = (version: string, names: readonly string[] = Object.keys(parts)): Manifest => ({
  version,
  components: names.map((name) => ({ name, revision: 'sha256:0', artifact: null, image: `sha256:${name}-${version}` })),
});
const deploys = (version: string) => [{ kind: 'deploy', release: version } as const, { manifest: release(version) }] as const;
const undo = (of: string) => ({ kind: 'undo', of }) as const;

const twoReleases = () => {
  const past = history(shop);
  past.run('first', ...deploys('r1'));
  const calmer = product(Object.values(parts), { components: { 'shop/web': { config: { mood: 'merry' } } } });
  past.run('second', ...deploys('r2'), 'r2', calmer);
  return past;
};

test('a rollback to what runs already says that nothing changes but the number', () => {
  const past = history(shop);
  past.run('first', ...deploys('r1'));
  past.run('second', { kind: 'deploy', release: 'r2' }, { manifest: { ...release('r1'), version: 'r2' } });
  expect(planned(past.now({ kind: 'rollback', release: 'r1', named: true })).remarks).toEqual([
    'all of it runs as in release r1 already: nothing changes but the number',
  ]);
  expect(planned(twoReleases().now({ kind: 'rollback', release: 'r1', named: true })).remarks).toEqual([]);
});

test('a rollback runs a release as it ran here before: images, spec, parameters and items as they were, in dependency order', () => {
  const past = twoReleases();
  const plan = planned(past.now({ kind: 'rollback', release: 'r1' }));
  expect(told(plan)).toEqual([
    'web/configure after cart/publish',
    'web/deploy after web/configure',
    'cart/configure after seed/deploy',
    'cart/deploy after cart/configure',
    'cart/publish after cart/deploy',
    'seed/configure after store/publish',
    'seed/deploy after seed/configure',
    'store/configure',
    'store/deploy after store/configure',
    'store/publish after store/deploy',
  ]);
  expect(inputsOf(plan, 'web/configure')).toEqual(['wants = []', 'config = {"mood":"calm"}', 'needs = ["cart"]']);
  expect(inputsOf(plan, 'web/deploy').filter((line) => !/^(workload|origins)/.test(line))).toEqual([
    'image = sha256:web-r1',
    'version = r1',
    'kind = service',
    'outputs = {}',
    'spec = single',
    'parameters = {}',
    'values = web/configure → values',
    'configuration = web/configure → configuration',
  ]);
  expect(plan.remarks).toEqual(['goes back to release r1, the last that was brought to development and is not what runs there now']);
  expect(planned(past.now({ kind: 'rollback', release: 'r1', named: true })).remarks).toEqual([]);
});

test('a rollback to what never ran here deploys it by its definition; a plan is the same for the same past', () => {
  const past = twoReleases();
  const plan = planned(past.now({ kind: 'rollback', release: 'r3', named: true }, { manifest: release('r3') }));
  expect(inputsOf(plan, 'web/deploy')[0]).toBe('image = sha256:web-r3');
  expect(plan.planDigest).toBe(planned(past.now({ kind: 'rollback', release: 'r3' }, { manifest: release('r3') })).planDigest);
  expect(wrong(past.now({ kind: 'rollback', release: 'r1', expectedPlan: plan.planDigest }))).toEqual([
    `request /expectedPlan: the plan is no longer the one that was expected, it is now ${planned(past.now({ kind: 'rollback', release: 'r1' })).planDigest}; look at it again by a preview`,
  ]);
  expect(
    wrong(past.now({ kind: 'rollback', release: 'r1', perComponent: [{ name: 'web', spec: 'single', parameters: null, replicas: null }] })),
  ).toEqual([
    'request /perComponent/0/name: a rollback deploys as it was deployed before, so it takes neither spec nor parameters; leave perComponent out',
  ]);
});

test('the undo of an upgrade gives each component its former release, and says of which it is; a job is said to run again', () => {
  const past = twoReleases();
  const plan = planned(past.now(undo('second')));
  expect(told(plan)).toEqual(told(planned(past.now({ kind: 'rollback', release: 'r1' }))));
  expect(inputsOf(plan, 'cart/deploy').filter((line) => /^(image|release)/.test(line))).toEqual(['image = sha256:cart-r1', 'release = r1']);
  expect(plan.lease).toEqual(['shop/web', 'shop/cart', 'shop/seed', 'shop/store']);
  expect(plan.remarks).toEqual(['seed is a job: it runs again where it is not the same as what ran last']);
});

test('an undo is undone: what it took back runs again', () => {
  const past = twoReleases();
  past.run('back', undo('second'), {}, null);
  expect(past.environment.state.running.get('shop/web')).toMatchObject({ version: 'r1', image: 'sha256:web-r1', operation: 'back' });
  const again = planned(past.now(undo('back')));
  expect(inputsOf(again, 'web/deploy')[0]).toBe('image = sha256:web-r2');
  expect(inputsOf(again, 'web/configure')[1]).toBe('config = {"mood":"merry"}');
  past.run('forth', undo('back'), {}, null);
  expect(past.environment.state.running.get('shop/web')).toMatchObject({ version: 'r2', image: 'sha256:web-r2', operation: 'forth' });
  expect(past.environment.state.tried.get('shop')?.get('r2')?.undone).toBe(null);
});

test('what an operation installed first is destroyed, dependents first, once what needs it no more is what it was', () => {
  const past = history(shop);
  past.run('first', ...deploys('r1'));
  expect(told(planned(past.now(undo('first'))))).toEqual([
    'web/destroy',
    'cart/destroy after web/destroy',
    'cart/withdraw after cart/destroy',
    'seed/destroy after cart/destroy',
    'store/destroy after seed/destroy',
    'store/withdraw after store/destroy',
  ]);
  const grown = product([...Object.values({ ...parts, web: component('web', ['cart', 'mail']) }), component('mail', ['store'])]);
  past.run('second', { kind: 'deploy', release: 'r2' }, { manifest: release('r2', [...Object.keys(parts), 'mail']) }, 'r2', grown);
  const plan = told(planned(past.now(undo('second'))));
  expect(plan.filter((line) => line.startsWith('mail'))).toEqual(['mail/destroy after web/deploy']);
  expect(plan.filter((line) => line.startsWith('web'))).toEqual(['web/configure after cart/publish', 'web/deploy after web/configure']);
});

test('what was stopped is started, what was started is stopped, what was destroyed is deployed again, and stopped where it was', () => {
  const past = history(shop);
  past.run('first', ...deploys('r1'));
  past.run('stop', { kind: 'stop', components: ['web', 'cart'] });
  expect(told(planned(past.now(undo('stop'))))).toEqual(['web/start after cart/start', 'cart/start']);
  expect(inputsOf(planned(past.now(undo('stop'))), 'web/start')).toEqual(['replicas = 1']);
  past.run('start', { kind: 'start', components: ['cart'] });
  expect(told(planned(past.now(undo('start'))))).toEqual(['cart/stop']);
  past.run('destroy', { kind: 'destroy' });
  expect(told(planned(past.now(undo('destroy')))).filter((line) => /^(web|cart)/.test(line))).toEqual([
    'web/configure after cart/publish',
    'web/deploy after web/configure',
    'cart/configure after seed/deploy',
    'cart/deploy after cart/configure',
    'cart/publish after cart/deploy',
    'web/stop after web/deploy',
  ]);
  past.run('again', undo('destroy'), {}, null);
  expect([...past.environment.state.running].map(([name, { state, version }]) => [name, state, version]).sort()).toEqual([
    ['shop/cart', 'running', 'r1'],
    ['shop/seed', 'completed', 'r1'],
    ['shop/store', 'running', 'r1'],
    ['shop/web', 'stopped', 'r1'],
  ]);
});

test('components that others changed since are all named, with the operation that did', () => {
  const past = twoReleases();
  past.run('later', { kind: 'stop', components: ['web'] });
  past.run('last', { kind: 'restart', components: ['store'] });
  expect(wrong(past.now(undo('second')))).toEqual([
    'request /of: web was changed since by operation later; undo that first',
    'request /of: store was changed since by operation last; undo that first',
  ]);
});

test('what changed nothing, has not ended, touches no environment or is unknown is not undone', () => {
  const past = twoReleases();
  past.run('restart', { kind: 'restart', components: ['store'] });
  const second = past.operations.get('second');
  if (second === undefined) throw new Error('no operation');
  const more = (id: string, changes: object) => past.operations.set(id, { ...second, id, ...changes });
  more('open', { ended: null });
  more('preview', { request: { ...second.request, preview: true } });
  more('compile', { request: { ...second.request, kind: 'compile', environment: null } });
  more('idle', { steps: new Map() });
  more('elsewhere', { request: { ...second.request, environment: 'production' } });
  more('nobody', { request: null });
  const why = (of: string) => wrong(past.now(undo(of)));
  expect(['open', 'preview', 'compile', 'idle', 'elsewhere', 'nobody', 'never', 'restart'].flatMap(why)).toEqual([
    'request /of: operation open has not ended: cancel it instead, which undoes what it did, or wait for its end',
    'request /of: operation preview was a preview: it changed nothing',
    'request /of: operation compile is a compile: it changed nothing in any environment',
    'request /of: operation idle changed nothing in development, or took it back itself',
    'request /of: operation elsewhere is about shop in production, not about shop in development',
    'request /of: operation nobody is not known',
    'request /of: operation never is not known',
    'request /of: operation restart left nothing in development that could be taken back; a restart has no undo',
  ]);
});

test('releases that need each other in opposite directions are not gone back to together', () => {
  const turned = product([component('web', []), component('cart', ['web'])]);
  const straight = product([component('web', ['cart']), component('cart', [])]);
  const past = history(straight);
  past.run('one', { kind: 'deploy', release: 'r1' }, { manifest: release('r1', ['web', 'cart']) });
  past.run('two', { kind: 'deploy', release: 'r2' }, { manifest: release('r2', ['web', 'cart']) }, 'r2', turned);
  past.run('part', { kind: 'destroy' }, {}, null, turned);
  const cart = past.environment.state.changed.get('shop/cart');
  if (cart?.was == null) throw new Error('no cart');
  past.environment.state.changed.set('shop/cart', { ...cart, was: { ...cart.was, deployed: 'two' } });
  const web = past.environment.state.changed.get('shop/web');
  if (web?.was == null) throw new Error('no web');
  past.environment.state.changed.set('shop/web', { ...web, was: { ...web.was, deployed: 'one' } });
  expect(wrong(past.now(undo('part'), {}, turned))).toEqual([
    'request /of: not supported yet: the releases that the components go back to need each other in opposite directions (cart/configure, cart/deploy, web/configure, web/deploy)',
  ]);
});

test('a deploy without a release says which it takes and how that fared; what is no part of the product any more is named and stays', () => {
  const past = twoReleases();
  const smaller = product([component('web', [])]);
  const given = { manifest: release('r2', ['web']) };
  past.run('back', undo('second'), {}, null);
  const undone = 'takes release r2, the newest complete one; it was undone there by operation back';
  const left =
    'cart, seed, store are no part of shop any more and still there in development; they stay as they are, npm run srm -- destroy shop -e development -c cart -c seed -c store --yes removes them';
  expect(planned(past.now({ kind: 'deploy', release: 'r2', named: false }, given, smaller)).remarks).toEqual([undone, left]);
  expect(planned(past.now({ kind: 'deploy', release: 'r2', named: true }, given, smaller)).remarks).toEqual([left]);
  past.environment.state.tried
    .get('shop')
    ?.set('r2', { operation: 'bad', ended: 'OperationCompensated', brought: null, undone: null, from: null });
  expect(planned(past.now({ kind: 'deploy', release: 'r2', named: false }, given, smaller)).remarks[0]).toBe(
    'takes release r2, the newest complete one; its last try there was compensated (operation bad)',
  );
});

test('an undo has to find all that it changes as it was planned upon; of what was undone already it says by which operation', () => {
  const past = twoReleases();
  expect(planned(past.now(undo('second'))).upon).toEqual({ number: past.environment.state.number, rest: null, components: null });
  past.run('third', undo('second'));
  expect(wrong(past.now(undo('second')))).toEqual([
    'request /of: operation second was undone already by operation third; an undo of that one brings it again',
  ]);
});
