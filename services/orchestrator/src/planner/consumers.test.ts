import type { Manifest, Running } from '@srm/definitions';
import { history } from './test-history.ts';
import type { Plan } from './plan.ts';
import { development, input, inputsOf, planned, told, wrong } from './testing.ts';

const component = (name: string, wants: readonly string[], url: string) => ({
  name,
  source: { path: '/s' },
  build: { run: [['make']], output: 'o' },
  package: { files: { o: '/app' } },
  workload: { command: ['a'], variables: Object.fromEntries(wants.map((want) => [want.toUpperCase(), `\${components.${want}.url}`])) },
  outputs: { url },
});
const address = 'http://${service.host}/';

/** store ← cart ← web; `path`: of the address that the store gives. Web hands on what the cart gives. */
const shop = (path = '', cart = address, names: readonly string[] = ['web', 'cart', 'store']): string =>
  `${JSON.stringify({
    apiVersion: 'srm/v1',
    kind: 'Product',
    metadata: { name: 'shop' },
    spec: {
      components: [
        component('web', ['cart'], address),
        component('cart', ['store'], cart),
        component('store', [], `${address}${path}`),
      ].filter(({ name }) => names.includes(name)),
    },
  })}\n---\n${development()}`;

const images = (version: string): Manifest => ({
  version,
  components: ['web', 'cart', 'store'].map((name) => ({ name, revision: 'sha256:0', artifact: null, image: `sha256:${name}-${version}` })),
});

const deployed = (text = shop()) => {
  const past = history(text);
  past.run('first', { kind: 'deploy', release: 'r1' }, { manifest: images('r1') }, 'r1', text);
  return past;
};
const part = { kind: 'deploy', release: 'r1', components: ['store'] } as const;

test('who is configured with an output that will be another one is listed, and stays', () => {
  const plan = planned(deployed().now({ ...part, named: true }, { manifest: images('r1') }, shop('v2')));
  expect([told(plan).map((line) => line.split(' ')[0]), plan.lease, plan.consumers]).toEqual([
    ['store/configure', 'store/deploy', 'store/publish'],
    ['shop/store'],
    [{ component: 'shop/cart', of: 'shop/store', output: 'url', was: 'http://x/' }],
  ]);
  expect(plan.remarks).toEqual([
    'cart runs with store.url, which may change: then its configuration is outdated until it is restarted or deployed; restartConsumers (--restart-consumers) restarts it with this operation',
  ]);
});

test('where addresses stay as they are nobody is listed', () => {
  const plan = planned(deployed().now({ ...part, named: true }, { manifest: images('r1') }));
  expect([plan.consumers, plan.remarks]).toEqual([[], []]);
});

test('with restartConsumers they are configured anew and deployed as they were, after what they use; their components are leased', () => {
  const plan = planned(deployed().now({ ...part, named: true, restartConsumers: true }, { manifest: images('r1') }, shop('v2')));
  expect([told(plan), plan.lease]).toEqual([
    [
      'store/configure',
      'store/deploy after store/configure',
      'store/publish after store/deploy',
      'cart/configure after store/publish',
      'cart/deploy after cart/configure',
      'cart/publish after cart/deploy',
    ],
    ['shop/store', 'shop/cart'],
  ]);
  expect(inputsOf(plan, 'cart/deploy').filter((line) => /^(image|release)/.test(line))).toEqual(['image = sha256:cart-r1', 'release = r1']);
  expect(plan.remarks).toEqual(['cart is configured anew and restarted, since what others give changes']);
  expect(plan.upon?.components).toEqual(['shop/cart']);
});

test('who hands on what changes makes those change that use it: they follow', () => {
  const handing = shop('', '${components.store.url}');
  const past = deployed(handing);
  const plan = planned(
    past.now({ ...part, named: true, restartConsumers: true }, { manifest: images('r1') }, shop('v2', '${components.store.url}')),
  );
  expect(told(plan).slice(3)).toEqual([
    'cart/configure after store/publish',
    'cart/deploy after cart/configure',
    'cart/publish after cart/deploy',
    'web/configure after cart/publish',
    'web/deploy after web/configure',
    'web/publish after web/deploy',
  ]);
});

test('what is deployed anyway waits for those that are restarted and that it uses', () => {
  const asked = { ...part, components: ['store', 'web'], named: true, restartConsumers: true };
  const plan = planned(deployed().now(asked, { manifest: images('r1') }, shop('v2')));
  expect(told(plan).filter((line) => line.includes('/configure'))).toEqual([
    'web/configure after store/publish, cart/publish',
    'web/deploy after web/configure',
    'store/configure',
    'store/deploy after store/configure',
    'cart/configure after store/publish',
    'cart/deploy after cart/configure',
  ]);
});

test('what is not known to have been deployed somehow cannot be configured anew, and is refused', () => {
  const past = deployed();
  past.operations.clear();
  expect(wrong(past.now({ ...part, named: true, restartConsumers: true }, { manifest: images('r1') }, shop('v2')))).toEqual([
    'request /restartConsumers: it is not known how cart was deployed, so it cannot be configured anew; deploy it too',
  ]);
  expect(wrong(input(shop(), { request: { kind: 'stop', restartConsumers: true } }))).toEqual([
    'request /restartConsumers: a stop changes no outputs; leave restartConsumers out',
  ]);
});

test('a restart of what is outdated configures it anew; what is not outdated is only restarted', () => {
  const past = deployed();
  past.run('second', part, { manifest: images('r1') }, 'r1', shop('v2'));
  expect([...past.environment.state.outdated.keys()]).toEqual(['shop/cart']);
  expect(told(planned(past.now({ kind: 'restart', components: ['cart', 'web'] })))).toEqual([
    'cart/configure',
    'cart/deploy after cart/configure',
    'cart/publish after cart/deploy',
    'web/restart after cart/publish',
  ]);
  past.run('third', { kind: 'restart', components: ['cart'] });
  expect([...past.environment.state.outdated.keys()]).toEqual([]);
});

/** After a deploy of all, the cart became this. */
const cartIs = (change: Partial<Running>) => {
  const past = deployed();
  const cart = past.environment.state.running.get('shop/cart');
  if (cart === undefined) throw new Error('cart does not run');
  past.environment.state.running.set('shop/cart', { ...cart, ...change });
  return past;
};
const again = ['cart/configure', 'cart/deploy after cart/configure', 'cart/publish after cart/deploy'];

test.each([
  ['a restart', 'restart', { state: 'uncertain', given: null }],
  ['a restart', 'restart', { state: 'uncertain' }],
  ['a restart', 'restart', { given: null }],
  ['a start', 'start', { state: 'uncertain' }],
  ['a start', 'start', { state: 'stopped', given: null }],
] as const)('%s of what is not certain deploys it again as it was, whatever is there, and so it is certain', async (_, kind, change) => {
  const past = cartIs(change);
  const plan = planned(await past.loaded({ kind, components: ['cart'] }));
  expect(told(plan)).toEqual(again);
  expect(inputsOf(plan, 'cart/deploy')).toContain('force = true');
  expect(plan.remarks).toEqual(['cart is deployed again as it was, since it is not certain what runs']);
  past.run('third', { kind, components: ['cart'] });
  expect(past.environment.state.running.get('shop/cart')).toMatchObject({
    state: 'running',
    given: [{ name: 'store.url', value: 'http://x/' }],
  });
});

test('who needs what is deployed again by a restart is restarted after it', async () => {
  const plan = planned(await cartIs({ given: null }).loaded({ kind: 'restart', components: ['cart', 'web'] }));
  expect(told(plan)).toEqual([...again, 'web/restart after cart/publish']);
});

test('what is stopped and was given what is given no more is configured anew by its start', () => {
  const past = deployed();
  past.run('second', { kind: 'stop', components: ['cart', 'web'] });
  past.run('third', part, { manifest: images('r1') }, 'r1', shop('v2'));
  expect([...past.environment.state.outdated.keys()]).toEqual(['shop/cart']);
  expect(told(planned(past.now({ kind: 'start', components: ['cart', 'web'] })))).toEqual([...again, 'web/start after cart/publish']);
});

test('of whom it is not known what it runs with, a plan does not say with what', () => {
  const plan = planned(cartIs({ given: null }).now({ ...part, named: true }, { manifest: images('r1') }, shop('v2')));
  expect(plan.consumers).toEqual([{ component: 'shop/cart', of: 'shop/store', output: 'url', was: null }]);
});

test('where it is not known how it was deployed it is only restarted', async () => {
  const past = cartIs({ deployed: null, given: null });
  expect(told(planned(await past.loaded({ kind: 'restart', components: ['cart'] })))).toEqual(['cart/restart']);
});

test('a template that could give the value of before is another one all the same', () => {
  const past = deployed(shop('v2/'));
  const plan = planned(past.now({ ...part, named: true, restartConsumers: true }, { manifest: images('r1') }, shop()));
  expect(plan.consumers.map(({ component, output }) => `${component} ${output}`)).toEqual(['shop/cart url']);
});

test('a restart of what is outdated and hands that on lists who is configured with it, marks it and says what to do', () => {
  const handing = '${components.store.url}';
  const past = deployed(shop('', handing));
  past.run('second', part, { manifest: images('r1') }, 'r1', shop('v2', handing));
  const plan = past.run('third', { kind: 'restart', components: ['cart'] });
  expect([plan.consumers, plan.remarks]).toEqual([
    [{ component: 'shop/web', of: 'shop/cart', output: 'url', was: 'x' }],
    [
      'cart is configured anew and restarted, since what others give changes',
      'web runs with cart.url, which may change: then its configuration is outdated until it is restarted or deployed',
    ],
  ]);
});

const consumersIn = ({ consumers }: Plan): readonly string[] =>
  consumers.map(({ component, of, output }) => `${component} ${of} ${output}`);

test('what is loaded tells that a template is another one: of a deploy, a release, a rollback and an undo alike', async () => {
  const listed = ['shop/cart shop/store url'];
  const past = deployed(shop('v2/'));
  const asked = [part, { ...part, kind: 'release' }] as const;
  for (const one of asked) expect(consumersIn(planned(await past.loaded(one, { manifest: images('r1') }, shop())))).toEqual(listed);

  const before = history(shop('', address, ['store']));
  before.run('first', { kind: 'deploy', release: 'r1' }, { manifest: images('r1') });
  before.run('second', { kind: 'deploy', release: 'r2' }, { manifest: images('r2') }, 'r2', shop('v2/'));
  expect(consumersIn(planned(await before.loaded({ kind: 'rollback', release: 'r1' }, {}, shop())))).toEqual(listed);

  const changed = deployed(shop());
  changed.run('second', part, { manifest: images('r1') }, 'r1', shop('v2/'));
  expect(consumersIn(planned(await changed.loaded({ kind: 'undo', of: 'second' })))).toEqual(listed);
});

test('where all is deployed nobody is left who could be configured with something else, and nothing is loaded', async () => {
  const { before } = await deployed().loaded({ kind: 'deploy', release: 'r1' }, { manifest: images('r1') });
  expect([...before.operations.keys()]).toEqual([]);
});

test('who runs with an output is listed also where its definition wants it no more, and with what it runs, not with what is given by now', () => {
  const past = deployed();
  const unwanted = (text: string): string => text.replace('"STORE":"${components.store.url}"', '');
  const plan = past.run('second', part, { manifest: images('r1') }, 'r1', unwanted(shop('v2')));
  const listed = [{ component: 'shop/cart', of: 'shop/store', output: 'url', was: 'http://x/' }];
  expect(plan.consumers).toEqual(listed);
  expect([...past.environment.state.outdated.keys()]).toEqual(['shop/cart']);
  expect(past.run('undo', { kind: 'undo', of: 'second' }).consumers).toEqual(listed);
  expect([...past.environment.state.outdated.keys()]).toEqual([]);
});

test('a template of many placeholders is compared in one pass', () => {
  const many = (end: string): string => shop(`${'${service.host}'.repeat(60)}${end}`);
  const plan = planned(deployed(many('Y')).now({ ...part, named: true }, { manifest: images('r1') }, many('Z')));
  expect(plan.consumers.map(({ component, output }) => `${component} ${output}`)).toEqual(['shop/cart url']);
});
