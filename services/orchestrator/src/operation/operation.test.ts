import { cancel, cancelled, failed, fields, leased, planning, request, restorable, step, succeeded, told, underTest } from './testing.ts';

const chain = [
  step('store/compile'),
  step('store/package', ['store/compile']),
  step('store/deploy', ['store/package']),
  step('store/publish', ['store/deploy'], { inputs: [{ name: 'output:url', value: null, step: 'store/deploy', output: 'url' }] }),
  step('web/compile'),
  step('web/package', ['web/compile']),
  step('web/deploy', ['web/package', 'store/publish']),
];

const begun = (steps = chain, changes: Parameters<typeof planning>[1] = {}, asked: Parameters<typeof request>[0] = {}) => {
  const test = underTest();
  test.given(request(asked), ...planning(steps, changes));
  return test;
};

const done = (test: ReturnType<typeof underTest>, ...ids: readonly string[]) => {
  for (const id of ids) test.given(succeeded(test.operation, id, { url: 'http://store', image: 'sha256:1' }));
};

test('a request is planned by asking one after the other for definitions, environment, material, plan, version', () => {
  const test = underTest();
  const asked = [request(), ...planning(chain)].map((input) => told(test.given(input)));
  expect(asked).toEqual([
    ['OperationRequested', 'PlanningStarted'],
    ['PlanningAdvanced'],
    ['PlanningAdvanced'],
    ['PlanningAdvanced'],
    ['StepsPlanned'],
    ['PlanningAdvanced'],
    ['PlanCompleted', 'OperationStarted', 'StepRequested store/compile', 'StepRequested web/compile'],
  ]);
});

test('every answer that comes twice changes nothing the second time', () => {
  const test = underTest();
  for (const input of [request(), ...planning(chain)]) {
    test.given(input);
    expect(told(test.given(input))).toEqual([]);
  }
});

test('a plan of two slices counts only when both are there', () => {
  const test = underTest();
  const [definitions, environment, material, slice, made, version] = planning([step('store/compile')]);
  const whole = made?.type === 'PlanMade' ? { ...made, data: { ...made.data, slices: 2, steps: 2 } } : made;
  const second = slice?.type === 'PlanSliced' ? { ...slice, data: { ...slice.data, slice: 1, steps: [step('web/compile')] } } : slice;
  const given = [request(), definitions, environment, material, slice, whole, second, whole, version];
  expect(given.map((input) => (input === undefined ? [] : told(test.given(input)))).slice(4)).toEqual([
    ['StepsPlanned'],
    [],
    ['StepsPlanned'],
    ['PlanningAdvanced'],
    ['PlanCompleted', 'OperationStarted', 'StepRequested store/compile', 'StepRequested web/compile'],
  ]);
});

test('a missing product and a missing environment are refused together', () => {
  const test = underTest();
  test.given(request());
  const [event] = test.given({ type: 'DefinitionsDescribed', data: { operation: 'op', number: 1, documents: [], round: null } });
  const nowhere = { document: null, line: null, column: null };
  expect(fields(event, 'status', 'errors')).toEqual([
    422,
    [
      { ...nowhere, pointer: '/product', detail: 'tenant acme has no product "shop"; apply its definition first' },
      { ...nowhere, pointer: '/environment', detail: 'tenant acme has no environment "development"; apply its definition first' },
    ],
  ]);
});

test('where components are named, a missing environment is told by the plan, together with names that are wrong', () => {
  const documents = [{ kind: 'Product', name: 'shop', revision: 1, digest: 'sha256:Product' }];
  const next = (changes: Parameters<typeof request>[0]) => {
    const test = underTest();
    test.given(request(changes));
    return test.given({ type: 'DefinitionsDescribed', data: { operation: 'op', number: 1, documents, round: null } })[0];
  };
  const one = { name: 'web', spec: null, parameters: null, replicas: null };
  expect(fields(next({ components: ['web'] }), 'asked', 'definitions')).toEqual(['plan', documents]);
  expect(fields(next({ perComponent: [one] }), 'asked', 'definitions')).toEqual(['plan', documents]);
  const refused = [422, 'tenant acme has no environment "development"; apply its definition first'];
  expect(fields(next({}), 'status', 'reason')).toEqual(refused);
  expect(fields(next({ kind: 'deploy', components: ['web'] }), 'status', 'reason')).toEqual(refused);
});

test('a preview ends planned, takes no version and asks no bridge', () => {
  const test = underTest();
  test.given(request({ preview: true }), ...planning(chain).slice(0, 4));
  expect(told(test.given(...planning(chain).slice(4)))).toEqual(['PlanCompleted', 'OperationPlanned']);
});

test('a preview whose version is used with other content is a conflict, as the build would be', () => {
  const test = underTest();
  const error = { pointer: '/version', document: null, line: null, column: null, detail: 'used' };
  test.given(request({ preview: true, version: '1.0' }), ...planning(chain).slice(0, 3));
  const [refused] = test.given({ type: 'PlanRefused', data: { operation: test.operation.id, errors: [error] } });
  expect(refused === undefined ? [] : fields(refused, 'status', 'errors')).toEqual([409, [error]]);
});

test('eager: a component is deployed as soon as it is packaged and the lease is held, a dependent when its dependency has published', () => {
  const test = begun();
  done(test, 'store/compile');
  expect(told(test.given(succeeded(test.operation, 'store/package')))).toEqual(['StepSucceeded store/package', 'OperationWaiting']);
  expect(told(test.given(leased))).toEqual(['OperationLeased', 'StepRequested store/deploy']);
  done(test, 'web/compile', 'web/package');
  expect(told(test.given(succeeded(test.operation, 'store/deploy', { url: 'http://store' })))).toEqual([
    'StepSucceeded store/deploy',
    'StepRequested store/publish',
  ]);
  expect(told(test.given(succeeded(test.operation, 'store/publish')))).toEqual(['StepSucceeded store/publish', 'StepRequested web/deploy']);
  expect(told(test.given(succeeded(test.operation, 'web/deploy')))).toEqual(['StepSucceeded web/deploy', 'OperationSucceeded']);
});

test('buildFirst: nothing is deployed, and no lease asked for, before everything is built', () => {
  const test = begun(chain, { pipeline: 'buildFirst' });
  done(test, 'store/compile');
  expect(told(test.given(succeeded(test.operation, 'store/package')))).toEqual(['StepSucceeded store/package']);
  done(test, 'web/compile');
  expect(told(test.given(succeeded(test.operation, 'web/package')))).toEqual(['StepSucceeded web/package', 'OperationWaiting']);
});

test('an input that names the output of another step is filled in when the step is requested', () => {
  const test = begun();
  done(test, 'store/compile', 'store/package');
  test.given(leased);
  const events = test.given(succeeded(test.operation, 'store/deploy', { url: 'http://127.0.0.1:1' }));
  expect(fields(events.at(-1), 'step', 'fence', 'inputs')).toEqual([
    'store/publish',
    7,
    [{ name: 'output:url', value: 'http://127.0.0.1:1' }],
  ]);
});

test('an output that was not given fails the step in words instead of asking for it', () => {
  const test = begun();
  done(test, 'store/compile', 'store/package');
  test.given(leased);
  const events = test.given(succeeded(test.operation, 'store/deploy', {}));
  expect(events.map((event) => ('reason' in event.data ? event.data.reason : event.type))).toEqual([
    'StepSucceeded',
    'store needs url of store/deploy, which did not give it',
    'store/publish failed',
  ]);
});

test('a failed compile: independent builds finish, nothing is deployed, all failures are shown, it ends failed', () => {
  const test = begun();
  expect(told(test.given(failed(test.operation, 'web/compile')))).toEqual(['StepFailed web/compile']);
  done(test, 'store/compile');
  const events = test.given(failed(test.operation, 'store/package'));
  expect(told(events)).toEqual(['StepFailed store/package', 'OperationFailed']);
  expect(fields(events.at(-1), 'reason', 'left')).toEqual(['web/compile broke; store/package broke; nothing that runs was touched', []]);
});

test('a failed build undoes at once what was deployed already, while independent builds finish', () => {
  const test = begun();
  done(test, 'store/compile', 'store/package');
  test.given(leased);
  done(test, 'store/deploy', 'store/publish');
  expect(told(test.given(failed(test.operation, 'web/compile')))).toEqual([
    'StepFailed web/compile',
    'CompensationStarted',
    'StepRequested store/publish/undo',
  ]);
  expect(told(test.given(succeeded(test.operation, 'store/publish/undo')))).toEqual([
    'StepSucceeded store/publish/undo',
    'StepRequested store/deploy/undo',
  ]);
  expect(told(test.given(succeeded(test.operation, 'store/deploy/undo')))).toEqual([
    'StepSucceeded store/deploy/undo',
    'OperationCompensated',
  ]);
});

test('a failed deploy cancels what runs, waits for it, then undoes in reverse order all that had or may have had an effect', () => {
  const two = [
    ...chain,
    step('cart/compile'),
    step('cart/package', ['cart/compile']),
    step('cart/deploy', ['cart/package', 'store/publish']),
  ];
  const test = begun(two);
  done(test, 'store/compile', 'store/package', 'web/compile', 'web/package', 'cart/compile', 'cart/package');
  test.given(leased);
  done(test, 'store/deploy', 'store/publish');
  expect(told(test.given(failed(test.operation, 'cart/deploy', 'possible')))).toEqual([
    'StepFailed cart/deploy',
    'StepCancelRequested web/deploy',
  ]);
  expect(told(test.given(cancelled(test.operation, 'web/deploy', 'done')))).toEqual([
    'StepCancelled web/deploy',
    'CompensationStarted',
    'StepRequested cart/deploy/undo',
    'StepRequested web/deploy/undo',
  ]);
  expect(told(test.given(succeeded(test.operation, 'web/deploy/undo')))).toEqual(['StepSucceeded web/deploy/undo']);
  expect(told(test.given(succeeded(test.operation, 'cart/deploy/undo')))).toEqual([
    'StepSucceeded cart/deploy/undo',
    'StepRequested store/publish/undo',
  ]);
  done(test, 'store/publish/undo');
  expect(told(test.given(succeeded(test.operation, 'store/deploy/undo')))).toEqual([
    'StepSucceeded store/deploy/undo',
    'OperationCompensated',
  ]);
});

test('a failure without effect is not undone, those before it are', () => {
  const test = begun();
  done(test, 'store/compile', 'store/package', 'web/compile', 'web/package');
  test.given(leased);
  done(test, 'store/deploy', 'store/publish');
  expect(told(test.given(failed(test.operation, 'web/deploy', 'none')))).toEqual([
    'StepFailed web/deploy',
    'CompensationStarted',
    'StepRequested store/publish/undo',
  ]);
});

test('onFailure keep: nothing is undone, and what stays is named', () => {
  const test = begun(chain, {}, { onFailure: 'keep' });
  done(test, 'store/compile', 'store/package', 'web/compile', 'web/package');
  test.given(leased);
  done(test, 'store/deploy', 'store/publish');
  const events = test.given(failed(test.operation, 'web/deploy', 'possible'));
  expect(told(events)).toEqual(['StepFailed web/deploy', 'OperationFailed']);
  expect(fields(events.at(-1), 'kept')).toEqual([['store, as undo was not wanted', 'web, as undo was not wanted']]);
});

test('an undo that fails stops what it stands on, names what is left and ends compensation-failed', () => {
  const test = begun();
  done(test, 'store/compile', 'store/package', 'web/compile', 'web/package');
  test.given(leased);
  done(test, 'store/deploy', 'store/publish');
  test.given(failed(test.operation, 'web/deploy', 'none'));
  const events = test.given(failed(test.operation, 'store/publish/undo', 'none'));
  expect(told(events)).toEqual(['StepFailed store/publish/undo', 'OperationCompensationFailed']);
  expect(fields(events.at(-1), 'left')).toEqual([
    [
      {
        step: 'store/deploy',
        what: 'store: not undone, since what depends on it could not be',
        command: 'npm run srm -- undo op',
      },
      { step: 'store/publish', what: 'store: store/publish/undo broke', command: 'npm run srm -- undo op' },
    ],
  ]);
});

test('a retryable failure is tried again after its delay, as often as the plan allows', () => {
  const test = begun([step('store/compile', [], { attempts: 2 })]);
  const [event] = test.given(failed(test.operation, 'store/compile', 'none', true));
  expect(fields(event, 'attempt', 'retryIn')).toEqual([1, 1117]);
  const again = test.given({ type: 'TimerFired', data: { operation: 'op', timer: 'store/compile/1/retry' } });
  expect(again.map(({ type, data }) => [type, 'attempt' in data ? data.attempt : null])).toEqual([['StepRequested', 2]]);
  expect(told(test.given({ type: 'TimerFired', data: { operation: 'op', timer: 'store/compile/1/retry' } }))).toEqual([]);
  expect(told(test.given(failed(test.operation, 'store/compile', 'none', true)))).toEqual(['StepFailed store/compile', 'OperationFailed']);
});

test('an undo that is tried again is asked for as an undo, of the same step, by the same restore point', () => {
  const test = begun();
  done(test, 'store/compile', 'store/package', 'web/compile', 'web/package');
  test.given(leased);
  test.given(restorable(test.operation, 'store/deploy'));
  done(test, 'store/deploy', 'store/publish');
  test.given(failed(test.operation, 'web/deploy', 'none'));
  done(test, 'store/publish/undo');
  test.given(failed(test.operation, 'store/deploy/undo', 'possible', true));
  const again = test.given({ type: 'TimerFired', data: { operation: 'op', timer: 'store/deploy/undo/1/retry' } });
  expect(fields(again[0], 'step', 'attempt', 'action', 'undoes', 'restorePoint')).toEqual([
    'store/deploy/undo',
    2,
    'undo',
    'store/deploy',
    '{"was":"absent"}',
  ]);
});

test('many failures are told by the first five and a number', () => {
  const test = begun(Array.from({ length: 8 }, (_, n) => step(`c${n}/compile`)));
  for (let n = 0; n < 7; n++) test.given(failed(test.operation, `c${n}/compile`));
  const events = test.given(failed(test.operation, 'c7/compile'));
  const first = [0, 1, 2, 3, 4].map((n) => `c${n}/compile broke`);
  expect(fields(events.at(-1), 'reason')).toEqual([[...first, 'and 3 more failed', 'nothing that runs was touched'].join('; ')]);
});

test('what a step is handed must fit into a message: too much fails it in words', () => {
  const large = 'x'.repeat(250_000);
  const inputs = ['a', 'b', 'c'].map((name) => ({ name, value: large, step: null, output: null }));
  const test = begun([step('store/compile', [], { inputs })]);
  expect(told(test.history.slice(-2))).toEqual(['StepFailed store/compile', 'OperationFailed']);
  expect(fields(test.history.at(-2), 'reason', 'code')).toEqual([
    'store is handed 732 KB for its compile, more than the 600 KB that fit; hand over addresses instead of content',
    'inputs-too-large',
  ]);
});

test('waiting for the same operations is said once', () => {
  const test = begun();
  done(test, 'store/compile', 'store/package');
  const queued = { type: 'LeaseQueued', data: { operation: 'op', environment: 'development', behind: ['other'] } } as const;
  expect(told(test.given(queued))).toEqual(['OperationWaiting']);
  expect(told(test.given(queued))).toEqual([]);
});

test('a deadline only asks for cancel; the step ends when its bridge says so, as failed, in words', () => {
  const test = begun([step('store/compile')]);
  expect(told(test.given({ type: 'TimerFired', data: { operation: 'op', timer: 'store/compile/1/deadline' } }))).toEqual([
    'StepCancelRequested store/compile',
  ]);
  const events = test.given(cancelled(test.operation, 'store/compile'));
  expect(told(events)).toEqual(['StepFailed store/compile', 'OperationFailed']);
  expect(fields(events[0], 'reason', 'code')).toEqual(['store did not end its compile within 1 min and was cancelled', 'deadline']);
});

test('cancel before the plan counts ends at once', () => {
  const test = underTest();
  test.given(request());
  const events = test.given(cancel());
  expect(told(events)).toEqual(['CancelRequested', 'OperationCancelled']);
  expect(fields(events.at(-1), 'reason')).toEqual(['cancelled by li: wrong branch; nothing was begun']);
});

test('cancel while deploying cancels what is open, undoes what was done, ends cancelled; a second one is refused', () => {
  const test = begun();
  done(test, 'store/compile', 'store/package');
  test.given(leased);
  done(test, 'store/deploy');
  expect(told(test.given(cancel()))).toEqual(['CancelRequested', 'StepCancelRequested web/compile', 'StepCancelRequested store/publish']);
  expect(told(test.given(cancel()))).toEqual([]);
  expect(told(test.given(cancel('r2')))).toEqual(['ActionRefused']);
  test.given(cancelled(test.operation, 'web/compile'));
  expect(told(test.given(cancelled(test.operation, 'store/publish')))).toEqual([
    'StepCancelled store/publish',
    'CompensationStarted',
    'StepRequested store/deploy/undo',
  ]);
  expect(told(test.given(succeeded(test.operation, 'store/deploy/undo')))).toEqual([
    'StepSucceeded store/deploy/undo',
    'OperationCancelled',
  ]);
});

test('a success that arrives after the cancel was asked for is undone too', () => {
  const test = begun();
  done(test, 'store/compile', 'store/package', 'web/compile', 'web/package');
  test.given(leased, cancel());
  expect(told(test.given(succeeded(test.operation, 'store/deploy')))).toEqual([
    'StepSucceeded store/deploy',
    'CompensationStarted',
    'StepRequested store/deploy/undo',
  ]);
});

test('claims that make no sense are refused by name, late and repeated ones change nothing', () => {
  const test = begun();
  const report = succeeded(test.operation, 'store/compile');
  test.given(report);
  expect(told(test.given(report))).toEqual([]);
  const refused = [
    succeeded(test.operation, 'nobody/compile'),
    { ...succeeded(test.operation, 'web/compile'), data: { ...succeeded(test.operation, 'web/compile').data, bridge: 'sem' } },
    { ...succeeded(test.operation, 'web/compile'), data: { ...succeeded(test.operation, 'web/compile').data, attempt: 2 } },
    succeeded(test.operation, 'store/compile', {}, 10),
  ].flatMap((input) => test.given(input as ReturnType<typeof succeeded>));
  expect(refused.map(({ type, data }) => [type, 'reason' in data ? data.reason : ''])).toEqual([
    ['ReportRefused', 'this operation has no step nobody/compile'],
    ['ReportRefused', 'web/compile is for ci, not for sem'],
    ['ReportRefused', 'attempt 2 of web/compile was never asked for'],
    ['ReportRefused', 'store/compile has ended already: succeeded'],
  ]);
});

test('an input about an operation that nobody asked for is an error, not an event', () => {
  expect(() => underTest().given(leased)).toThrow('LeaseGranted is about operation op, which nobody asked for');
});

test('the lease that comes after a cancel is taken and freed by the ending', () => {
  const test = begun();
  done(test, 'store/compile', 'store/package');
  expect(told(test.given(cancel()))).toEqual(['CancelRequested', 'StepCancelRequested web/compile']);
  expect(told(test.given(leased))).toEqual(['OperationLeased']);
  expect(told(test.given(cancelled(test.operation, 'web/compile')))).toEqual(['StepCancelled web/compile', 'OperationCancelled']);
});

test('a stop waits, in words and however long, until nobody changes what it is about; then it is planned', () => {
  const test = underTest();
  test.given(request({ kind: 'stop' }));
  const documents = ['Product', 'Environment'].map((kind) => ({ kind, name: 'x', revision: 1, digest: `sha256:${kind}` }));
  test.given({ type: 'DefinitionsDescribed', data: { operation: 'op', number: 1, documents, round: null } });
  const waits = test.given({ type: 'LeaseQueued', data: { operation: 'op', environment: 'development', behind: ['other'] } });
  expect(told(waits)).toEqual(['OperationWaiting']);
  expect(told(test.given({ type: 'TimerFired', data: { operation: 'op', timer: 'planning' } }))).toEqual([]);
  const described = {
    type: 'EnvironmentDescribed',
    data: { operation: 'op', environment: 'development', number: 4, fence: 1, releases: null, current: null },
  } as const;
  expect(told(test.given(described))).toEqual(['PlanningAdvanced']);
  expect(test.operation.lease).toBe('none');
});

test('a release is deployed as the definition says that it was made by, whatever the product is defined as today', () => {
  const test = underTest();
  test.given(request({ kind: 'deploy', release: '2026.11.23-1' }), ...planning(chain).slice(0, 2));
  const described = { operation: 'op', product: 'shop', version: '2026.11.23-1', number: 9, definition: 'sha256:then' };
  const [event] = test.given({ type: 'ReleaseDescribed', data: described });
  expect(fields(event, 'asked', 'release', 'definitions')).toEqual([
    'plan',
    '2026.11.23-1',
    [
      { kind: 'Product', name: 'x', revision: 0, digest: 'sha256:then' },
      { kind: 'Environment', name: 'x', revision: 1, digest: 'sha256:Environment' },
    ],
  ]);
});

test('what its bridge found unchanged is not undone, and where nothing else was done there is no undo', () => {
  const test = begun([step('store/deploy'), step('web/deploy', ['store/deploy'])]);
  test.given(leased);
  const store = succeeded(test.operation, 'store/deploy');
  test.given(store.type === 'JobSucceeded' ? { ...store, data: { ...store.data, unchanged: true } } : store);
  expect(told(test.given(failed(test.operation, 'web/deploy')))).toEqual(['StepFailed web/deploy', 'OperationFailed']);
});
