import { outcomeOf, unpublishedOf } from './outcome.ts';
import { act, cancel, fields, failed, leased, planning, request, step, succeeded, underTest } from './testing.ts';

const plan = [step('aside/deploy'), step('store/deploy'), step('web/deploy', ['store/deploy', 'aside/deploy'])];

/** Aside is as it was, store is deployed anew, web is on its way. */
function begun(onFailure: 'keep' | null) {
  const test = underTest();
  test.given(request({ onFailure }), ...planning(plan), leased);
  const aside = succeeded(test.operation, 'aside/deploy');
  if (aside.type !== 'JobSucceeded') throw new Error('no success');
  test.given({ ...aside, data: { ...aside.data, unchanged: true } }, succeeded(test.operation, 'store/deploy'));
  return test;
}

const outcome = ({ operation }: ReturnType<typeof underTest>): readonly unknown[] =>
  outcomeOf(operation).map(({ component, state, version }) => [component, state, version]);

test('after a success all is of its release, also what did not change', () => {
  const test = begun(null);
  test.given(succeeded(test.operation, 'web/deploy'));
  expect(outcome(test)).toEqual([
    ['shop/aside', 'running', '2026.11.24-1'],
    ['shop/store', 'running', '2026.11.24-1'],
    ['shop/web', 'running', '2026.11.24-1'],
  ]);
});

test('after an undo what did not change is still of the release that it was of', () => {
  const test = begun(null);
  test.given(failed(test.operation, 'web/deploy', 'none'));
  test.given(succeeded(test.operation, 'store/deploy/undo'));
  expect(test.history.at(-1)?.type).toBe('OperationCompensated');
  expect(outcome(test)).toEqual([]);
});

test('where undo is not wanted, what did not change stays with what was deployed', () => {
  const test = begun('keep');
  test.given(failed(test.operation, 'web/deploy', 'none'));
  expect(outcome(test)).toEqual([
    ['shop/aside', 'running', '2026.11.24-1'],
    ['shop/store', 'running', '2026.11.24-1'],
  ]);
});

const publishing = [
  step('cart/deploy'),
  step('cart/publish', ['cart/deploy'], { bridge: 'scm', undo: 'auto' }),
  step('web/deploy', ['cart/publish']),
];

/** The cart is deployed, or is as it was; its address is published, or that fails; then all stays as it is. State, what it gives by its deploy, and whether that counts. */
function cartOf(unchanged: boolean, publish: 'succeeds' | 'none' | 'done'): readonly unknown[] {
  const test = underTest();
  test.given(request({ onFailure: 'keep' }), ...planning(publishing), leased);
  const cart = succeeded(test.operation, 'cart/deploy', { url: 'http://b' });
  if (cart.type !== 'JobSucceeded') throw new Error('no success');
  test.given({ ...cart, data: { ...cart.data, unchanged } });
  if (publish === 'succeeds') test.given(succeeded(test.operation, 'cart/publish'), failed(test.operation, 'web/deploy', 'none'));
  else test.given(failed(test.operation, 'cart/publish', publish));
  const found = outcomeOf(test.operation);
  return [
    test.history.at(-1)?.type,
    found.map(({ state, outputs }) => [state, ...outputs.map(({ value }) => value)]),
    unpublishedOf(test.operation, found),
  ];
}

test('what a component gives to others is what was published of it; where that may be half done it is not certain', () => {
  for (const unchanged of [false, true]) {
    expect(cartOf(unchanged, 'succeeds')).toEqual(['OperationFailed', [['running', 'http://b']], []]);
    expect(cartOf(unchanged, 'none')).toEqual(['OperationFailed', [['running', 'http://b']], ['shop/cart']]);
    expect(cartOf(unchanged, 'done')).toEqual(['OperationFailed', [['uncertain', 'http://b']], []]);
  }
});

test('what is undone, and published all the same, is not certain either, also where its deploy had nothing to do', () => {
  const test = underTest();
  test.given(request(), ...planning(publishing), leased);
  const cart = succeeded(test.operation, 'cart/deploy', { url: 'http://b' });
  if (cart.type !== 'JobSucceeded') throw new Error('no success');
  test.given({ ...cart, data: { ...cart.data, unchanged: true } }, succeeded(test.operation, 'cart/publish'));
  test.given(failed(test.operation, 'web/deploy', 'none'));
  test.given(failed(test.operation, 'cart/publish/undo', 'possible'));
  expect([test.history.at(-1)?.type, outcome(test)]).toEqual(['OperationCompensationFailed', [['shop/cart', 'uncertain', '2026.11.24-1']]]);
  expect(fields(test.history.at(-1), 'left')).toEqual([
    [{ step: 'cart/publish', what: 'cart: cart/publish/undo broke', command: `npm run srm -- undo ${test.operation.id}` }],
  ]);
});

const kept = (name: string) => ({ kept: JSON.stringify([`volume data of ${name}`]) });
const destroys = [
  step('web/destroy', [], { bridge: 'sem', undo: 'auto' }),
  step('web/withdraw', ['web/destroy'], { bridge: 'scm', undo: 'auto' }),
  step('store/destroy', ['web/destroy'], { bridge: 'sem', undo: 'auto' }),
];

/** Planning of a kind that builds nothing. */
const planned = (steps: Parameters<typeof planning>[0]) => planning(steps).filter(({ type }) => type !== 'MaterialResolved' && type !== 'VersionGranted'); // prettier-ignore

function destroying(components: readonly string[] = []) {
  const test = underTest();
  test.given(request({ kind: 'destroy', components }), ...planned(destroys), leased);
  test.given(succeeded(test.operation, 'web/destroy', kept('web')));
  return test;
}

test('after a destroy all is absent, also what was gone already, and what stays is named', () => {
  const test = destroying();
  const store = succeeded(test.operation, 'store/destroy', kept('store'));
  if (store.type !== 'JobSucceeded') throw new Error('no success');
  test.given(succeeded(test.operation, 'web/withdraw'), { ...store, data: { ...store.data, unchanged: true } });
  expect(outcome(test)).toEqual([
    ['shop/web', 'absent', ''],
    ['shop/store', 'absent', ''],
  ]);
  expect(outcomeOf(test.operation).flatMap(({ outputs }) => outputs)).toEqual([]);
  expect(fields(test.history.at(-1), 'reason', 'kept')).toEqual([
    'shop is destroyed in development',
    ['volume data of web', 'volume data of store'],
  ]);
});

test('a destroy that fails is undone, last first, and nothing is kept then', () => {
  const test = destroying(['web', 'store']);
  test.given(succeeded(test.operation, 'web/withdraw'));
  test.given(failed(test.operation, 'store/destroy', 'possible'));
  expect([...test.operation.open].sort()).toEqual(['store/destroy/undo', 'web/withdraw/undo']);
  test.given(succeeded(test.operation, 'store/destroy/undo'), succeeded(test.operation, 'web/withdraw/undo'));
  test.given(succeeded(test.operation, 'web/destroy/undo'));
  expect([test.history.at(-1)?.type, fields(test.history.at(-1), 'kept'), outcome(test)]).toEqual(['OperationCompensated', [[]], []]);
});

test('the reason of a part names it', () => {
  const test = destroying(['web', 'store']);
  test.given(succeeded(test.operation, 'web/withdraw'), succeeded(test.operation, 'store/destroy'));
  expect(fields(test.history.at(-1), 'reason')).toEqual(['web, store of shop are destroyed in development']);
});

const restarts = [
  step('store/restart', [], { bridge: 'sem', undo: 'none' }),
  step('web/restart', ['store/restart'], { bridge: 'sem', undo: 'none' }),
];

test('a restart that fails is not undone; what it may have touched is not certain', () => {
  const test = underTest();
  test.given(request({ kind: 'restart' }), ...planned(restarts), leased);
  test.given(succeeded(test.operation, 'store/restart'));
  test.given(failed(test.operation, 'web/restart', 'possible'));
  expect([test.history.at(-1)?.type, ...fields(test.history.at(-1), 'reason', 'kept', 'left')]).toEqual([
    'OperationFailed',
    'web/restart broke',
    [],
    [],
  ]);
  expect(outcome(test)).toEqual([
    ['shop/store', 'running', ''],
    ['shop/web', 'uncertain', ''],
  ]);
});

test('a restart that is cancelled restarts nothing more', () => {
  const test = underTest();
  test.given(request({ kind: 'restart' }), ...planned(restarts), leased, cancel());
  test.given(succeeded(test.operation, 'store/restart'));
  expect(test.history.at(-1)?.type).toBe('OperationCancelled');
  expect(outcome(test)).toEqual([['shop/store', 'running', '']]);
});

test('what was found stopped is stopped, as it is to be', () => {
  const test = underTest();
  test.given(request({ kind: 'stop' }), ...planning([step('web/stop')]), leased);
  const stopped = succeeded(test.operation, 'web/stop');
  if (stopped.type !== 'JobSucceeded') throw new Error('no success');
  test.given({ ...stopped, data: { ...stopped.data, unchanged: true } });
  expect([test.history.at(-1)?.type, outcome(test)]).toEqual(['OperationSucceeded', [['shop/web', 'stopped', '']]]);
});

test('once a step was skipped the ending says what was not done, what is not certain of it, and how that is mended', () => {
  const test = underTest();
  test.given(request({ onFailure: 'hold' }), ...planning([step('web/deploy'), step('web/publish', ['web/deploy'])]), leased);
  test.given(failed(test.operation, 'web/deploy'), act('skip', 'web/deploy'), succeeded(test.operation, 'web/publish'));
  const ending = test.history.at(-1);
  expect([ending?.type, ...fields(ending, 'reason', 'remarks')]).toEqual([
    'OperationSucceeded',
    'shop 2026.11.24-1 runs in development, but for what was skipped: web/deploy',
    ['it is not certain what runs of web; npm run srm -- restart shop -e development -c web'],
  ]);
});
