import fc from 'fast-check';
import type { Envelope } from '@srm/schemas';
import { folded } from '../advance.ts';
import type { Said } from '../decider.ts';
import type { OperationEvent, OperationInput } from './events.ts';
import { operationDecider } from './index.ts';
import { openCommands } from './open-commands.ts';
import { play, scenarios } from './test-playing.ts';
import { act, cancel, failed, leased, operationId, planning, request, step, succeeded, told, underTest } from './testing.ts';

const endings = /^Operation(Succeeded|Failed|Compensated|CompensationFailed|Cancelled|Refused|Planned)$/;

/** What was said because of each event and is not answered by a later one: judged from the events alone. */
function unanswered(events: readonly Envelope<OperationEvent>[], because: ReadonlyMap<OperationEvent, readonly Said[]>): readonly string[] {
  const open = new Map<string, Said>();
  const forget = (start: string): void => {
    for (const name of open.keys()) if (name.startsWith(start)) open.delete(name);
  };
  for (const event of events) {
    if (event.type === 'PlanningAdvanced') forget('question');
    if (event.type === 'PlanCompleted') ['question', 'timer planning'].forEach(forget);
    if (event.type === 'OperationLeased') forget('lease');
    if (['StepSucceeded', 'StepFailed', 'StepCancelled', 'StepRequested'].includes(event.type) && 'step' in event.data)
      forget(`of ${event.data.step}:`);
    if (endings.test(event.type)) open.clear();
    else for (const said of because.get(event) ?? []) if (nameOf(said) !== null) open.set(nameOf(said) ?? '', said);
  }
  return [...open.values()].map((said) => JSON.stringify(said)).toSorted();
}

/** Null: nobody answers it. */
function nameOf({ message: { type, data } }: Said): string | null {
  if (['OpenManifest', 'ExtendManifest', 'CompleteManifest', 'FreeLease'].includes(type)) return null;
  if (type === 'RequestLease') return 'lease';
  if (type === 'SetTimer' && 'timer' in data) {
    const [, id] = /^(.*)\/\d+\/(?:deadline|retry)$/.exec(String(data.timer)) ?? [];
    return id === undefined ? `timer ${String(data.timer)}` : `of ${id}: timer`;
  }
  return 'step' in data ? `of ${String(data.step)}: ${type}` : 'question';
}

test('after any part of a history the open commands are those that were said and are not answered', () => {
  fc.assert(
    fc.property(scenarios, (scenario) => {
      const { events } = play(scenario);
      let operation = operationDecider.empty(`operation/${operationId}`);
      const because = new Map<OperationEvent, readonly Said[]>();
      const open = events.map((event) => {
        operation = folded(operationDecider, operation, event);
        because.set(event, operationDecider.said(event, operation));
        return openCommands(operation)
          .map((said) => JSON.stringify(said))
          .toSorted();
      });
      events.forEach((_, n) => expect(open[n]).toEqual(unanswered(events.slice(0, n + 1), because)));
    }),
    { numRuns: 100 },
  );
});

const chain = [
  step('store/compile'),
  step('store/package', ['store/compile']),
  step('store/deploy', ['store/package']),
  step('web/compile', [], { attempts: 2 }),
];

/** The types of what is said because of the last event, and of a step its name. */
const repeatedBy = (test: ReturnType<typeof underTest>, ...inputs: readonly OperationInput[]): readonly unknown[] =>
  test
    .given(...inputs)
    .map((event) => [
      told([event])[0],
      ...operationDecider
        .said(event, test.operation)
        .map(({ message: { type, data } }) =>
          'step' in data ? `${type} ${String(data.step)}` : 'timer' in data ? `${type} ${String(data.timer)}` : type,
        ),
    ]);

test('repair says again what runs, what is to end, and what will be tried again', () => {
  const test = underTest();
  test.given(request(), ...planning(chain), failed(test.operation, 'web/compile', 'none', true));
  expect(repeatedBy(test, act('repair'))).toEqual([
    ['OperationRepaired'],
    ['CommandsRepeated', 'RunStep store/compile', 'SetTimer store/compile/1/deadline', 'SetTimer web/compile/1/retry'],
  ]);
  test.given(cancel());
  expect(repeatedBy(test, act('repair', null, 'again'))).toEqual([
    ['OperationRepaired'],
    ['CommandsRepeated', 'RunStep store/compile', 'SetTimer store/compile/1/deadline', 'CancelStep store/compile'],
  ]);
});

test('repair asks again what the plan waits for, and for the lease', () => {
  const test = underTest();
  const [definitions, environment, ...rest] = planning([step('store/deploy')]);
  if (definitions === undefined || environment === undefined) throw new Error('two answers at least');
  test.given(request());
  expect(repeatedBy(test, act('repair', null, 'a'))).toEqual([['OperationRepaired', 'DescribeDefinitions', 'SetTimer planning']]);
  test.given(definitions);
  expect(repeatedBy(test, act('repair', null, 'b'))).toEqual([['OperationRepaired', 'DescribeEnvironment', 'SetTimer planning']]);
  test.given(environment, ...rest);
  expect(repeatedBy(test, act('repair', null, 'c'))).toEqual([['OperationRepaired', 'RequestLease']]);
  test.given(leased);
  expect(repeatedBy(test, act('repair', null, 'd'))).toEqual([
    ['OperationRepaired'],
    ['CommandsRepeated', 'RunStep store/deploy', 'SetTimer store/deploy/1/deadline'],
  ]);
});

test('repair with thousands of open steps goes slice by slice', () => {
  const test = underTest();
  const steps = Array.from({ length: 450 }, (_, n) => step(`c${n}/compile`));
  test.given(request(), ...planning(steps));
  const repeated = test.given(act('repair')).flatMap((event) => (event.type === 'CommandsRepeated' ? [event.data.steps.length] : []));
  expect(repeated).toEqual([200, 200, 50]);
});

test('repair is refused where nothing can have been lost', () => {
  const test = underTest();
  test.given(request({ onFailure: 'hold' }), ...planning([step('web/compile')]), failed(test.operation, 'web/compile'));
  const refused = (requestId: string): readonly unknown[] =>
    test.given(act('repair', null, requestId)).map((event) => ('reason' in event.data ? event.data.reason : null));
  expect(refused('a')).toEqual(['no command is open: nothing can have been lost; it waits for a decision']);
  test.given(act('retry'));
  test.given(succeeded(test.operation, 'web/compile'));
  expect(refused('b')).toEqual(['the operation has ended already: it succeeded']);
});
