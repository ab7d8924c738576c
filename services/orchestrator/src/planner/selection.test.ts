import type { PlanInput } from './plan.ts';
import { development, input, inputsOf, planned, runs, told, wrong } from './testing.ts';

const component = (name: string, dependsOn: readonly string[], more: object = {}) => ({
  name,
  source: { path: '/s' },
  build: { run: [['make']], output: 'o' },
  package: { files: { o: '/app' } },
  dependsOn,
  workload: { kind: name === 'seed' ? 'job' : 'service', command: ['a'] },
  ...more,
});
const outputs = { outputs: { url: 'http://x' } };
const library = { name: 'money', type: 'library', source: { path: '/s' }, build: { run: [['make']], output: 'o' } };
const product = (components: readonly object[]): string =>
  `${JSON.stringify({ apiVersion: 'srm/v1', kind: 'Product', metadata: { name: 'shop' }, spec: { components } })}\n---\n${development()}`;

/** store ← seed (job) ← left, right ← front; money is a library. */
const shop = product([
  library,
  component('front', ['left', 'right']),
  component('left', ['seed'], outputs),
  component('right', ['seed']),
  component('seed', ['store']),
  component('store', [], outputs),
]);
const services = ['front', 'left', 'right', 'store'];
const running = [...services.map((name) => runs(`shop/${name}`)), runs('shop/seed', 'completed')];
const asked = (kind: string, components: readonly string[] = [], force: boolean | null = null, now = running) =>
  input(shop, { request: { kind, components, force }, running: now });

test('a restart restarts what runs, dependencies first, one step a component, without undo', () => {
  const { steps, lease } = planned(asked('restart'));
  expect(told(planned(asked('restart')))).toEqual([
    'store/restart',
    'left/restart after store/restart',
    'right/restart after store/restart',
    'front/restart after left/restart, right/restart',
  ]);
  expect(steps.map(({ bridge, action, undo }) => [bridge, action, undo])).toEqual(services.map(() => ['sem', 'restart', 'none']));
  expect(lease).toEqual(['shop/store', 'shop/left', 'shop/right', 'shop/front']);
});

test('a destroy takes all that was deployed, dependents first, jobs too; what was published is withdrawn behind it', () => {
  expect(told(planned(asked('destroy')))).toEqual([
    'front/destroy',
    'right/destroy after front/destroy',
    'left/destroy after front/destroy',
    'left/withdraw after left/destroy',
    'seed/destroy after left/destroy, right/destroy',
    'store/destroy after seed/destroy',
    'store/withdraw after store/destroy',
  ]);
  expect(planned(asked('destroy')).steps.map(({ id, bridge, undo }) => [id.split('/')[1], bridge, undo])).toEqual(
    ['destroy', 'destroy', 'destroy', 'withdraw', 'destroy', 'destroy', 'withdraw'].map((phase) => [
      phase,
      phase === 'destroy' ? 'sem' : 'scm',
      'auto',
    ]),
  );
});

test('what is stopped, not certain or defined no more is destroyed too, what is gone is not; entries of an earlier definition are withdrawn', () => {
  const now = [runs('shop/front', 'stopped'), runs('shop/right', 'uncertain', ['url']), runs('shop/old'), runs('shop/left', 'absent')];
  expect(told(planned(asked('destroy', [], null, now)))).toEqual([
    'front/destroy',
    'right/destroy after front/destroy',
    'right/withdraw after right/destroy',
    'old/destroy',
    'old/withdraw after old/destroy',
  ]);
  expect(planned(asked('destroy', [], null, [])).steps).toEqual([]);
});

test('a part of a product is touched alone, in the order that holds across the rest', () => {
  expect(told(planned(asked('restart', ['front', 'store'])))).toEqual(['store/restart', 'front/restart after store/restart']);
  expect(told(planned(asked('stop', ['front'])))).toEqual(['front/stop']);
  expect(told(planned(asked('stop', ['left', 'front'])))).toEqual(['front/stop', 'left/stop after front/stop']);
  const stopped = services.map((name) => runs(`shop/${name}`, 'stopped'));
  expect(told(planned(asked('start', ['left', 'store'], null, stopped)))).toEqual(['store/start', 'left/start after store/start']);
  expect(told(planned(asked('destroy', ['front', 'old'], null, [...running, runs('shop/old')])))).toEqual([
    'front/destroy',
    'old/destroy',
    'old/withdraw after old/destroy',
  ]);
});

test('what running components outside the selection need is neither stopped nor destroyed, unless by force', () => {
  const [left, store] = [
    'request /components: front would lose what it needs (left); choose it too, or ask for it with force',
    'request /components: front, left, right would lose what they need (store); choose them too, or ask for it with force',
  ];
  expect([wrong(asked('stop', ['left'])), wrong(asked('destroy', ['left']))]).toEqual([[left], [left]]);
  expect([wrong(asked('stop', ['store'])), wrong(asked('destroy', ['store', 'seed']))]).toEqual([
    [store],
    [store.replace('(store)', '(seed)')],
  ]);
  expect(told(planned(asked('stop', ['store'], true)))).toEqual(['store/stop']);
  expect(told(planned(asked('destroy', ['left'], true)))).toEqual(['left/destroy', 'left/withdraw after left/destroy']);
  expect(told(planned(asked('restart', ['store'])))).toEqual(['store/restart']);
});

test('what does not run outside the selection needs nothing, and what is not touched hurts nobody', () => {
  const now = [runs('shop/front', 'stopped'), runs('shop/left'), runs('shop/store'), runs('shop/right', 'stopped')];
  expect(told(planned(asked('destroy', ['left'], null, now)))).toEqual(['left/destroy', 'left/withdraw after left/destroy']);
  expect(planned(asked('stop', ['right'], null, now)).steps).toEqual([]);
});

test('a selection of what cannot be chosen is refused, each name at its place', () => {
  expect(wrong(asked('stop', ['lefd', 'money', 'seed', 'front']))).toEqual([
    'request /components/0: unknown component "lefd"; did you mean "left"?',
    'request /components/1: money is a library and is never stopped; leave it out',
    'request /components/2: seed is a job, which runs when it is deployed and is not stopped; leave it out',
  ]);
  expect(wrong(asked('destroy', ['money']))).toEqual(['request /components/0: money is a library and is never destroyed; leave it out']);
});

/** A target where a component may be there several times. */
const nowhere = (given: PlanInput): PlanInput => {
  const { environment } = given;
  if (environment === null) throw new Error('no environment');
  return { ...given, environment: { ...environment, spec: { ...environment.spec, target: { driver: 'nothing' } } } };
};
const scale = (wanted: Readonly<Record<string, number | null>>, now = running) => {
  const perComponent = Object.entries(wanted).map(([name, replicas]) => ({ name, spec: null, parameters: null, replicas }));
  return input(shop, { request: { kind: 'scale', perComponent }, running: now });
};

test('a scale gives each component its number, dependencies first, with an undo; a start brings the remembered number back', () => {
  const plan = planned(nowhere(scale({ front: 3, store: 2 })));
  expect(told(plan)).toEqual(['store/scale', 'front/scale after store/scale']);
  expect(plan.steps.map(({ bridge, driver, action, undo }) => [bridge, driver, action, undo])).toEqual([
    ['sem', 'nothing', 'scale', 'auto'],
    ['sem', 'nothing', 'scale', 'auto'],
  ]);
  expect(['store', 'front'].map((name) => inputsOf(plan, `${name}/scale`))).toEqual([['replicas = 2'], ['replicas = 3']]);
  const start = planned(asked('start', [], null, [{ ...runs('shop/store', 'stopped'), replicas: 2 }, runs('shop/left', 'stopped')]));
  expect(['store', 'left'].map((name) => inputsOf(start, `${name}/start`))).toEqual([['replicas = 2'], []]);
});

test('a number that cannot be is refused with all others, each at its place; where one is all there can be, one is nothing to do', () => {
  const now = [runs('shop/front'), runs('shop/left', 'stopped'), runs('shop/store', 'uncertain'), runs('shop/seed', 'completed')];
  expect(wrong(scale({ front: 3, left: 0, right: 1, seed: 1, money: 1, lefd: 1, store: 1 }, now))).toEqual([
    'request /perComponent/0/replicas: not supported yet by target process: one replica; 3 of front were asked for',
    'request /perComponent/1/replicas: 0 of left would be a stop: use stop, a start brings back as many as there were',
    'request /perComponent/1/name: left is stopped in development; start it first, then scale it',
    'request /perComponent/2/name: "right" does not run in development; deploy it first',
    'request /perComponent/3/name: seed is a job, which runs when it is deployed and is not scaled; leave it out',
    'request /perComponent/4/name: money is a library and is never scaled; leave it out',
    'request /perComponent/5/name: unknown component "lefd"; did you mean "left"?',
    'request /perComponent/6/name: it is not certain what runs of store in development; restart it first, then scale it',
  ]);
  expect(wrong(nowhere(scale({ front: null, store: 0 })))).toEqual([
    'request /perComponent/0/replicas: how many of front are to run? say replicas',
    'request /perComponent/1/replicas: 0 of store would be a stop: use stop, a start brings back as many as there were',
  ]);
  expect(wrong(nowhere(scale({})))).toEqual(['request /perComponent: a scale needs components: [{ name, replicas }]']);
  const one = planned(scale({ front: 1 }));
  expect([one.steps, one.remarks]).toEqual([[], ['front runs as one process in development, as asked: nothing is to be done']]);
});
