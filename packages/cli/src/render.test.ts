import { fitted, renderOperation } from './render.ts';
import { at, ms, operation, ran, step, waits } from './testing/samples.ts';

const store = [
  ran('store/compile', 0, 2.1),
  ran('store/package', 2.1, 2.4),
  ran('store/configure', 2.4, 2.5),
  ran('store/deploy', 2.5, 3.1),
  ran('store/publish', 3.1, 3.2),
];
const web = [
  ran('web/compile', 0, 2.2),
  ran('web/package', 2.2, 2.5),
  ran('web/configure', 4, 4.1),
  step('web/deploy', { state: 'started', startedAt: at(4.1), text: '0/1 ready' }),
  step('web/publish'),
];
const counts = { succeeded: 27, planned: 3 };

test('a release is a row a component, in the order of the plan', () => {
  const steps = [...store, ran('seed/compile', 0, 1), ran('seed/deploy', 3.2, 4), ...web];
  expect(renderOperation(operation({ steps: 30, counts }), steps, 100, { now: ms(21), turn: 0 }, 'en')).toBe(
    [
      'release shop 2026.11.24-1 → development    27/30 steps   00:21',
      ' ✔ store      compiled 2.1s  packaged 0.3s  ready 0.6s',
      ' ✔ seed       compiled 1.0s  deployed 0.8s',
      ' ◐ web        compiled 2.2s  packaged 0.3s  deploying: 0/1 ready',
    ].join('\n'),
  );
});

test('the same in Chinese', () => {
  expect(renderOperation(operation({ steps: 30, counts }), [...store, ...web], 100, { now: ms(21), turn: 1 }, 'zh')).toBe(
    [
      '发布 shop 2026.11.24-1 → development    27/30 步   00:21',
      ' ✔ store      已编译 2.1s  已打包 0.3s  就绪 0.6s',
      ' ◓ web        已编译 2.2s  已打包 0.3s  部署中：0/1 就绪',
    ].join('\n'),
  );
});

test('what was open when its operation ended does not run on, and nobody knows how it ended', () => {
  const steps = [
    step('web/deploy', { state: 'started', startedAt: at(4), text: '0/1 ready' }),
    step('cart/deploy', { state: 'failed', reason: 'no answer', retryAt: at(30) }),
    ran('store/deploy', 1, 2),
    step('store/deploy/undo', { state: 'requested', startedAt: at(5) }),
  ];
  const ended = operation({ status: 'failed', steps: 3, endedAt: at(10) });
  const rows = (lang: 'en' | 'zh'): readonly string[] =>
    renderOperation(ended, steps, 100, { now: ms(600), turn: 0 }, lang)
      .split('\n')
      .slice(1);
  expect(rows('en')).toEqual([
    ' ? web        deploy: it is not known how it ended',
    ' ✖ cart       deploying failed: no answer',
    ' ? store      deployed 1.0s  ↶ undo: it is not known how it ended',
  ]);
  expect(rows('zh')[0]).toBe(' ? web        部署：不知道结果如何');
});

test('what waits says for what, once a component', () => {
  const steps = [
    ran('web/compile', 0, 2),
    step('web/deploy', { waitingFor: [waits('step', 'order/publish'), waits('step', 'cart/publish'), waits('step', 'order/deploy')] }),
    step('order/deploy', { waitingFor: [waits('barrier', '1', { text: 'waits until everything is built' })] }),
    step('cart/deploy', { waitingFor: [waits('lease', 'cart is held by operation op-0')] }),
    step('stock/deploy', { waitingFor: [waits('bridge', 'sem')] }),
  ];
  expect(renderOperation(operation({ steps: 5, counts: { succeeded: 1, planned: 4 } }), steps, 100, { now: ms(3), turn: 0 }, 'en')).toBe(
    [
      'release shop 2026.11.24-1 → development    1/5 steps   00:03',
      ' ○ web        compiled 2.0s  waits for order, cart',
      ' ○ order      waits until everything is built',
      ' ○ cart       cart is held by operation op-0',
      ' ○ stock      waits for sem',
    ].join('\n'),
  );
});

test('what is under way and does not move says why, in both languages', () => {
  const since = at(2);
  const silent = waits('silence', 'sem', {
    since,
    text: `sem-bridge is silent since ${since}; it was asked at ${since} and has not begun`,
  });
  const asked = waits('cancel', 'ci', { since, text: `cancelled by ann; ci-bridge was asked to end it at ${since} and has not confirmed` });
  const steps = [
    step('web/deploy', { state: 'requested', waitingFor: [silent] }),
    step('cart/compile', { state: 'started', text: 'tsc', waitingFor: [asked] }),
    step('order/deploy/undo', { state: 'requested', waitingFor: [silent] }),
  ];
  const rows = (lang: 'en' | 'zh'): readonly string[] =>
    renderOperation(operation(), steps, 200, { now: ms(60), turn: 0 }, lang)
      .split('\n')
      .slice(1);
  expect(rows('en')).toEqual([
    ' ◐ web        deploying: sem-bridge is silent since 2026-11-24 09:00:02Z; it was asked at 2026-11-24 09:00:02Z and has not begun',
    ' ◐ cart       compiling: cancelled by ann; ci-bridge was asked to end it at 2026-11-24 09:00:02Z and has not confirmed',
    ' ◐ order      ↶ undoing: sem-bridge is silent since 2026-11-24 09:00:02Z; it was asked at 2026-11-24 09:00:02Z and has not begun',
  ]);
  expect(rows('zh')).toEqual([
    ' ◐ web        部署中：sem-bridge 自 2026-11-24 09:00:02Z 起没有回应；已于 2026-11-24 09:00:02Z 交给它，尚未开始',
    ' ◐ cart       编译中：由 ann 取消；已于 2026-11-24 09:00:02Z 要求 ci-bridge 结束它，尚未确认',
    ' ◐ order      ↶ 撤销中：sem-bridge 自 2026-11-24 09:00:02Z 起没有回应；已于 2026-11-24 09:00:02Z 交给它，尚未开始',
  ]);
});

test('a failure and its undo stand in the rows of their components', () => {
  const steps = [
    ...store,
    ran('cart/compile', 0, 2),
    step('cart/deploy', { state: 'failed', startedAt: at(4), endedAt: at(14), reason: 'not ready in 10 s (GET /ready → 503 "no stock")' }),
    ran('money/compile', 0, 1, { unchanged: true }),
    step('web/deploy', { state: 'cancelled' }),
    ran('cart/deploy/undo', 14, 14.4),
    step('store/deploy/undo', { state: 'started', startedAt: at(14.4), text: 'stopping' }),
    step('store/publish/undo'),
  ];
  const undoing = operation({
    status: 'compensating',
    steps: 9,
    counts: { succeeded: 7, failed: 1, cancelled: 1 },
    undoCounts: { succeeded: 1, started: 1, planned: 1 },
  });
  expect(renderOperation(undoing, steps, 120, { now: ms(15), turn: 2 }, 'en')).toBe(
    [
      'release shop 2026.11.24-1 → development    undone 1/3 steps   undoing   00:15',
      ' ◑ store      compiled 2.1s  packaged 0.3s  ready 0.6s  ↶ undoing: stopping',
      ' ✖ cart       compiled 2.0s  deploying failed: not ready in 10 s (GET /ready → 503 "no stock")  ↶ undone 0.4s',
      ' ✔ money      compiled unchanged (same build id)',
      ' ⊘ web',
    ].join('\n'),
  );
});

test('what was undone, will be undone and could not be undone look different', () => {
  const steps = [
    ran('a/deploy', 0, 1),
    ran('b/deploy', 0, 1),
    ran('c/deploy', 0, 1),
    ran('a/deploy/undo', 2, 3),
    ran('a/publish/undo', 1, 2),
    step('b/deploy/undo'),
    step('c/deploy/undo', { state: 'failed', reason: 'the target does not answer' }),
  ];
  expect(
    renderOperation(operation(), steps, 100, { now: ms(5), turn: 0 }, 'en')
      .split('\n')
      .slice(1),
  ).toEqual([
    ' ↶ a          deployed 1.0s  ↶ undone 2.0s',
    ' ↶ b          deployed 1.0s  ↶ will be undone',
    ' ✖ c          deployed 1.0s  ↶ undo failed: the target does not answer',
  ]);
});

test('a step that waits for its retry is not shown as failed, one that was left out not as done', () => {
  const steps = [
    step('web/configure', { state: 'failed', attempt: 1, startedAt: at(1), endedAt: at(2), reason: 'no answer', retryAt: at(7) }),
    step('web/deploy', { waitingFor: [waits('step', 'web/configure')] }),
    step('cart/deploy', { state: 'skipped', reason: 'skipped by ann: not needed' }),
    ran('store/deploy', 0, 1),
    step('store/deploy/undo', { state: 'failed', reason: 'no answer', retryAt: at(6) }),
  ];
  const rows = (lang: 'en' | 'zh'): readonly string[] =>
    renderOperation(operation(), steps, 100, { now: ms(5), turn: 0 }, lang)
      .split('\n')
      .slice(1);
  expect(rows('en')).toEqual([
    ' ↻ web        configuring: no answer; tries again in 2.0s',
    ' ⊘ cart       deploy: skipped by ann: not needed',
    ' ↻ store      deployed 1.0s  ↶ undoing: no answer; tries again in 1.0s',
  ]);
  expect(rows('zh')[0]).toBe(' ↻ web        配置中：no answer；2.0s 后重试');
});

test('before there is a plan the header says how far it is', () => {
  const early = operation({ status: 'planning', version: null });
  expect(renderOperation(early, [], 80, { now: ms(0.4), turn: 0 }, 'en')).toBe('release shop → development    planning   00:00');
  const waiting = operation({ status: 'waiting', steps: 2, waitingFor: waits('lease', 'operation op-0 holds store') });
  expect(renderOperation(waiting, [], 120, { now: ms(61), turn: 0 }, 'en')).toBe(
    'release shop 2026.11.24-1 → development    0/2 steps   waiting: operation op-0 holds store   01:01',
  );
});

test('no line is wider than the terminal', () => {
  const lines = renderOperation(operation({ steps: 30, counts }), [...store, ...web], 30, { now: ms(21), turn: 0 }, 'en').split('\n');
  expect(lines).toEqual(['release shop 2026.11.24-1 → d…', ' ✔ store      compiled 2.1s  …', ' ◐ web        compiled 2.2s  …']);
});

test('a product higher than the terminal shows first what moves', () => {
  const steps = ['a', 'b', 'c', 'd']
    .map((name) => ran(`${name}/compile`, 0, 1))
    .concat(step('e/compile', { state: 'started', startedAt: at(0), text: 'tsc' }));
  const text = renderOperation(operation(), steps, 80, { now: ms(1), turn: 0 }, 'en');
  expect(fitted(text, 6, 'en')).toBe(text);
  expect(fitted(text, 4, 'en').split('\n').slice(1)).toEqual([
    ' ✔ a          compiled 1.0s',
    ' ◐ e          compiling: tsc',
    ' … and 3 more',
  ]);
});
