import type { OperationInput } from './events.ts';
import { act as actOn, cancelled, failed, fields, leased, planning, request, step, succeeded, told, underTest } from './testing.ts';

const chain = [
  step('store/compile'),
  step('store/package', ['store/compile']),
  step('store/deploy', ['store/package']),
  step('web/compile'),
  step('web/package', ['web/compile']),
  step('web/deploy', ['web/package', 'store/deploy']),
  step('mail/compile'),
  step('mail/package', ['mail/compile']),
  step('mail/deploy', ['mail/package', 'store/deploy']),
];

let asked = 0;
const act = (action: Parameters<typeof actOn>[0], on: string | null = null, at: number | null = null): OperationInput =>
  actOn(action, on, `act-${++asked}`, at);

/** A release whose web fails to deploy, where people decide what follows. */
const failing = () => {
  const test = underTest();
  test.given(request({ onFailure: 'hold' }), ...planning(chain));
  for (const id of ['store/compile', 'store/package', 'web/compile', 'web/package', 'mail/compile', 'mail/package'])
    test.given(succeeded(test.operation, id));
  test.given(leased, succeeded(test.operation, 'store/deploy'));
  return test;
};

test('where the policy is to hold, a failure cancels nothing; when all that runs has ended, the operation is held and says what can be done', () => {
  const test = failing();
  expect(told(test.given(failed(test.operation, 'web/deploy', 'possible')))).toEqual(['StepFailed web/deploy']);
  const events = test.given(succeeded(test.operation, 'mail/deploy'));
  expect(told(events)).toEqual(['StepSucceeded mail/deploy', 'OperationHeld']);
  expect(fields(events[1], 'by', 'reason')).toEqual(['failure', 'web/deploy broke; retry, skip the step, or give up']);
});

const held = () => {
  const test = failing();
  test.given(failed(test.operation, 'web/deploy', 'possible'), succeeded(test.operation, 'mail/deploy'));
  return test;
};

test('what the environment says of failures counts where the request says nothing', () => {
  const ends = (asked: 'compensate' | null, environment: 'hold' | 'keep' | null) => {
    const test = underTest();
    test.given(request({ onFailure: asked }), ...planning([step('web/deploy')], { onFailure: environment }), leased);
    return told(test.given(failed(test.operation, 'web/deploy', 'done'))).at(-1);
  };
  expect([ends(null, 'hold'), ends(null, 'keep'), ends('compensate', 'hold'), ends(null, null)]).toEqual([
    'OperationHeld',
    'OperationFailed',
    'StepRequested web/deploy/undo',
    'StepRequested web/deploy/undo',
  ]);
});

test('retry asks for what failed again, keeps what succeeded, and goes on to the end', () => {
  const test = held();
  const events = test.given(act('retry'));
  expect(told(events)).toEqual(['OperationResumed', 'StepRequested web/deploy']);
  expect(fields(events[1], 'attempt', 'fence')).toEqual([2, 7]);
  expect(told(test.given(succeeded(test.operation, 'web/deploy')))).toEqual(['StepSucceeded web/deploy', 'OperationSucceeded']);
});

test('skip goes on without the failed step', () => {
  const test = held();
  expect(told(test.given(act('skip', 'web/deploy')))).toEqual(['StepSkipped web/deploy', 'OperationResumed', 'OperationSucceeded']);
});

test('giving up undoes what had an effect, the failed step too', () => {
  const test = held();
  expect(told(test.given(act('giveUp')))).toEqual([
    'OperationGivenUp',
    'CompensationStarted',
    'StepRequested mail/deploy/undo',
    'StepRequested web/deploy/undo',
  ]);
  test.given(succeeded(test.operation, 'web/deploy/undo'), succeeded(test.operation, 'mail/deploy/undo'));
  expect(told(test.given(succeeded(test.operation, 'store/deploy/undo')))).toEqual([
    'StepSucceeded store/deploy/undo',
    'OperationCompensated',
  ]);
});

test('hold begins nothing new, lets what runs end, and resume goes on', () => {
  const test = underTest();
  test.given(request(), ...planning(chain));
  expect(told(test.given(act('hold')))).toEqual(['OperationHeld']);
  expect(told(test.given(succeeded(test.operation, 'store/compile')))).toEqual(['StepSucceeded store/compile']);
  expect(told(test.given(act('resume')))).toEqual(['OperationResumed', 'StepRequested store/package']);
});

test('a failure while an operator holds is undone only after resume', () => {
  const test = failing();
  test.given(act('hold'), failed(test.operation, 'web/deploy', 'done'), succeeded(test.operation, 'mail/deploy'));
  expect(told(test.given(act('giveUp')))).toEqual([
    'OperationGivenUp',
    'CompensationStarted',
    'StepRequested mail/deploy/undo',
    'StepRequested web/deploy/undo',
  ]);
});

test('abandon ends the operation although a bridge is silent, and names what is open and what stays', () => {
  const test = failing();
  const events = test.given(act('abandon'));
  expect(told(events)).toEqual(['OperationAbandoned', 'OperationFailed']);
  const log = (id: string): string => `npm run srm -- get log op ${id}`;
  expect(fields(events[1], 'reason', 'left')).toEqual([
    'abandoned by li',
    [
      { step: 'store/deploy', what: 'store: stays as store/deploy left it', command: log('store/deploy') },
      { step: 'web/deploy', what: 'web: sem-bridge never said how web/deploy ended; it may still run', command: log('web/deploy') },
      { step: 'mail/deploy', what: 'mail: sem-bridge never said how mail/deploy ended; it may still run', command: log('mail/deploy') },
    ],
  ]);
});

test('a command that does not fit is refused in words, and the second of two is told what won', () => {
  const refusal = (test: ReturnType<typeof held>, input: OperationInput) => fields(test.given(input)[0], 'reason')[0];
  const test = held();
  const at = test.operation.number;
  expect([
    refusal(test, act('resume')),
    refusal(test, act('hold')),
    refusal(test, act('skip', 'mail/deploy')),
    refusal(test, act('abandon')),
  ]).toEqual([
    'a step has failed: retry it, skip it, or give up',
    'the operation is held already',
    'mail/deploy has not failed; failed have: web/deploy',
    'nothing is open that could be abandoned; cancel it, or give up',
  ]);
  test.given(act('giveUp', null, at));
  expect([refusal(test, act('retry', null, at)), refusal(test, act('cancel', null, at))]).toEqual([
    'the operation has failed and is being undone already',
    'the operation has failed and is being undone already',
  ]);
  const running = failing();
  expect([refusal(running, act('retry')), refusal(running, act('giveUp')), refusal(running, act('resume'))]).toEqual([
    'no failed step waits for a decision; an operation waits for one where onFailure is hold',
    'the operation is not held; cancel it instead',
    'the operation is not held',
  ]);
  const cancelling = failing();
  cancelling.given(act('cancel'));
  expect(refusal(cancelling, act('hold'))).toBe('the operation is being cancelled already');
});

test('a command that was judged at an event that is not there yet is refused, and told the last one', () => {
  const refusal = (test: ReturnType<typeof held>, input: OperationInput) => fields(test.given(input)[0], 'reason')[0];
  const test = held();
  const { number } = test.operation;
  const ahead = (last: number): string =>
    `there is no event ${last + 1} yet, the operation's last one is ${last}: look again, and give the number that you see`;
  expect([refusal(test, act('retry', null, number + 1)), refusal(test, act('abandon', null, number + 2))]).toEqual([
    ahead(number),
    ahead(number + 1),
  ]);
  expect(told(test.given(act('retry', null, number + 2)))).toEqual(['OperationResumed', 'StepRequested web/deploy']);
});

test('what goes on as a whole is not resumed by a step', () => {
  const test = underTest();
  test.given(request(), ...planning(chain), act('hold'));
  expect(fields(test.given(act('resume', 'web/deploy'))[0], 'reason')).toEqual([
    'web/deploy waits for no decision, the operation is held as a whole: resume it without a step',
  ]);
});

test('what was cancelled because of a failure is tried again with it', () => {
  const test = failing();
  test.given(act('hold'), failed(test.operation, 'web/deploy', 'none'), cancelled(test.operation, 'mail/deploy'));
  expect(told(test.given(act('retry')))).toEqual(['OperationResumed', 'StepRequested web/deploy', 'StepRequested mail/deploy']);
});

test('what was cancelled because of a failure is tried again once somebody does without what failed', () => {
  const test = underTest();
  test.given(request(), ...planning([step('web/deploy'), step('mail/deploy')]), leased);
  expect(told(test.given(failed(test.operation, 'web/deploy')))).toEqual(['StepFailed web/deploy', 'StepCancelRequested mail/deploy']);
  test.given(act('hold'), cancelled(test.operation, 'mail/deploy'));
  const events = test.given(act('skip', 'web/deploy'));
  expect(told(events)).toEqual(['StepSkipped web/deploy', 'OperationResumed', 'StepRequested mail/deploy']);
});

test('what a skipped deploy was to give skips its publish, in words; its dependents go on with what was published before, or say what they miss', () => {
  const plan = [
    step('store/deploy'),
    step('store/publish', ['store/deploy'], { inputs: [{ name: 'output:url', value: null, step: 'store/deploy', output: 'url' }] }),
    step('web/configure', ['store/publish']),
  ];
  const test = underTest();
  test.given(request({ onFailure: 'hold' }), ...planning(plan), leased, failed(test.operation, 'store/deploy', 'none'));
  test.given(failed(test.operation, 'store/deploy', 'none'));
  const events = test.given(act('skip', 'store/deploy'));
  expect(told(events)).toEqual([
    'StepSkipped store/deploy',
    'OperationResumed',
    'StepSkipped store/publish',
    'StepRequested web/configure',
  ]);
  expect(fields(events[2], 'reason')).toEqual(['store/deploy was skipped, which was to give url']);
  const end = test.given(succeeded(test.operation, 'web/configure')).at(-1);
  expect([end?.type, test.operation.unfinished]).toEqual(['OperationSucceeded', 0]);
});

test('what another component was to be given by a skipped step fails in words', () => {
  const plan = [
    step('money/compile'),
    step('web/compile', ['money/compile'], { inputs: [{ name: 'need:money', value: null, step: 'money/compile', output: 'artifact' }] }),
  ];
  const test = underTest();
  test.given(request({ onFailure: 'hold' }), ...planning(plan));
  test.given(failed(test.operation, 'money/compile'));
  const events = test.given(act('skip'));
  expect(told(events).slice(2)).toEqual(['StepFailed web/compile', 'OperationHeld']);
  expect(fields(events[2], 'reason')).toEqual(['web needs artifact of money/compile, which did not give it']);
});
