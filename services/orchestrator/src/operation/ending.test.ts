import { outcomeOf } from './ending.ts';
import { failed, leased, planning, request, step, succeeded, underTest } from './testing.ts';

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
