import type { Envelope, Message } from '@srm/schemas';
import type { OperationEvent } from './events.ts';
import {
  askedOperation,
  noCounts,
  type Counts,
  type OperationStatus,
  type OperationView,
  type StepState,
  type StepView,
} from './operation-view.ts';
import { plannedStep, projectStep, stateAfter } from './step-project.ts';

/** An operation and those of its steps that an event is about. */
export type View = Readonly<{ operation: OperationView; steps: readonly StepView[] }>;

/** The ids of the steps that an event is about. */
export function stepsOf(event: Envelope<OperationEvent>): readonly string[] {
  if (event.type === 'StepsPlanned') return event.data.steps.map((step) => step.id);
  return 'step' in event.data ? [event.data.step] : [];
}

/** Folds one event. Steps may be ahead of the operation (protocol 23): they are left as they are. */
export function project({ operation, steps }: View, event: Envelope<OperationEvent>): View {
  const number = event.sequence ?? 0;
  const at = (changes: Partial<OperationView>): View => ({
    operation: { ...operation, movedAt: movedTo(operation, event), ...changes, frozen: null, number },
    steps,
  });
  switch (event.type) {
    case 'OperationRequested':
      return { operation: { ...askedOperation(event.data, event.time), number }, steps };
    case 'PlanningStarted':
      return at({ status: still(operation, operation.status === 'held' ? 'held' : 'planning'), planning: 'definitions', waitingFor: null });
    case 'PlanningAdvanced': {
      const { version, release, asked } = event.data;
      const status = still(operation, operation.status === 'waiting' ? 'planning' : operation.status);
      return at({
        status,
        planning: asked,
        waitingFor: null,
        version: version ?? operation.version,
        release: release ?? operation.release,
      });
    }
    case 'StepsPlanned': {
      const known = new Map(steps.map((step) => [step.id, step]));
      return { ...at({}), steps: event.data.steps.map((step, index) => plannedStep(event, index, known.get(step.id))) };
    }
    case 'PlanCompleted': {
      const { planDigest, steps: size, pipeline, version, release } = event.data;
      const remarks = event.data.remarks ?? [];
      const made = { version: version ?? operation.version, release: release ?? operation.release, remarks };
      const onFailure = operation.asked.onFailure ?? event.data.onFailure ?? 'compensate';
      return at({ planDigest, steps: size, pipeline, onFailure, ...made, counts: { ...noCounts, planned: size } });
    }
    case 'OperationWaiting':
      return at({
        status: operation.status === 'held' ? 'held' : still(operation, 'waiting'),
        waitingFor: waiting(event),
      });
    case 'OperationStarted':
      return at({ status: still(operation, 'running'), waitingFor: null, startedAt: operation.startedAt ?? event.time });
    case 'OperationLeased':
      return at({ status: operation.status === 'waiting' ? 'running' : operation.status, waitingFor: null });
    case 'CancelRequested':
      return at({ status: still(operation, 'cancelling'), reason: cancelReason(event.data), cancel: cancelled(event), held: null });
    case 'OperationHeld':
      return at({
        status: event.data.by === 'undo' ? 'held' : still(operation, 'held'),
        reason: event.data.reason,
        held: { by: event.data.by, who: event.data.actor?.name ?? null, since: event.time },
        awaiting: event.data.steps ?? [],
      });
    case 'OperationThawed': {
      const { held } = event.data;
      return at({
        status: still(operation, held === null ? resumedTo(operation) : 'held'),
        reason: held,
        held: held === null ? null : operation.held,
      });
    }
    case 'OperationOverdue':
    case 'OperationOvertaken':
      return at({ status: still(operation, 'cancelling'), waitingFor: null, reason: event.data.reason });
    case 'OperationResumed':
      return at({
        status: operation.awaiting.length > 0 ? 'compensating' : still(operation, resumedTo(operation)),
        reason: null,
        held: null,
        awaiting: [],
      });
    case 'OperationGivenUp':
    case 'OperationAbandoned':
      return at({ status: still(operation, 'cancelling'), reason: operation.reason, cancel: cancelled(event), held: null });
    case 'CompensationStarted':
      return at({ status: 'compensating', waitingFor: null, held: null, reason: event.data.reason });
    case 'ActionRefused':
    case 'OperationRepaired':
    case 'CommandsRepeated':
    case 'ReportRefused':
      return at({});
    case 'StepRequested':
    case 'StepStarted':
    case 'StepRestorable':
    case 'StepProgressed':
    case 'StepCancelRequested':
    case 'StepSucceeded':
    case 'StepFailed':
    case 'StepCancelled':
    case 'StepRetryDue':
    case 'StepSkipped':
      return stepped({ operation, steps }, event, number);
    case 'OperationPlanned':
      return at({ ...ended('planned', event), planDigest: event.data.planDigest });
    case 'OperationRefused':
      return at({ ...ended('refused', event), reason: event.data.reason, errors: event.data.errors, refusal: event.data.status });
    case 'OperationSucceeded':
      return at({ ...outcome('succeeded', event), remarks: [...operation.remarks, ...(event.data.remarks ?? [])] });
    case 'OperationFailed':
      return at(outcome('failed', event));
    case 'OperationCompensated':
      return at(outcome('compensated', event));
    case 'OperationCompensationFailed':
      return at(outcome('compensation-failed', event));
    case 'OperationCancelled':
      return at(outcome('cancelled', event));
  }
}

/** After its ending nothing moves. */
const movedTo = ({ ending, movedAt }: OperationView, { time }: Envelope<OperationEvent>): string => (ending === null ? time : movedAt);

/** What is being undone stays so, whatever else happens meanwhile. */
const still = ({ status }: OperationView, now: OperationStatus): OperationStatus =>
  status === 'compensating' || status === 'cancelling' ? status : now;

/** A hold leaves the wait for the lease as it was. */
const resumedTo = ({ waitingFor, startedAt }: OperationView): OperationStatus => {
  if (waitingFor !== null) return 'waiting';
  return startedAt === null ? 'planning' : 'running';
};

const waiting = ({ data, time }: Envelope<Extract<OperationEvent, { type: 'OperationWaiting' }>>): OperationView['waitingFor'] => ({
  for: data.for,
  what: data.text,
  operations: data.operations,
  since: time,
});

type Cancelling = Extract<OperationEvent, { type: 'CancelRequested' | 'OperationGivenUp' | 'OperationAbandoned' }>;

const cancelled = ({ data, time }: Envelope<Cancelling>): OperationView['cancel'] => ({
  who: data.actor.name,
  reason: data.reason,
  since: time,
});

const ended = (status: OperationStatus, { time, sequence }: Envelope<Message>): Partial<OperationView> => ({
  status,
  endedAt: time,
  ending: sequence,
  waitingFor: null,
  held: null,
  awaiting: [],
});

type Outcome = Extract<OperationEvent, { data: { kept: readonly string[] } }>;

const outcome = (status: OperationStatus, event: Envelope<Outcome>): Partial<OperationView> => ({
  ...ended(status, event),
  reason: event.data.reason === '' ? null : event.data.reason,
  kept: event.data.kept,
  left: event.data.left,
});

const cancelReason = ({ actor, reason }: Extract<OperationEvent, { type: 'CancelRequested' }>['data']): string =>
  `cancelled by ${actor.name}${reason === null ? '' : `: ${reason}`}`;

/** The first step that failed for good says why, as long as nobody says it better. */
const failure = (operation: OperationView, event: Envelope<OperationEvent>): string | null =>
  operation.reason ?? (event.type === 'StepFailed' && event.data.retryIn === null ? event.data.reason : null);

function stepped({ operation, steps }: View, event: Envelope<Extract<OperationEvent, { data: { step: string } }>>, number: number): View {
  const [known] = steps;
  const step = projectStep(known, event);
  const counts = step.undoes === null ? 'counts' : 'undoCounts';
  const moved = move(operation[counts], stateAfter(known, number - 1), stateAfter(step, number));
  const reason = failure(operation, event);
  return { operation: { ...operation, reason, [counts]: moved, movedAt: movedTo(operation, event), frozen: null, number }, steps: [step] };
}

function move(counts: Counts, from: StepState | null, to: StepState | null): Counts {
  if (from === to) return counts;
  const left = from === null ? counts : { ...counts, [from]: counts[from] - 1 };
  return to === null ? left : { ...left, [to]: left[to] + 1 };
}
