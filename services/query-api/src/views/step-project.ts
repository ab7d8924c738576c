import type { Envelope, StepsPlanned } from '@srm/schemas';
import type { OperationEvent } from './events.ts';
import type { StepState, StepView } from './operation-view.ts';

type StepEvent = Extract<OperationEvent, { data: { step: string } }>;
type Effect = 'none' | 'possible' | 'done';

const weight = { none: 0, possible: 1, done: 2 };

/** The effect of a step is the worst of its attempts (protocol 14). */
const worst = (a: Effect | null, b: Effect): Effect => (a !== null && weight[a] > weight[b] ? a : b);

/** The state a step had after this event. */
export const stateAfter = (step: StepView | undefined, number: number): StepState | null =>
  step?.states.findLast((one) => one.number <= number)?.state ?? null;

/** A step that is in no plan is an undo; the orchestrator gives each so many. */
const undoAttempts = 3;

const blank = (operation: string, id: string): StepView => ({
  _id: `${operation}/${id}`,
  operation,
  id,
  component: '',
  phase: '',
  bridge: '',
  action: '',
  state: 'planned',
  attempt: 0,
  attempts: undoAttempts,
  since: '',
  startedAt: null,
  endedAt: null,
  done: null,
  total: null,
  text: null,
  dependsOn: [],
  reason: null,
  code: null,
  effect: null,
  retryAt: null,
  deadlineAt: null,
  heardAt: null,
  cancel: null,
  undo: 'none',
  noReturn: null,
  undoes: null,
  was: null,
  outputs: [],
  unchanged: false,
  evidence: null,
  place: 0,
  states: [],
  number: 0,
});

export function plannedStep(event: Envelope<StepsPlanned>, index: number, known: StepView | undefined): StepView {
  const { operation, steps } = event.data;
  const step = steps[index];
  const number = event.sequence ?? 0;
  if (step === undefined) throw new Error(`slice ${event.data.slice} of the plan has no step ${index}`);
  if (known !== undefined && known.number >= number) return known;
  return {
    ...blank(operation, step.id),
    component: step.component,
    phase: step.phase,
    bridge: step.bridge,
    action: step.action,
    dependsOn: step.dependsOn,
    undo: step.undo,
    attempts: step.attempts,
    noReturn: step.noReturn,
    since: event.time,
    place: number * 1000 + index,
    states: [{ number, state: 'planned' }],
    number,
  };
}

/** One event about one step. What is folded already changes nothing. */
export function projectStep(known: StepView | undefined, event: Envelope<StepEvent>): StepView {
  const number = event.sequence ?? 0;
  const { time, data } = event;
  const step = known ?? { ...blank(data.operation, data.step), place: number * 1000 };
  if (step.number >= number) return step;
  const changed = { ...step, ...changes(step, event), number };
  if (changed.state === step.state && known !== undefined && event.type !== 'StepRequested') return changed;
  return { ...changed, since: time, states: [...step.states, { number, state: changed.state }] };
}

const later = (time: string, milliseconds: number): string => new Date(Date.parse(time) + milliseconds).toISOString();

/** Why nothing was done, of an unchanged step. */
const sameOf = ({ phase, undoes }: StepView): string | null => (undoes === null ? (same.get(phase) ?? null) : 'it was as before already');

const same: ReadonlyMap<string, string> = new Map([
  ['compile', 'the build id is the same'],
  ['package', 'the image is the same'],
  ['deploy', 'image, spec, parameters and configuration are the same'],
  ['start', 'it was started already'],
  ['stop', 'it was stopped already'],
  ['scale', 'so many run already'],
  ['destroy', 'it was not there any more'],
]);

/** Restore points are the bridge's own; some say `{"was":"absent"}`. */
function foundIn(restorePoint: string): StepView['was'] {
  try {
    const point: unknown = JSON.parse(restorePoint);
    const was = typeof point === 'object' && point !== null && 'was' in point ? point.was : null;
    return was === 'absent' || was === 'present' ? was : null;
  } catch {
    return null;
  }
}

function changes(step: StepView, event: Envelope<StepEvent>): Partial<StepView> {
  const { time } = event;
  switch (event.type) {
    case 'StepRequested': {
      const { component, phase, action, bridge, undoes, attempt, deadline } = event.data;
      const deadlineAt = later(time, deadline);
      const fresh = { startedAt: time, endedAt: null, done: null, total: null, text: null, retryAt: null, cancel: null, deadlineAt };
      return { state: 'requested', component, phase, action, bridge, undoes, attempt, ...fresh };
    }
    case 'StepStarted':
      return { state: 'started', startedAt: time, attempt: event.data.attempt, heardAt: time };
    case 'StepRestorable':
      return { heardAt: time, was: foundIn(event.data.restorePoint) };
    case 'StepRetryDue':
      return {};
    case 'StepCancelRequested': {
      const { reason, why } = event.data;
      return { reason, cancel: { why, reason, since: time } };
    }
    case 'StepProgressed':
      return {
        state: 'started',
        heardAt: time,
        startedAt: step.state === 'started' ? step.startedAt : time,
        done: event.data.done,
        total: event.data.total,
        text: event.data.text,
      };
    case 'StepSucceeded': {
      const { outputs, unchanged } = event.data;
      const effect = worst(step.effect, unchanged ? 'none' : 'done');
      return {
        state: 'succeeded',
        endedAt: time,
        heardAt: time,
        outputs,
        unchanged,
        reason: unchanged ? sameOf(step) : null,
        code: null,
        effect,
      };
    }
    case 'StepFailed': {
      const { reason, code, retryIn, evidence } = event.data;
      const retryAt = retryIn === null ? null : later(time, retryIn);
      // The orchestrator alone gives up what waits to be tried again: then nobody was heard.
      const heardAt = step.state === 'failed' ? step.heardAt : time;
      return { state: 'failed', endedAt: time, heardAt, reason, code, retryAt, evidence, effect: worst(step.effect, event.data.effect) };
    }
    case 'StepCancelled': {
      const { reason, evidence } = event.data;
      const heardAt = step.state === 'planned' ? null : time;
      return { state: 'cancelled', endedAt: time, heardAt, reason, evidence, retryAt: null, effect: worst(step.effect, event.data.effect) };
    }
    case 'StepSkipped':
      return { state: 'skipped', endedAt: time, reason: event.data.reason, retryAt: null };
  }
}
