import type { Envelope } from '@srm/schemas';
import { act } from './accept-action.ts';
import { acceptFreeze, waitsFor } from './accept-freeze.ts';
import { cancelling } from './cancelling.ts';
import { acceptPlanning } from './accept-planning.ts';
import { acceptReport, duration } from './accept-report.ts';
import type { OperationEvent, OperationInput } from './events.ts';
import { requested, undoRequested } from './request.ts';
import { isGivenUp, isHeld, isOpen, waitsForPeople, type Operation, type Step } from './state.ts';
import { deadlineTimer } from './work.ts';

/** Judges one input of an operation. Late or repeated: nothing. About an operation that nobody asked for: an error. */
export function accept(operation: Operation, input: Envelope<OperationInput>): readonly OperationEvent[] {
  if (input.data.operation !== operation.id)
    throw new Error(`${input.type} is about operation ${input.data.operation}, but lies under the key of ${operation.id}`);
  if (operation.request === null)
    if (input.type === 'RequestOperation') return [{ type: 'OperationRequested', data: input.data }];
    else throw new Error(`${input.type} is about operation ${operation.id}, which nobody asked for`);
  switch (input.type) {
    case 'RequestOperation':
      return []; // the same key again; the door compares the bodies
    case 'ActOnOperation':
      return act(operation, input);
    case 'TimerFired':
      return operation.ended === null ? fired(operation, input.data.timer) : [];
    case 'LeaseGranted':
      return operation.lease === 'asked' && operation.ended === null
        ? [{ type: 'OperationLeased', data: { operation: operation.id, fence: input.data.fence } }]
        : [];
    case 'LeaseQueued':
      return awaitsOthers(operation) && !isSame(operation.behind, input.data.behind) ? [waiting(operation, input.data.behind)] : [];
    case 'LeaseFrozen':
      return acceptFreeze(operation, input);
    case 'LeaseRefused':
      return operation.lease === 'asked' && operation.ended === null && operation.trouble === null
        ? [{ type: 'OperationOvertaken', data: { operation: operation.id, reason: input.data.reason } }]
        : [];
    case 'JobRestorable':
    case 'JobStarted':
    case 'JobProgressed':
    case 'JobSucceeded':
    case 'JobFailed':
    case 'JobCancelled':
      return acceptReport(operation, input);
    default:
      return operation.ended === null ? acceptPlanning(operation, input) : [];
  }
}

/** It has asked for its lease, or, to see what runs, for others to come to rest. */
const awaitsOthers = ({ lease, ended, plan, planning, trouble }: Operation): boolean =>
  ended === null && (lease === 'asked' || (plan === null && planning.asked === 'environment' && trouble === null));

const isSame = (some: readonly string[], others: readonly string[]): boolean => some.join() === others.join();

const waiting = (operation: Operation, operations: readonly string[]): OperationEvent => ({
  type: 'OperationWaiting',
  data: { operation: operation.id, for: 'lease', operations, text: waitsFor(operations), freeze: null },
});

/** Timers: `planning/<round>`, `start`, `deadline/<number>`, `<step>/<attempt>/deadline`, `<step>/<attempt>/retry`. */
function fired(operation: Operation, timer: string): readonly OperationEvent[] {
  // Who waits for others to come to rest waits as long as they take.
  if (timer === planningTimerName(operation))
    return isPlanning(operation) && operation.behind.length === 0 ? [planningOverdue(operation)] : [];
  if (timer === 'start')
    return operation.early && operation.trouble === null ? [{ type: 'PlanningStarted', data: { operation: operation.id } }] : [];
  if (timer === deadlineTimer(operation.work)) return overdue(operation);
  const [, id = '', attempt, sort] = /^(.*)\/(\d+)\/(deadline|retry)$/.exec(timer) ?? [];
  const step = operation.steps.get(id);
  if (step === undefined || step.attempt !== Number(attempt)) return [];
  if (sort === 'retry') return step.state === 'retrying' && !isGivenUp(operation, step) ? retryDue(operation, step) : [];
  if (!isOpen(step) || step.cancel !== null) return [];
  const reason = `not ended after ${duration(step.plan.deadline)}`;
  return [{ type: 'StepCancelRequested', data: cancelling(operation, id, reason, 'deadline') }];
}

const isPlanning = ({ plan, trouble, early }: Operation): boolean => plan === null && trouble === null && !early;

export const planningTimerName = ({ planning }: Operation): string => (planning.rounds > 1 ? `planning/${planning.rounds}` : 'planning');

/** What was held begins nothing, not even what it has begun before. */
function retryDue(operation: Operation, step: Step): readonly OperationEvent[] {
  const { id } = step.plan;
  if (!isHeld(operation)) return [askedAgain(operation, step)];
  if (operation.retryDue.has(id)) return [];
  return [{ type: 'StepRetryDue', data: { operation: operation.id, step: id, attempt: step.attempt } }];
}

/** A failure that ends all that runs anyway needs no second one; builds that go on, and what people are to decide about, do. */
function overdue(operation: Operation): readonly OperationEvent[] {
  const { trouble, work, request, compensating } = operation;
  const goesOn = trouble === null || trouble.by === 'build' || (trouble.by === 'deploy' && waitsForPeople(operation));
  if (work.since === null || compensating || !goesOn) return [];
  return [{ type: 'OperationOverdue', data: { operation: operation.id, reason: `not ended within ${duration(request?.deadline ?? 0)}` } }];
}

/** The same kind of command as the first time: an undo stays an undo. */
export function askedAgain(operation: Operation, step: Step): OperationEvent {
  const undone = step.undoes === null ? undefined : operation.steps.get(step.undoes);
  return undone === undefined ? requested(operation, step) : undoRequested(operation, undone);
}

const planningOverdue = (operation: Operation): OperationEvent => ({
  type: 'OperationRefused',
  data: {
    operation: operation.id,
    status: 503,
    errors: [],
    reason: `planning did not end: no answer about ${operation.planning.asked} came in time; look at the service that gives it, then ask again`,
  },
});
