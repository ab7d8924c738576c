import type { Envelope } from '@srm/schemas';
import { act } from './accept-action.ts';
import { cancelling } from './cancelling.ts';
import { acceptPlanning } from './accept-planning.ts';
import { acceptReport, duration } from './accept-report.ts';
import type { OperationEvent, OperationInput } from './events.ts';
import { requested, undoRequested } from './request.ts';
import { isGivenUp, isOpen, type Operation, type Step } from './state.ts';

/** Judges one input of an operation. Late or repeated: nothing. About an operation that nobody asked for: an error. */
export function accept(operation: Operation, input: Envelope<OperationInput>): readonly OperationEvent[] {
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
    case 'LeaseRefused':
      return [];
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
  data: { operation: operation.id, for: 'lease', operations, text: `waits for ${operations.join(', ')} to free the components it needs` },
});

/** Timers: `planning`, `<step>/<attempt>/deadline`, `<step>/<attempt>/retry`. */
function fired(operation: Operation, timer: string): readonly OperationEvent[] {
  // Who waits for others to come to rest waits as long as they take.
  if (timer === 'planning')
    return operation.plan === null && operation.trouble === null && operation.behind.length === 0 ? [planningOverdue(operation)] : [];
  const [, id = '', attempt, sort] = /^(.*)\/(\d+)\/(deadline|retry)$/.exec(timer) ?? [];
  const step = operation.steps.get(id);
  if (step === undefined || step.attempt !== Number(attempt)) return [];
  if (sort === 'retry') return step.state === 'retrying' && !isGivenUp(operation, step) ? [askedAgain(operation, step)] : [];
  if (!isOpen(step) || step.cancel !== null) return [];
  const reason = `not ended after ${duration(step.plan.deadline)}`;
  return [{ type: 'StepCancelRequested', data: cancelling(operation, id, reason, 'deadline') }];
}

/** The same kind of command as the first time: an undo stays an undo. */
function askedAgain(operation: Operation, step: Step): OperationEvent {
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
