import fc from 'fast-check';
import { advance } from '../advance.ts';
import type { Envelope } from '@srm/schemas';
import type { OperationEvent, OperationInput } from './events.ts';
import { operationDecider } from './index.ts';
import type { PlanStep } from './state.ts';
import { cancel, cancelled, envelope, failed, leased, operationId, planning, request, step, succeeded } from './testing.ts';

type Run = Readonly<{
  plan: readonly PlanStep[];
  inputs: readonly Envelope<OperationInput>[];
  events: readonly Envelope<OperationEvent>[];
}>;

/** A product of random components: some are built, each depends on some before it. */
const products = fc
  .array(fc.record({ needs: fc.array(fc.nat({ max: 7 }), { maxLength: 3 }), publishes: fc.boolean() }), { minLength: 1, maxLength: 8 })
  .map((components) =>
    components.flatMap(({ needs, publishes }, n) => {
      const before = [...new Set(needs.filter((other) => other < n))];
      const ups = before.map((other) => (components[other]?.publishes === true ? `c${other}/publish` : `c${other}/deploy`));
      const own = [
        step(`c${n}/compile`),
        step(`c${n}/package`, [`c${n}/compile`]),
        step(`c${n}/deploy`, [`c${n}/package`, ...ups], { attempts: 2 }),
      ];
      return publishes ? [...own, step(`c${n}/publish`, [`c${n}/deploy`])] : own;
    }),
  );

const scenarios = fc.record({
  plan: products,
  pipeline: fc.constantFrom('eager' as const, 'buildFirst' as const),
  onFailure: fc.constantFrom(null, 'keep' as const, 'compensate' as const),
  /** What the bridges do, one number an answer; and which open step answers next. */
  choices: fc.infiniteStream(fc.nat({ max: 99 })),
  cancelAt: fc.option(fc.nat({ max: 40 })),
  failing: fc.nat({ max: 30 }),
});

/** Plays an operation to its end: bridges answer in any order, fail now and then, every input comes twice. */
function play({ plan, pipeline, onFailure, choices, cancelAt, failing }: typeof scenarios extends fc.Arbitrary<infer T> ? T : never): Run {
  const key = `operation/${operationId}`;
  let operation = operationDecider.empty(key);
  const events: Envelope<OperationEvent>[] = [];
  const inputs: Envelope<OperationInput>[] = [];
  const take = (input: OperationInput): void => {
    const message = envelope(input);
    inputs.push(message);
    for (const repeated of [message, message]) {
      let messages: readonly Envelope<OperationInput>[] = [repeated];
      for (;;) {
        const advanced = advance(operationDecider, key, operation, messages, null);
        operation = advanced.state;
        events.push(...advanced.decided.map(({ event }) => event));
        if (advanced.decided.length === 0) break;
        messages = [];
      }
    }
  };
  const pick = (): number => choices.next().value ?? 0;
  for (const input of [request({ onFailure }), ...planning(plan, { pipeline })]) take(input);
  for (let turn = 0; operation.ended === null; turn++) {
    if (turn > 500) throw new Error('it does not end');
    if (turn === cancelAt) take(cancel());
    const waiting = [...operation.open, ...operation.retrying, ...(operation.lease === 'asked' ? ['lease'] : [])];
    const id = waiting[pick() % waiting.length];
    if (id === undefined) throw new Error('nothing is open and it has not ended');
    const known = operation.steps.get(id);
    if (id === 'lease') take(leased);
    else if (operation.retrying.has(id))
      take({ type: 'TimerFired', data: { operation: operationId, timer: `${id}/${known?.attempt}/retry` } });
    else if (known?.cancel !== null && pick() < 80) take(cancelled(operation, id, (['none', 'possible', 'done'] as const)[pick() % 3]));
    else if (pick() < failing) take(failed(operation, id, (['none', 'possible', 'done'] as const)[pick() % 3], pick() < 30));
    else take(succeeded(operation, id));
  }
  return { plan, inputs, events };
}

const law = (name: string, holds: (run: Run) => void): void =>
  test(name, () => {
    fc.assert(
      fc.property(scenarios, (scenario) => holds(play(scenario))),
      { numRuns: 300 },
    );
  });

const at = (events: Run['events'], type: string, id: string): number =>
  events.findIndex((event) => event.type === type && 'step' in event.data && event.data.step === id);
const last = (events: Run['events'], type: string, id: string): number =>
  events.findLastIndex((event) => event.type === type && 'step' in event.data && event.data.step === id);
const endings = new Set([
  'OperationSucceeded',
  'OperationFailed',
  'OperationCompensated',
  'OperationCompensationFailed',
  'OperationCancelled',
]);

/** Worst effect of each step, read from the events alone. */
function effects(events: Run['events']): ReadonlyMap<string, boolean> {
  const touched = new Map<string, boolean>();
  for (const { type, data } of events)
    if (type === 'StepSucceeded') touched.set(data.step, true);
    else if ((type === 'StepFailed' || type === 'StepCancelled') && data.effect !== 'none') touched.set(data.step, true);
  return touched;
}

law('every operation has exactly one ending, and it is the last event', ({ events }) => {
  expect(events.filter(({ type }) => endings.has(type)).length).toBe(1);
  expect(endings.has(events.at(-1)?.type ?? '')).toBe(true);
});

law('events are numbered 1, 2, 3 and their time never goes back', ({ events }) => {
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, n) => n + 1));
  expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).toSorted());
});

law('a step is asked for only after all it depends on has succeeded', ({ plan, events }) => {
  for (const { id, dependsOn } of plan) {
    const asked = at(events, 'StepRequested', id);
    for (const dependency of asked < 0 ? [] : dependsOn)
      expect([dependency, id, at(events, 'StepSucceeded', dependency) < asked && at(events, 'StepSucceeded', dependency) >= 0]).toEqual([
        dependency,
        id,
        true,
      ]);
  }
});

law('an undo covers exactly what had or may have had an effect, each once, none where undo was not wanted', ({ plan, events }) => {
  const compensated = events.some(({ type }) => type === 'CompensationStarted');
  const touched = effects(events);
  const undone = events.flatMap(({ type, data }) =>
    type === 'StepSucceeded' && data.step.endsWith('/undo') ? [data.step.slice(0, -'/undo'.length)] : [],
  );
  expect(new Set(undone).size).toBe(undone.length);
  const due = plan.filter(({ id, undo }) => undo === 'auto' && touched.get(id) === true).map(({ id }) => id);
  const ending = events.at(-1);
  const left = ending !== undefined && 'left' in ending.data ? ending.data.left.map((one) => one.step) : [];
  if (compensated) expect([...undone, ...left].toSorted()).toEqual([...due].toSorted());
  else expect(undone).toEqual([]);
});

law('each undo comes after the undo of those that depend on it, and after every step has closed', ({ plan, events }) => {
  const requested = (id: string): number => at(events, 'StepRequested', `${id}/undo`);
  const dependents = (id: string): readonly string[] =>
    plan.filter(({ dependsOn }) => dependsOn.includes(id)).flatMap((step) => [step.id, ...dependents(step.id)]);
  for (const { id } of plan.filter((step) => requested(step.id) >= 0))
    for (const dependent of dependents(id).filter((other) => requested(other) >= 0))
      expect([
        id,
        dependent,
        last(events, 'StepSucceeded', `${dependent}/undo`) >= 0 && last(events, 'StepSucceeded', `${dependent}/undo`) < requested(id),
      ]).toEqual([id, dependent, true]);
});

law('folding the same events anew gives the same state, from any prefix on', ({ events }) => {
  const key = `operation/${operationId}`;
  const fold = (some: Run['events']) =>
    some.reduce((operation, event) => {
      const after = operationDecider.evolve(operation, event);
      after.number = event.sequence ?? 0;
      after.time = event.time;
      return after;
    }, operationDecider.empty(key));
  const whole = fold(events);
  expect(operationDecider.next(whole)).toEqual([]);
  for (let cut = 1; cut < events.length; cut += 5) {
    const resumed = fold(events.slice(0, cut));
    const rest = events.slice(cut).reduce((operation, event) => {
      const after = operationDecider.evolve(operation, event);
      after.number = event.sequence ?? 0;
      after.time = event.time;
      return after;
    }, resumed);
    expect(rest).toEqual(whole);
  }
});
