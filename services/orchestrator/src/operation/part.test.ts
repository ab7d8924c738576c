import { digestOf } from '@srm/definitions';
import type { Envelope, FreeLease } from '@srm/schemas';
import type { OperationEvent, OperationInput } from './events.ts';
import { said } from './said.ts';
import { act, cancelled, failed, fields, leased, operationId, planning, request, step, succeeded, told, underTest } from './testing.ts';

type Asked = Parameters<typeof request>[0];

/** A release of a part, its definitions known, and what is asked then. */
const asked = (changes: Asked = {}) => {
  const run = underTest();
  const [definitions] = planning([]);
  if (definitions === undefined) throw new Error('no answer');
  const events = run.given(request({ components: ['web'], ...changes }), definitions);
  return { run, said: saidOf(run, events.at(-1)) };
};
const saidOf = ({ operation }: ReturnType<typeof underTest>, event: Envelope<OperationEvent> | undefined) =>
  event === undefined ? [] : said(event, operation).map(({ message }) => message);
const described = (current: string | null): OperationInput => ({
  type: 'EnvironmentDescribed',
  data: { operation: operationId, environment: 'development', number: 4, fence: 1, releases: [], current },
});
const base: OperationInput = {
  type: 'ReleaseDescribed',
  data: { operation: operationId, product: 'shop', version: 'r1', number: 9, definition: 'sha256:of-then' },
};
const material: OperationInput = {
  type: 'MaterialResolved',
  data: { operation: operationId, digest: 'sha256:m', contentDigest: 'sha256:c' },
};

test('a part is released upon what runs: that is asked for once nothing changes there, and its release described', () => {
  const { run, said: asks } = asked();
  expect(asks).toEqual([
    { type: 'DescribeEnvironment', data: { operation: operationId, tenant: 'acme', environment: 'development', settled: 'shop' } },
  ]);
  const [event] = run.given(described('r1'));
  expect(saidOf(run, event)).toEqual([
    { type: 'DescribeRelease', data: { operation: operationId, tenant: 'acme', product: 'shop', release: 'r1' } },
  ]);
});

test('it is planned by the definition of today; its version stands for the part and the base, too', () => {
  const { run } = asked();
  run.given(described('r1'), base, material);
  expect(run.operation.planning.definitions.map(({ digest }) => digest)).toEqual(['sha256:Product', 'sha256:Environment']);
  const [sliced, made, granted] = planning([step('web/compile'), step('web/deploy', ['web/compile'])]).slice(3);
  if (sliced === undefined || made === undefined || granted === undefined) throw new Error('no plan');
  const [, versionAsked] = run.given(sliced, made);
  const contentDigest = digestOf({ content: 'sha256:c', components: ['web'], from: 'r1' });
  expect(saidOf(run, versionAsked)).toEqual([
    { type: 'RequestVersion', data: { operation: operationId, tenant: 'acme', product: 'shop', version: null, contentDigest } },
  ]);
  const completed = run.given(granted).find(({ type }) => type === 'PlanCompleted');
  expect(saidOf(run, completed).map(({ type, data }) => [type, new Map(Object.entries(data)).get('from')])).toEqual([
    ['OpenManifest', 'r1'],
  ]);
});

test('where nothing runs that it could be built upon it is refused, or the base is named', () => {
  const [event] = asked().run.given(described(null));
  expect([event?.type, ...fields(event, 'status', 'reason')]).toEqual([
    'OperationRefused',
    409,
    'no release of shop runs in development, so it is not known what the rest is to be: release all of it, or name the base (--base)',
  ]);
  const { run, said: asks } = asked({ release: 'r0' });
  expect(asks.map(({ data }) => new Map(Object.entries(data)).get('settled'))).toEqual([null]);
  const [named] = run.given(described(null));
  expect(saidOf(run, named).map(({ data }) => new Map(Object.entries(data)).get('release'))).toEqual(['r0']);
});

/** What the environment is told once the part has been deployed. */
function freed(kind: 'release' | 'deploy', values: string | null): FreeLease['data'] | undefined {
  const run = underTest();
  const inputs = values === null ? [] : [{ name: 'values', value: values, step: null, output: null }];
  const [definitions, , , sliced, made, granted] = planning([step('web/deploy', [], { inputs })]);
  if (definitions === undefined || sliced === undefined || made === undefined || granted === undefined) throw new Error('no plan');
  run.given(request({ kind, components: ['web'], release: 'r1' }), definitions, described('r1'), base, material, sliced, made, granted);
  run.given(leased, succeeded(run.operation, 'web/deploy'));
  const [message] = saidOf(run, run.history.at(-1));
  return message?.type === 'FreeLease' ? (message.data as FreeLease['data']) : undefined;
}

test('a part that was released makes a release of the whole, upon its base; a part that was deployed makes none', () => {
  const freeing = (kind: 'release' | 'deploy') => {
    const data = freed(kind, null);
    return [data?.release, data?.from, data?.outcome.map(({ component, version }) => [component, version])];
  };
  expect(freeing('release')).toEqual(['2026.11.24-1', 'r1', [['shop/web', '2026.11.24-1']]]);
  expect(freeing('deploy')).toEqual([null, null, [['shop/web', 'r1']]]);
});

test('the environment is told with which outputs of others it was configured', () => {
  const values = JSON.stringify({ 'components.cart.url': 'http://a', 'config.colour': 'blue' });
  expect(freed('deploy', values)?.outcome.map(({ given }) => given)).toEqual([[{ name: 'cart.url', value: 'http://a' }]]);
  expect(freed('deploy', null)?.outcome.map(({ given }) => given)).toEqual([[]]);
  for (const lie of ['not json', '1', 'null']) expect(freed('deploy', lie)?.outcome.map(({ given }) => given)).toEqual([null]);
});

const refusedLease: OperationInput = {
  type: 'LeaseRefused',
  data: { operation: operationId, environment: 'development', reason: 'another has changed cart' },
};
const upon = { number: 4, rest: 'sha256:rest', components: [] };

test('the lease is asked for with what has to hold then; where it holds no more what is being built is ended, and the request refused', () => {
  const { run } = asked();
  run.given(described('r1'), base, material);
  const plan = planning([step('left/compile'), step('right/compile'), step('left/deploy', ['left/compile'])], { upon }).slice(3);
  run.given(...plan, succeeded(run.operation, 'left/compile'));
  const waits = run.history.find(({ type }) => type === 'OperationWaiting');
  expect(saidOf(run, waits).map(({ data }) => new Map(Object.entries(data)).get('upon'))).toEqual([{ ...upon, product: 'shop', of: null }]);
  expect(told(run.given(refusedLease))).toEqual(['OperationOvertaken', 'StepCancelRequested right/compile']);
  for (const action of ['hold', 'resume', 'retry', 'giveUp', 'cancel'] as const)
    expect(run.given(act(action)).map((event) => [event.type, ...fields(event, 'reason')])).toEqual([
      ['ActionRefused', 'the operation is refused already, since its plan does not hold any more: it ends once nothing is being built'],
    ]);
  const [, ending] = run.given(cancelled(run.operation, 'right/compile'));
  expect([ending?.type, ...fields(ending, 'status', 'reason', 'errors')]).toEqual([
    'OperationRefused',
    409,
    'another has changed cart',
    [{ pointer: '/components', document: null, line: null, column: null, detail: 'another has changed cart' }],
  ]);
  expect([saidOf(run, ending), run.given(refusedLease)]).toEqual([[], []]);
});

test('an undo that gets no lease is refused at once, also where people decide about failures', () => {
  const run = underTest();
  const [definitions, described, , sliced, made] = planning([step('web/destroy')], { upon, onFailure: 'hold' });
  if (definitions === undefined || described === undefined || sliced === undefined || made === undefined) throw new Error('no plan');
  run.given(request({ kind: 'undo', of: 'other', product: 'shop' }), definitions, described, sliced, made);
  const events = run.given(refusedLease);
  expect([told(events), fields(events.at(-1), 'errors')]).toEqual([
    ['OperationOvertaken', 'OperationRefused'],
    [[{ pointer: '/of', document: null, line: null, column: null, detail: 'another has changed cart' }]],
  ]);
});

test('once it has succeeded it says what became of the outputs that were to change, and how it is mended', () => {
  const run = underTest();
  const used = (component: string, output: string, was: string | null) => ({ component: `shop/${component}`, of: 'shop/web', output, was });
  const consumers = [
    used('mail', 'url', 'http://a'),
    used('mail', 'port', '80'),
    used('cart', 'port', '80'),
    used('stock', 'gone', 'x'),
    used('bill', 'url', null),
  ];
  const [definitions, , , sliced, made, granted] = planning([step('web/deploy')], { consumers });
  if (definitions === undefined || sliced === undefined || made === undefined || granted === undefined) throw new Error('no plan');
  run.given(request({ components: ['web'] }), definitions, described('r1'), base, material, sliced, made, granted, leased);
  run.given(succeeded(run.operation, 'web/deploy', { url: 'http://b', port: '80' }));
  expect(fields(run.history.at(-1), 'remarks')).toEqual([
    [
      'mail runs with web.url as before, which changed: its configuration is outdated until it is restarted or deployed; npm run srm -- restart shop -e development -c mail',
      'cart is not outdated: it runs with web.port as it is given now',
      'it is not known whether bill runs with web.url as given now, or as before; npm run srm -- restart shop -e development -c bill',
    ],
  ]);
});

test('of outputs that were not published, since that was skipped, it does not say that they changed', () => {
  const run = underTest();
  const consumers = [{ component: 'shop/mail', of: 'shop/web', output: 'url', was: 'http://a' }];
  const steps = [step('web/deploy'), step('web/publish', ['web/deploy'])];
  const [definitions, , , sliced, made, granted] = planning(steps, { consumers, onFailure: 'hold' });
  if (definitions === undefined || sliced === undefined || made === undefined || granted === undefined) throw new Error('no plan');
  run.given(request({ components: ['web'] }), definitions, described('r1'), base, material, sliced, made, granted, leased);
  run.given(succeeded(run.operation, 'web/deploy', { url: 'http://b' }));
  run.given(failed(run.operation, 'web/publish'), act('skip', 'web/publish'));
  expect([run.history.at(-1)?.type, fields(run.history.at(-1), 'remarks')]).toEqual(['OperationSucceeded', [null]]);
});
