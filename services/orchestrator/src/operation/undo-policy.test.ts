import { outcomeOf } from './outcome.ts';
import type { OperationInput } from './events.ts';
import { act as actOn, cancel, failed, fields, leased, planning, request, step, succeeded, told, underTest } from './testing.ts';

const hold = { undo: 'hold', noReturn: 'its undo waits for a decision (undo: hold)' } as const;
const keep = { undo: 'keep', noReturn: 'it is not undone (undo: keep), nor is what it needs' } as const;

/** db ← schema ← web, and beside them mail; all but web stand when web fails. */
function failing(changes: Readonly<Record<string, typeof hold | typeof keep>>) {
  const made = (id: string, dependsOn: readonly string[] = []) => step(id, dependsOn, changes[id] ?? {});
  const plan = [
    made('db/deploy'),
    made('db/publish', ['db/deploy']),
    made('schema/deploy', ['db/publish']),
    made('mail/deploy'),
    made('web/deploy', ['schema/deploy']),
  ];
  const test = underTest();
  test.given(request(), ...planning(plan), leased);
  for (const id of ['mail/deploy', 'db/deploy', 'db/publish', 'schema/deploy']) test.given(succeeded(test.operation, id));
  return { ...test, test, fail: () => test.given(failed(test.operation, 'web/deploy', 'done')) };
}

let asked = 0;
const act = (action: Parameters<typeof actOn>[0], on: string | null = null) => actOn(action, on, `undo-${++asked}`);

test('keep: what is kept, and what it stands on, stays and is named; all else is undone', () => {
  const { test, fail } = failing({ 'schema/deploy': keep });
  expect(told(fail()).slice(1)).toEqual(['CompensationStarted', 'StepRequested web/deploy/undo', 'StepRequested mail/deploy/undo']);
  test.given(succeeded(test.operation, 'web/deploy/undo'));
  const events = test.given(succeeded(test.operation, 'mail/deploy/undo'));
  expect(told(events)).toEqual(['StepSucceeded mail/deploy/undo', 'OperationCompensated']);
  expect(fields(events.at(-1), 'kept', 'left')).toEqual([
    ['schema, as its definition says (undo: keep)', 'db, since schema, which needs it, stays'],
    [],
  ]);
  expect(outcomeOf(test.operation).map(({ component, state }) => [component, state])).toEqual([
    ['shop/db', 'running'],
    ['shop/schema', 'running'],
  ]);
});

test('keep of what had no effect keeps nothing', () => {
  const plan = [step('db/deploy'), step('schema/deploy', ['db/deploy'], keep)];
  const test = underTest();
  test.given(request(), ...planning(plan), leased, succeeded(test.operation, 'db/deploy'));
  test.given(succeeded(test.operation, 'db/deploy'));
  test.given(failed(test.operation, 'schema/deploy', 'none'));
  const events = test.given(succeeded(test.operation, 'db/deploy/undo'));
  expect(fields(events.at(-1), 'kept', 'left')).toEqual([[], []]);
});

test('keep of what failed half done stays, uncertain, and is named', () => {
  const test = underTest();
  test.given(request(), ...planning([step('schema/deploy', [], keep)]), leased);
  const events = test.given(failed(test.operation, 'schema/deploy', 'possible'));
  expect(told(events)).toEqual(['StepFailed schema/deploy', 'OperationFailed']);
  expect(fields(events.at(-1), 'kept')).toEqual([['schema, as its definition says (undo: keep)']]);
  expect(outcomeOf(test.operation).map(({ state }) => state)).toEqual(['uncertain']);
});

test('hold: the undo stops there and says what to do; other branches go on; resume undoes it', () => {
  const { test, fail } = failing({ 'db/deploy': hold, 'db/publish': hold });
  fail();
  test.given(succeeded(test.operation, 'web/deploy/undo'));
  const events = test.given(succeeded(test.operation, 'schema/deploy/undo'));
  expect(told(events)).toEqual(['StepSucceeded schema/deploy/undo', 'OperationHeld']);
  expect(fields(events.at(-1), 'by', 'reason', 'steps')).toEqual([
    'undo',
    'db/publish: its undo waits for a decision (undo: hold); resume undoes it, skip keeps it',
    ['db/publish'],
  ]);
  expect(told(test.given(succeeded(test.operation, 'mail/deploy/undo')))).toEqual(['StepSucceeded mail/deploy/undo']);
  expect(told(test.given(act('resume')))).toEqual(['OperationResumed', 'StepRequested db/publish/undo']);
  // What was decided of a component is decided for all of it.
  expect(told(test.given(succeeded(test.operation, 'db/publish/undo')))).toEqual([
    'StepSucceeded db/publish/undo',
    'StepRequested db/deploy/undo',
  ]);
  expect(told(test.given(succeeded(test.operation, 'db/deploy/undo'))).at(-1)).toBe('OperationCompensated');
});

test('hold, skip: it is kept with its addresses, and the ending says who decided', () => {
  const { test, fail } = failing({ 'db/deploy': hold, 'db/publish': hold });
  fail();
  for (const id of ['web/deploy/undo', 'mail/deploy/undo', 'schema/deploy/undo']) test.given(succeeded(test.operation, id));
  const events = test.given(act('skip', 'db/deploy'));
  expect(told(events)).toEqual(['OperationResumed', 'OperationCompensated']);
  expect(fields(events.at(-1), 'kept', 'left')).toEqual([['db, as decided by li'], []]);
});

test('a repair while the undo waits for a decision says again what is open, and decides nothing', () => {
  const { test, fail } = failing({ 'mail/deploy': hold });
  expect(told(fail()).slice(1)).toEqual(['CompensationStarted', 'OperationHeld', 'StepRequested web/deploy/undo']);
  expect(told(test.given(act('repair')))).toEqual(['OperationRepaired', 'CommandsRepeated']);
  expect([...test.operation.awaiting]).toEqual(['mail/deploy']);
  expect(told(test.given(act('resume')))).toEqual(['OperationResumed', 'StepRequested mail/deploy/undo']);
});

test('of several that wait one is decided, and the others are said again', () => {
  const { test, fail } = failing({ 'mail/deploy': hold, 'schema/deploy': hold });
  expect(told(fail()).slice(1)).toEqual(['CompensationStarted', 'OperationHeld', 'StepRequested web/deploy/undo']);
  expect(fields(test.given(succeeded(test.operation, 'web/deploy/undo')).at(-1), 'steps', 'reason')).toEqual([
    ['mail/deploy', 'schema/deploy'],
    'mail/deploy: its undo waits for a decision (undo: hold) (and 1 more wait, too); resume undoes it, skip keeps it',
  ]);
  const reason = (input: OperationInput) => fields(test.given(input)[0], 'reason')[0];
  expect([reason(act('skip')), reason(act('retry', 'web/deploy')), reason(act('cancel')), reason(act('giveUp'))]).toEqual([
    'name the step to keep: mail/deploy, schema/deploy',
    'web/deploy waits for no decision; these do: mail/deploy, schema/deploy',
    'the operation is being undone, and mail/deploy, schema/deploy waits for a decision: resume undoes it, skip keeps it',
    'the operation is being undone, and mail/deploy, schema/deploy waits for a decision: resume undoes it, skip keeps it',
  ]);
  const events = test.given(act('skip', 'schema/deploy'));
  expect([told(events), fields(events.at(-1), 'steps')]).toEqual([['OperationResumed', 'OperationHeld'], [['mail/deploy']]]);
  expect(told(test.given(act('retry')))).toEqual(['OperationResumed', 'StepRequested mail/deploy/undo']);
  const end = test.given(succeeded(test.operation, 'mail/deploy/undo')).at(-1);
  expect(fields(end, 'kept')).toEqual([['schema, as decided by li', 'db, since schema, which needs it, stays']]);
});

test('what waits can be abandoned: it ends, and names what stays', () => {
  const { test, fail } = failing({ 'mail/deploy': hold });
  fail();
  for (const id of ['web/deploy/undo', 'schema/deploy/undo', 'db/publish/undo', 'db/deploy/undo'])
    test.given(succeeded(test.operation, id));
  const events = test.given(act('abandon'));
  expect(told(events)).toEqual(['OperationAbandoned', 'OperationFailed']);
  expect(fields(events.at(-1), 'left')).toEqual([
    [{ step: 'mail/deploy', what: 'mail: stays as mail/deploy left it', command: 'npm run srm -- get log op mail/deploy' }],
  ]);
});

test('a cancel is held and decided in the same way', () => {
  const { test } = failing({ 'schema/deploy': hold });
  test.given(cancel());
  for (const id of ['web/deploy', 'web/deploy/undo', 'mail/deploy/undo']) test.given(succeeded(test.operation, id));
  expect(test.operation.held).toBe('undo');
  const events = test.given(act('skip'));
  expect([told(events).at(-1), fields(events.at(-1), 'kept')]).toEqual([
    'OperationCancelled',
    [['schema, as decided by li', 'db, since schema, which needs it, stays']],
  ]);
});

test('an undo that fails and a keep in one: each names its own', () => {
  const { test, fail } = failing({ 'schema/deploy': keep });
  fail();
  test.given(failed(test.operation, 'mail/deploy/undo', 'possible'));
  const end = test.given(succeeded(test.operation, 'web/deploy/undo')).at(-1);
  expect([end?.type, fields(end, 'kept')[0]]).toEqual([
    'OperationCompensationFailed',
    ['schema, as its definition says (undo: keep)', 'db, since schema, which needs it, stays'],
  ]);
  expect(fields(end, 'left')).toEqual([[{ step: 'mail/deploy', what: 'mail: mail/deploy/undo broke', command: 'npm run srm -- undo op' }]]);
});

test('an undo that may be tried again is, three times in all, each after a longer while that step and attempt give; then it is left', () => {
  const { test, fail } = failing({});
  fail();
  const delays: unknown[] = [];
  for (const attempt of [1, 2, 3]) {
    const event = test.given(failed(test.operation, 'mail/deploy/undo', 'possible', true))[0];
    delays.push(fields(event, 'retryIn')[0]);
    if (attempt === 3) break;
    const again = test.given({ type: 'TimerFired', data: { operation: 'op', timer: `mail/deploy/undo/${attempt}/retry` } });
    expect([told(again), fields(again[0], 'action', 'attempt', 'undoes')]).toEqual([
      ['StepRequested mail/deploy/undo'],
      ['undo', attempt + 1, 'mail/deploy'],
    ]);
  }
  const [first, second, last] = delays.map(Number);
  expect([first, second].map((delay, n) => delay !== undefined && delay >= 1000 * 2 ** n && delay <= 1250 * 2 ** n)).toEqual([true, true]);
  expect([last, delays[2]]).toEqual([0, null]);
  // The other branches went on meanwhile and go on.
  for (const id of ['web/deploy/undo', 'schema/deploy/undo', 'db/publish/undo']) test.given(succeeded(test.operation, id));
  const end = test.given(succeeded(test.operation, 'db/deploy/undo')).at(-1);
  expect([end?.type, fields(end, 'left')]).toEqual([
    'OperationCompensationFailed',
    [[{ step: 'mail/deploy', what: 'mail: mail/deploy/undo broke', command: 'npm run srm -- undo op' }]],
  ]);
});
