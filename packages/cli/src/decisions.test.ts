import { changes } from './changes.ts';
import { decisionsOf } from './decisions.ts';
import { at, ms, operation, ran, step } from './testing/samples.ts';

const failed = step('cart/deploy', { state: 'failed', startedAt: at(4), endedAt: at(14), reason: 'cart was not ready' });
const held = operation({ status: 'held', steps: 3, reason: 'cart was not ready; retry, skip the step, or give up' });
const frame = { now: ms(20), turn: 0 };

test('what a failure holds says why, and the commands that decide, to be copied', () => {
  expect(decisionsOf(held, [ran('store/deploy', 0, 1), failed], 120, 'en')).toEqual([
    ' ◷ held: cart was not ready; retry, skip the step, or give up',
    '   npm run srm -- retry op-1              tries cart/deploy again',
    '   npm run srm -- skip op-1 cart/deploy   goes on without cart/deploy',
    '   npm run srm -- give-up op-1            undoes what was done',
  ]);
});

test('what an operator holds can be resumed or given up; the same in Chinese', () => {
  const byAnn = operation({ status: 'held', reason: 'held by ann: lunch' });
  expect(decisionsOf(byAnn, [ran('store/deploy', 0, 1), step('web/deploy')], 120, 'zh')).toEqual([
    ' ◷ 由 ann 暂停：lunch',
    '   npm run srm -- resume op-1    继续执行',
    '   npm run srm -- give-up op-1   撤销已做的',
  ]);
});

test('an undo that waits for a decision is undone by resume, kept by skip, left by abandon', () => {
  const waits = operation({ status: 'held', reason: 'db waits', awaiting: ['db/publish'] });
  expect(decisionsOf(waits, [failed, ran('db/publish', 0, 1)], 120, 'en')).toEqual([
    ' ◷ held: db waits',
    '   npm run srm -- resume op-1            undoes db/publish',
    '   npm run srm -- skip op-1 db/publish   keeps what db/publish did, and what it needs',
    '   npm run srm -- abandon op-1           ends, and leaves db/publish as it is',
  ]);
});

test('who holds it is said once', () => {
  const [why] = decisionsOf(operation({ status: 'held', reason: 'held by ann: lunch' }), [], 120, 'en');
  expect(why).toBe(' ◷ held by ann: lunch');
});

test('a step that will be tried again by itself is nothing to decide', () => {
  const again = step('cart/configure', { state: 'failed', retryAt: at(22) });
  expect(decisionsOf(operation(), [again], 120, 'en')).toEqual([]);
  expect(decisionsOf(operation({ status: 'held', reason: 'held by ann' }), [again], 120, 'en')[1]).toMatch(/ resume op-1 /);
});

test('where a bridge is silent after the time of its step, abandoning is offered', () => {
  const late = step('cart/deploy', { state: 'started', cancel: { why: 'deadline', reason: 'not ended after 5 min', since: at(2) } });
  const again = step('web/deploy', { state: 'started', attempt: 2, reason: 'web was not ready' });
  expect(decisionsOf(operation({ status: 'cancelling' }), [late, again], 120, 'en')).toEqual([
    '   npm run srm -- abandon op-1   ends; cart/deploy is told to stop, nobody waits whether it does',
  ]);
  expect(decisionsOf(operation({ status: 'failed' }), [late], 120, 'en')).toEqual([]);
});

test('a command is never cut: its explanation is left out instead', () => {
  expect(decisionsOf(held, [failed], 50, 'en').slice(1)).toEqual([
    '   npm run srm -- retry op-1',
    '   npm run srm -- skip op-1 cart/deploy',
    '   npm run srm -- give-up op-1',
  ]);
});

test('elsewhere than in a terminal the commands are lines, said again only when they are others', () => {
  const running = { operation: operation({ steps: 3 }), steps: [failed] };
  const now = { operation: held, steps: [failed] };
  expect(changes(running, now, frame, 'en')).toEqual([
    'release shop 2026.11.24-1 → development    0/3 steps   held   00:20',
    ...decisionsOf(held, [failed], Infinity, 'en'),
  ]);
  expect(changes(now, { ...now }, frame, 'en')).toEqual([]);
  expect(changes(now, { operation: operation({ steps: 3 }), steps: [failed] }, frame, 'en')).toEqual([
    'release shop 2026.11.24-1 → development    0/3 steps   00:20',
  ]);
});

test('what a freeze holds can be given up, and says how the freeze is lifted; what was not in time is tried again', () => {
  const reason =
    'production is frozen by li since 2026-11-24T08:00:00.000Z: fair; lift it with: npm run srm -- unfreeze default/production';
  const frozen = operation({ status: 'held', reason, held: { by: 'freeze', who: null, since: at(1) } });
  expect(decisionsOf(frozen, [step('web/deploy')], 120, 'en').slice(1)).toEqual(['   npm run srm -- give-up op-1   undoes what was done']);
  const late = operation({ status: 'held', reason: 'not ended within 30 min', held: { by: 'failure', who: null, since: at(1) } });
  expect(decisionsOf(late, [step('web/deploy', { state: 'cancelled' })], 120, 'en').slice(1)).toEqual([
    '   npm run srm -- retry op-1     tries web/deploy again',
    '   npm run srm -- give-up op-1   undoes what was done',
  ]);
});
