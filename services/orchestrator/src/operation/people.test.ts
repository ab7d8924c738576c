import { playing } from '../testing.ts';
import type { OperationInput } from './events.ts';
import { operationDecider } from './index.ts';
import {
  act as actOn,
  cancelled,
  failed,
  fields,
  leased,
  operationId,
  planning,
  request,
  step,
  succeeded,
  told,
  underTest,
} from './testing.ts';

const chain = [step('store/deploy', [], { attempts: 2 }), step('web/deploy', ['store/deploy']), step('mail/deploy', ['store/deploy'])];
const text = 'development is frozen by li since …: fair; lift it with: …';

let asked = 0;
const act = (action: Parameters<typeof actOn>[0], at: number | null = null): OperationInput => actOn(action, null, `act-${++asked}`, at);
const freeze = (number: number, said: string | null, hold = false, behind: readonly string[] = []): OperationInput => ({
  type: 'LeaseFrozen',
  data: { operation: operationId, environment: 'development', number, text: said, hold, behind },
});
const fires = (timer: string): OperationInput => ({ type: 'TimerFired', data: { operation: operationId, timer } });
const refusal = (test: ReturnType<typeof underTest>, input: OperationInput) => fields(test.given(input)[0], 'reason')[0];

const planned = (changes: Parameters<typeof request>[0] = {}) => {
  const test = underTest();
  test.given(request(changes), ...planning(chain));
  return test;
};
const running = (changes: Parameters<typeof request>[0] = {}) => {
  const test = planned(changes);
  test.given(leased);
  return test;
};

test('who waits for a lease says that the environment is frozen; when that is over, for whom it waits besides', () => {
  const test = planned();
  const events = test.given(freeze(5, text, false, ['x']), freeze(5, text, false, ['x']), freeze(7, null, false, ['x']), freeze(5, text));
  expect(events.map((event) => [event.type, ...fields(event, 'for', 'text', 'freeze')])).toEqual([
    ['OperationWaiting', 'freeze', text, 5],
    ['OperationWaiting', 'lease', 'waits for x to free the components it needs', 7],
  ]);
  expect(told(test.given(leased))).toEqual(['OperationLeased', 'StepRequested store/deploy']);
});

test('who waits because of a freeze can be cancelled', () => {
  const test = planned();
  test.given(freeze(5, text));
  expect(told(test.given(act('cancel')))).toEqual(['CancelRequested', 'OperationCancelled']);
});

test('a freeze that holds what runs begins nothing until it is lifted; nobody resumes it before', () => {
  const test = running();
  expect(told(test.given(freeze(5, text, true), succeeded(test.operation, 'store/deploy')))).toEqual([
    'OperationHeld',
    'StepSucceeded store/deploy',
  ]);
  expect(refusal(test, act('resume'))).toBe(text);
  expect(told(test.given(freeze(6, null), freeze(5, text, true)))).toEqual([
    'OperationThawed',
    'StepRequested web/deploy',
    'StepRequested mail/deploy',
  ]);
});

test("an operator's own hold stays when the freeze is lifted", () => {
  const test = running();
  test.given(act('hold'), freeze(5, text, true), succeeded(test.operation, 'store/deploy'));
  const events = test.given(freeze(6, null));
  expect(events.map((event) => [event.type, ...fields(event, 'held')])).toEqual([['OperationThawed', 'held by li']]);
  expect(told(test.given(act('resume')))).toEqual(['OperationResumed', 'StepRequested web/deploy', 'StepRequested mail/deploy']);
});

test('what is being undone is not held by a freeze, and who is held by one can be cancelled', () => {
  const test = running();
  test.given(succeeded(test.operation, 'store/deploy'), failed(test.operation, 'web/deploy'), succeeded(test.operation, 'mail/deploy'));
  expect(told(test.given(freeze(5, text, true)))).toEqual([]);
  const held = running();
  held.given(succeeded(held.operation, 'store/deploy'), freeze(5, text, true));
  expect(told(held.given(act('cancel')))).toEqual(['CancelRequested', 'StepCancelRequested web/deploy', 'StepCancelRequested mail/deploy']);
});

test('a start that is fixed: what is wrong is said at once, all else waits for the time and is planned then', () => {
  const start = playing(operationDecider, `operation/${operationId}`);
  const notBefore = '2026-11-25T02:00:00.000Z';
  const documents = ['Product', 'Environment'].map((kind) => ({ kind, name: 'x', revision: 1, digest: `sha256:${kind}` }));
  const described = (round: number | null): OperationInput => ({
    type: 'DefinitionsDescribed',
    data: { operation: operationId, number: 1, documents, round },
  });
  start.given(request({ notBefore }));
  const waits = start.given(described(null));
  expect(waits).toEqual({
    events: [
      {
        type: 'OperationWaiting',
        data: { operation: operationId, for: 'time', operations: [], text: `starts at ${notBefore}`, freeze: null },
      },
    ],
    said: [{ type: 'SetTimer', data: { operation: operationId, timer: 'start', delay: 18 * 3_600_000 } }],
  });
  expect([start.given(described(null)), start.given(fires('planning'))].flatMap(({ events }) => events)).toEqual([]);
  expect(start.given(fires('start')).said).toEqual([
    {
      type: 'DescribeDefinitions',
      data: { operation: operationId, tenant: 'acme', product: 'shop', environment: 'development', round: 2 },
    },
    { type: 'SetTimer', data: { operation: operationId, timer: 'planning/2', delay: 600_000 } },
  ]);
  expect(
    [start.given(fires('start')), start.given(described(null)), start.given(fires('planning'))].flatMap(({ events }) => events),
  ).toEqual([]);
  expect(start.given(described(2), notBefore).events.map(({ type }) => type)).toEqual(['PlanningAdvanced']);

  const wrong = underTest();
  expect(
    told(
      wrong.given(request({ notBefore }), {
        type: 'DefinitionsDescribed',
        data: { operation: operationId, number: 1, documents: [], round: null },
      }),
    ),
  ).toEqual(['OperationRequested', 'PlanningStarted', 'OperationRefused']);
});

test('a start that is over already is none; a preview does not wait for it', () => {
  expect(planned({ notBefore: '2026-11-24T07:59:59.000Z' }).operation.plan?.planDigest).toBe('sha256:plan');
  expect(planned({ notBefore: '2027-01-01T00:00:00.000Z', preview: true }).operation.ended).toBe('OperationPlanned');
});

test('what was not begun can be cancelled, and held, whether it is asked for, planned, or waits for its time', () => {
  const late = { notBefore: '2027-01-01T00:00:00.000Z' };
  for (const [changes, answers] of [
    [{}, 0],
    [{}, 1],
    [{}, 2],
    [{}, 5],
    [late, 1],
  ] as const) {
    // prettier-ignore
    const test = underTest();
    test.given(request(changes), ...planning(chain).slice(0, answers));
    expect(told(test.given(act('cancel')))).toEqual(['CancelRequested', 'OperationCancelled']);
    expect(refusal(test, act('cancel'))).toBe('the operation has ended already: it was cancelled');
  }
  const test = underTest();
  test.given(request(late), ...planning(chain).slice(0, 1), act('hold'), fires('start'));
  expect(told(test.given({ type: 'DefinitionsDescribed', data: { ...documentsOf(), round: 2 } }, ...planning(chain).slice(1))).at(-1)).toBe(
    'PlanCompleted',
  );
  expect(told(test.given(act('resume')))).toEqual(['OperationResumed', 'OperationStarted', 'OperationWaiting']);
});

const documentsOf = () => {
  const [first] = planning(chain);
  if (first?.type !== 'DefinitionsDescribed') throw new Error('the first answer is that of the definitions');
  return first.data;
};

test('a command that was judged at an older moment is told what has happened since', () => {
  const test = running();
  const at = test.operation.number;
  test.given(act('hold'));
  expect(refusal(test, act('resume', at))).toBe(`the operation has moved on since event ${at}: held by li; look again`);
});

test('a retry whose time comes while the operation is held is made once it goes on', () => {
  const test = running();
  test.given(failed(test.operation, 'store/deploy', 'none', true), act('hold'));
  expect(told(test.given(fires('store/deploy/1/retry'), fires('store/deploy/1/retry')))).toEqual(['StepRetryDue store/deploy']);
  const events = test.given(act('resume'));
  expect([told(events), fields(events[1], 'attempt')]).toEqual([['OperationResumed', 'StepRequested store/deploy'], [2]]);
});

const minute = 60_000;

test('an operation that does not end in its time has failed: what runs is ended, what was done is undone, and that takes as long as it takes', () => {
  const test = running({ deadline: 30 * minute });
  test.given(succeeded(test.operation, 'store/deploy'));
  const timer = `deadline/${test.operation.work.at}`;
  expect(told(test.given(fires(timer)))).toEqual(['OperationOverdue', 'StepCancelRequested web/deploy', 'StepCancelRequested mail/deploy']);
  expect(
    told(test.given(cancelled(test.operation, 'web/deploy', 'possible'), succeeded(test.operation, 'mail/deploy'), fires(timer))),
  ).toEqual([
    'StepCancelled web/deploy',
    'StepSucceeded mail/deploy',
    'CompensationStarted',
    'StepRequested mail/deploy/undo',
    'StepRequested web/deploy/undo',
  ]);
  test.given(succeeded(test.operation, 'web/deploy/undo'), succeeded(test.operation, 'mail/deploy/undo'));
  const [, ending] = test.given(succeeded(test.operation, 'store/deploy/undo'));
  expect([ending?.type, ...fields(ending, 'reason')]).toEqual(['OperationCompensated', 'not ended within 30 min']);
});

test('where people decide, one that did not end in time is held; retry gives it the whole time again', () => {
  const test = running({ deadline: minute, onFailure: 'hold' });
  test.given(fires(`deadline/${test.operation.work.at}`));
  const events = test.given(cancelled(test.operation, 'store/deploy'));
  expect([told(events), fields(events[1], 'reason')]).toEqual([
    ['StepCancelled store/deploy', 'OperationHeld'],
    ['not ended within 1 min; retry, or give up'],
  ]);
  expect(refusal(test, act('skip'))).toBe('no step has failed, its time was over: retry, or give up');
  expect(told(test.given(act('retry')))).toEqual(['OperationResumed', 'StepRequested store/deploy']);
  expect(test.operation.work.spent).toBe(0);
  test.given(...['store/deploy', 'web/deploy', 'mail/deploy'].map((id) => succeeded(test.operation, id)));
});

test('the time of an operation stands while it waits for its components and while it is held', () => {
  const test = playing(operationDecider, `operation/${operationId}`);
  const timers = (input: OperationInput, time: string): readonly unknown[] =>
    test
      .given(input, `2026-11-24T${time}:00.000Z`)
      .said.flatMap(({ type, data }) =>
        type === 'SetTimer' && 'timer' in data && String(data.timer).startsWith('deadline') ? [data] : [],
      );
  for (const input of [request({ deadline: 30 * minute }), ...planning(chain)]) timers(input, '08:00');
  const timer = (number: number, delay: number) => ({ operation: operationId, timer: `deadline/${number}`, delay });
  const at = (): number => test.state.work.at;
  expect(timers(leased, '09:00')).toEqual([timer(at(), 30 * minute)]);
  const first = at();
  expect(timers(act('hold'), '09:10')).toEqual([]);
  expect(timers(fires(`deadline/${first}`), '09:30')).toEqual([]);
  expect(timers(act('resume'), '10:00')).toEqual([timer(at(), 20 * minute)]);
  expect(test.given(fires(`deadline/${first}`)).events).toEqual([]);
  expect(test.given(fires(`deadline/${at()}`)).events.map(({ type }) => type)).toEqual(['OperationOverdue', 'StepCancelRequested']);
});
