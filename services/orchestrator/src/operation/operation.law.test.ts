import fc from 'fast-check';
import { operationDecider } from './index.ts';
import { play, scenarios, type Run } from './test-playing.ts';
import { operationId } from './testing.ts';

const law = (name: string, holds: (run: Run) => void): void =>
  test(name, () => {
    fc.assert(
      fc.property(scenarios, (scenario) => holds(play(scenario))),
      { numRuns: 100 },
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

/** What stays by its definition or by a decision, and all that it stands on; from the events alone. */
function kept(plan: Run['plan'], events: Run['events'], touched: ReadonlyMap<string, boolean>): ReadonlySet<string> {
  const compensated = events.findIndex(({ type }) => type === 'CompensationStarted');
  const skipped = events
    .slice(Math.max(0, compensated))
    .flatMap(({ type, data }) => (type === 'OperationResumed' && data.action === 'skip' ? data.steps : []))
    .map((id) => id.split('/')[0]);
  const stays = new Set<string>();
  for (const { id, undo, component, dependsOn } of plan.toReversed())
    if (stays.has(id) || (touched.get(id) === true && (undo === 'keep' || (undo === 'hold' && skipped.includes(component)))))
      for (const one of [id, ...dependsOn]) stays.add(one);
  return stays;
}

law('every operation has exactly one ending, and it is the last event', ({ events }) => {
  expect(events.filter(({ type }) => endings.has(type)).length).toBe(1);
  expect(endings.has(events.at(-1)?.type ?? '')).toBe(true);
});

law('events are numbered 1, 2, 3 and their time never goes back', ({ events }) => {
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, n) => n + 1));
  expect(events.map(({ time }) => time)).toEqual(events.map(({ time }) => time).toSorted());
});

law('a step is asked for only after all it depends on has succeeded, or somebody skipped it', ({ plan, events }) => {
  const finished = (id: string): number => Math.max(at(events, 'StepSucceeded', id), at(events, 'StepSkipped', id));
  for (const { id, dependsOn } of plan) {
    const asked = at(events, 'StepRequested', id);
    const early = asked < 0 ? [] : dependsOn.filter((dependency) => finished(dependency) < 0 || finished(dependency) > asked);
    expect([id, early]).toEqual([id, []]);
  }
});

law('an undo covers exactly what had or may have had an effect, each once, none where undo was not wanted', ({ plan, events }) => {
  const compensated = events.some(({ type }) => type === 'CompensationStarted');
  const touched = effects(events);
  const undone = events.flatMap(({ type, data }) =>
    type === 'StepSucceeded' && data.step.endsWith('/undo') ? [data.step.slice(0, -'/undo'.length)] : [],
  );
  expect(new Set(undone).size).toBe(undone.length);
  const stays = kept(plan, events, touched);
  const due = plan.filter(({ id, undo }) => undo !== 'none' && touched.get(id) === true && !stays.has(id)).map(({ id }) => id);
  const ending = events.at(-1);
  const left = ending !== undefined && 'left' in ending.data ? ending.data.left.map((one) => one.step) : [];
  if (compensated) expect([...undone, ...left].toSorted()).toEqual([...due].toSorted());
  else expect(undone).toEqual([]);
});

law('what is kept, and all it stands on, is never undone', ({ plan, events }) => {
  for (const id of kept(plan, events, effects(events))) expect([id, at(events, 'StepRequested', `${id}/undo`)]).toEqual([id, -1]);
});

law('what waits for a decision is undone only after somebody decided so', ({ plan, events }) => {
  for (const { id, component } of plan.filter(({ undo }) => undo === 'hold')) {
    const undone = at(events, 'StepRequested', `${id}/undo`);
    const decided = events.findIndex(
      ({ type, data }) =>
        type === 'OperationResumed' && data.action !== 'skip' && data.steps.some((one) => one.startsWith(`${component}/`)),
    );
    expect([id, undone < 0 || (decided >= 0 && decided < undone)]).toEqual([id, true]);
  }
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
