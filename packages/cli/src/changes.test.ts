import { changes } from './changes.ts';
import { at, ms, operation, ran, step } from './testing/samples.ts';

const frame = { now: ms(5), turn: 0 };
const open = (id: string) => step(id, { state: 'requested', since: at(4) });

test('a step that its operation left open is told once more when the operation ends', () => {
  const open = [step('a/deploy', { state: 'started', startedAt: at(4) }), step('a/deploy/undo', { state: 'requested' })];
  const ended = { operation: operation({ status: 'failed', endedAt: at(5) }), steps: open };
  expect(changes({ operation: operation(), steps: open }, ended, { now: ms(90), turn: 0 }, 'en')).toEqual([
    '00:05  ? a          deploy: it is not known how it ended',
    '00:05  ? a          undo deploy: it is not known how it ended',
  ]);
});

test('elsewhere than in a terminal every change is a line, quiet phases only when they fail', () => {
  const before = {
    operation: operation({ steps: 6 }),
    steps: [ran('a/compile', 0, 2), open('b/compile'), step('a/configure'), step('c/deploy')],
  };
  const after = {
    operation: operation({ steps: 6 }),
    steps: [ran('a/compile', 0, 2), ran('b/compile', 1, 3.5), ran('a/configure', 2, 3), open('c/deploy')],
  };
  expect(changes(before, after, frame, 'en')).toEqual(['00:05  ✔ b          compiled 2.5s', '00:05  ◐ c          deploying']);
  const failed = { ...after, steps: [...after.steps.slice(0, 2), step('a/configure', { state: 'failed', reason: 'no such key' })] };
  expect(changes(before, failed, frame, 'en').slice(1)).toEqual(['00:05  ✖ a          configuring failed: no such key']);
});

test('that the bridge has taken a step is no line of its own', () => {
  const before = { operation: operation(), steps: [open('a/deploy')] };
  expect(changes(before, { ...before, steps: [step('a/deploy', { state: 'started', startedAt: at(4) })] }, frame, 'en')).toEqual([]);
});

test('an undo begins with its reason and has a line a step', () => {
  const running = { operation: operation({ steps: 2, counts: { succeeded: 1, failed: 1 } }), steps: [ran('a/deploy', 0, 1)] };
  const undoing = {
    operation: operation({
      status: 'compensating',
      steps: 2,
      reason: 'b was not ready',
      counts: { succeeded: 1, failed: 1 },
      undoCounts: { requested: 1 },
    }),
    steps: [ran('a/deploy', 0, 1), open('a/deploy/undo')],
  };
  expect(changes(running, undoing, frame, 'en')).toEqual([
    'release shop 2026.11.24-1 → development    undone 0/1 steps   undoing   00:05: b was not ready',
    '00:05  ◐ a          undoing: deploy',
  ]);
  const undone = { ...undoing, steps: [ran('a/deploy', 0, 1), ran('a/deploy/undo', 4, 5)] };
  expect(changes(undoing, undone, frame, 'zh')).toEqual(['00:05  ↶ a          已撤销：部署']);
});

test('the first picture is told from nothing', () => {
  const first = { operation: operation({ steps: 1, counts: { requested: 1 } }), steps: [open('a/compile')] };
  expect(changes(null, first, frame, 'en')).toEqual([
    'release shop 2026.11.24-1 → development    0/1 steps   00:05',
    '00:05  ◐ a          compiling',
  ]);
});

test('each attempt that fails is a line, and not the end', () => {
  const tried = (attempt: number) => step('a/configure', { state: 'failed', attempt, reason: 'no answer', retryAt: at(7) });
  const first = { operation: operation(), steps: [tried(1)] };
  expect(changes(null, first, frame, 'en').slice(1)).toEqual(['00:05  ↻ a          configuring: no answer; tries again in 2.0s']);
  expect(changes(first, { ...first, steps: [tried(1)] }, frame, 'en')).toEqual([]);
  expect(changes(first, { ...first, steps: [tried(2)] }, frame, 'en')).toHaveLength(1);
});
