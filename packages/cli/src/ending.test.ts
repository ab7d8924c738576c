import { renderEnding } from './ending.ts';
import { at, operation, ran, resource, step } from './testing/samples.ts';

const url = (value: string) => ({ outputs: [{ name: 'url', value, secret: false }] });
const steps = [
  ran('store/deploy', 0, 1),
  ran('web/configure', 1, 1, { dependsOn: ['store/deploy'] }),
  ran('web/deploy', 1, 2, { dependsOn: ['web/configure'] }),
];

test('a success says what runs and opens the door that nothing else depends on', () => {
  const resources = [
    resource('store', url('http://127.0.0.1:41001')),
    resource('web', url('http://127.0.0.1:41007')),
    resource('seed', { state: 'completed' }),
  ];
  const ended = operation({ status: 'succeeded', endedAt: at(23) });
  expect(renderEnding(ended, steps, resources, 'en')).toBe('✔ succeeded in 00:23; 2 running         open http://127.0.0.1:41007  (web)');
  expect(renderEnding(ended, steps, resources, 'zh')).toBe('✔ 成功，用时 00:23；2 运行         打开 http://127.0.0.1:41007  (web)');
});

test('of a part only its own doors are opened, one a line where there are several', () => {
  const [store, web, mail] = ['store', 'web', 'mail'].map((name, n) => resource(name, url(`http://127.0.0.1:4100${n}`)));
  const resources = [store, web, mail].flatMap((one) => one ?? []);
  const said = (...components: readonly string[]): readonly string[] =>
    renderEnding(
      operation({ status: 'succeeded', endedAt: at(1) }),
      components.map((name) => ran(`${name}/restart`, 0, 1)),
      resources,
      'en',
    ).split('\n');
  expect(said('store')).toEqual(['✔ succeeded in 00:01; 3 running         open http://127.0.0.1:41000  (store)']);
  expect(said('store', 'mail')).toEqual([
    '✔ succeeded in 00:01; 3 running',
    '  open http://127.0.0.1:41000  (store)',
    '  open http://127.0.0.1:41002  (mail)',
  ]);
});

test('an address that is secret is not printed', () => {
  const secret = { outputs: [{ name: 'url', value: 'sha256:1', secret: true }] };
  expect(renderEnding(operation({ status: 'succeeded', endedAt: at(1) }), steps, [resource('web', secret)], 'en')).toBe(
    '✔ succeeded in 00:01; 1 running',
  );
});

test('a compensated release says why, what was undone, what was not touched, what stays and where the log is', () => {
  const undone = [
    ran('store/deploy', 0, 1, { unchanged: true }),
    ran('cart/compile', 0, 1),
    step('cart/deploy', { state: 'failed', reason: 'not ready in 10 s' }),
    ran('cart/deploy/undo', 11, 12),
  ];
  const ended = operation({
    status: 'compensated',
    endedAt: at(12),
    reason: 'cart was not ready in 10 s (GET /ready → 503 "no stock")',
    kept: ['volume data of store'],
  });
  expect(renderEnding(ended, undone, [], 'en')).toBe(
    [
      '✖ compensated: cart was not ready in 10 s (GET /ready → 503 "no stock"); cart removed again; 1 untouched',
      '  why: npm run srm -- get log op-1 cart/deploy',
      '  kept: volume data of store',
    ].join('\n'),
  );
});

test('what was there before says which version it is back to', () => {
  const undone = ['store', 'cart', 'web'].flatMap((name) => [ran(`${name}/deploy`, 0, 1), ran(`${name}/deploy/undo`, 11, 12)]);
  const resources = [resource('store'), resource('cart'), resource('web', { state: 'absent', version: null })];
  const ended = operation({ status: 'compensated', endedAt: at(12), reason: 'web was not ready' });
  expect(renderEnding(ended, undone, resources, 'en')).toBe(
    '✖ compensated: web was not ready; store, cart back to 2026.11.24-1; web removed again',
  );
  expect(renderEnding(ended, undone, resources, 'zh')).toBe('✖ 已补偿：web was not ready；store, cart 恢复到 2026.11.24-1；web 已重新移除');
});

test('what was not there before is removed again, whatever is believed of it; where that is not certain, it says so', () => {
  const undone = (was: 'absent' | 'present' | null) => [ran('b/deploy', 0, 1, { state: 'failed', was }), ran('b/deploy/undo', 1, 2)];
  const ended = operation({ status: 'compensated', endedAt: at(12), reason: 'b was not ready' });
  const said = (was: 'absent' | 'present' | null, state: 'uncertain' | null, lang: 'en' | 'zh' = 'en'): string | undefined =>
    renderEnding(ended, undone(was), state === null ? null : [resource('b', { state })], lang).split('\n')[0];
  expect([said('absent', 'uncertain'), said('absent', null), said('present', 'uncertain'), said(null, 'uncertain')]).toEqual([
    '✖ compensated: b was not ready; b removed again',
    '✖ compensated: b was not ready; b removed again',
    '✖ compensated: b was not ready; b as before: not certain what runs',
    '✖ compensated: b was not ready; b as before: not certain what runs',
  ]);
  expect([said('absent', 'uncertain', 'zh'), said('present', 'uncertain', 'zh')]).toEqual([
    '✖ 已补偿：b was not ready；b 已重新移除',
    '✖ 已补偿：b was not ready；b 恢复原状，但不确定运行的是什么',
  ]);
});

test('what was installed and kept, its outputs taken back, is not said to be removed', () => {
  const undone = [ran('b/deploy', 0, 1, { was: 'absent' }), ran('b/publish', 1, 2, { state: 'failed' }), ran('b/publish/undo', 2, 3)];
  const ended = operation({ status: 'compensated', endedAt: at(12), reason: 'no' });
  expect(renderEnding(ended, undone, null, 'en').split('\n')[0]).toBe('✖ compensated: no; b as before');
});

test('what could not be undone is listed with the command that does it', () => {
  const left = [{ step: 'store/deploy', what: 'store still runs', command: 'kill 1' }];
  const ended = operation({ status: 'compensation-failed', endedAt: at(12), reason: 'web did not start', left });
  expect(renderEnding(ended, [], [], 'en')).toBe(
    '✖ not all of it could be undone: web did not start\n  left: store/deploy: store still runs   → kill 1',
  );
});

test('a refusal lists all its errors', () => {
  const errors = [
    { pointer: '/spec/components/0', document: null, line: null, column: null, detail: 'nothing provides ${config.x}' },
    { pointer: '', document: null, line: null, column: null, detail: 'there is no environment test' },
  ];
  expect(renderEnding(operation({ status: 'refused', endedAt: at(1), reason: 'it cannot be planned', errors }), [], [], 'en')).toBe(
    '✖ refused: it cannot be planned\n  /spec/components/0: nothing provides ${config.x}\n  there is no environment test',
  );
});

test('of an operation that ended long ago nothing is claimed about what runs today; named servers are repeated', () => {
  const undone = [ran('cart/deploy', 0, 1, { state: 'failed' }), ran('cart/deploy/undo', 11, 12)];
  const ended = operation({ status: 'compensated', endedAt: at(12), reason: 'cart was not ready' });
  expect(renderEnding(ended, undone, null, 'en', 'http://there:1')).toBe(
    ['✖ compensated: cart was not ready; cart as before', '  why: npm run srm -- get log op-1 cart/deploy --server http://there:1'].join(
      '\n',
    ),
  );
});

test('an undone start says that it is stopped again', () => {
  const undone = [ran('store/start', 0, 1), ran('store/start/undo', 11, 12), ran('cart/start', 1, 2, { state: 'failed' })];
  const ended = operation({ status: 'compensated', endedAt: at(12), reason: 'cart was not ready' });
  expect(renderEnding(ended, undone, [resource('store', { state: 'stopped' })], 'en')).toBe(
    ['✖ compensated: cart was not ready; store stopped again', '  why: npm run srm -- get log op-1 cart/start'].join('\n'),
  );
});

test('reasons, remarks, what stays and what is left are told in Chinese', () => {
  const ended = operation({
    status: 'compensation-failed',
    reason: 'cart was not ready in 10 s (GET /ready → 503 "no stock")',
    remarks: ['takes release 2026.11.24-1, the newest complete one'],
    kept: ['store, as decided by ann'],
    left: [{ step: 'order/deploy', what: 'order: stays as order/deploy left it', command: 'npm run srm -- get log op-1 order/deploy' }],
  });
  expect(renderEnding(ended, [], null, 'zh')).toBe(
    [
      '✖ 未能全部撤销：cart 在 10 秒内未就绪（GET /ready → 503 "no stock"）',
      '  ! 使用最新的完整发布 2026.11.24-1',
      '  保留： store：由 ann 决定保留',
      '  遗留： order/deploy：order：保持 order/deploy 之后的样子   → npm run srm -- get log op-1 order/deploy',
    ].join('\n'),
  );
});
