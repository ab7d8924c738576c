import { cancelling } from './cancelling.ts';
import { endingOf, plannedEnding } from './ending.ts';
import type { OperationEvent } from './events.ts';
import { askedAgain } from './accept.ts';
import { failedAs, requested, undoRequested } from './request.ts';
import { commandsRepeated } from './open-commands.ts';
import { isGivenUp, isHeld, isOpen, undoes, waitsForPeople, type Operation, type Step } from './state.ts';

const atOnce = 200;

/** What is due, from the state alone. After its own events are folded nothing is. */
export function next(operation: Operation): readonly OperationEvent[] {
  const { id, request, plan, trouble } = operation;
  if (request === null || operation.ended !== null) return [];
  if (operation.toRepeat.size > 0) return [commandsRepeated(operation)];
  if (operation.planning.asked === 'nobody') return [{ type: 'PlanningStarted', data: { operation: id } }];
  if (plan === null) return trouble === null ? [] : [endingOf(operation)];
  if (operation.abandoned !== null) return [endingOf(operation)];
  if (request.preview) return [plannedEnding(operation)];
  const begin: readonly OperationEvent[] = operation.started ? [] : [{ type: 'OperationStarted', data: { operation: id } }];
  if (isHeld(operation)) return [];
  const due = [...retries(operation), ...(trouble === null ? [...begin, ...working(operation)] : troubled(operation))].slice(0, atOnce);
  if (due.length > 0) return due;
  const idle = operation.open.size === 0 && operation.retrying.size === 0;
  if (operation.awaiting.size > 0) return [];
  if (idle && waitsForPeople(operation)) return [heldByFailure(operation)];
  return idle && (trouble !== null || operation.unfinished === 0) ? [endingOf(operation)] : [];
}

/** Retries whose time came while the operation was held. */
const retries = (operation: Operation): readonly OperationEvent[] =>
  [...stepsOf(operation, operation.retryDue)].filter((step) => !isGivenUp(operation, step)).map((step) => askedAgain(operation, step));

/** All goes well: builds as they can; then, when the barrier and the lease let them, the rest. */
function working(operation: Operation): readonly OperationEvent[] {
  const due = requests(operation, operation.buildable);
  const mayTouch = operation.plan?.pipeline === 'eager' || operation.unbuilt === 0;
  if (!mayTouch || operation.deployable.size === 0) return due;
  if (operation.lease === 'none' && (operation.plan?.lease.length ?? 0) > 0) return [...due, leaseAsked(operation)];
  return operation.lease === 'asked' ? due : [...due, ...requests(operation, operation.deployable)];
}

const heldByFailure = (operation: Operation): OperationEvent => ({
  type: 'OperationHeld',
  data: {
    operation: operation.id,
    by: 'failure',
    reason: `${operation.trouble?.reason}; ${operation.trouble?.failed.length === 0 ? 'retry' : 'retry, skip the step'}, or give up`,
    bodyDigest: null,
    freeze: null,
    requestId: null,
    actor: null,
    steps: null,
  },
});

const mostTold = 100;

/** The undo has come to what it does not undo by itself. What does not wait goes on meanwhile. */
function heldByUndo({ id, awaiting, steps }: Operation): OperationEvent {
  const waiting = [...awaiting].slice(0, mostTold);
  const [why] = waiting.map((step) => steps.get(step)?.plan.noReturn ?? '');
  const more = awaiting.size === 1 ? '' : ` (and ${awaiting.size - 1} more wait, too)`;
  const reason = `${waiting[0]}: ${why}${more}; resume undoes it, skip keeps it`;
  return {
    type: 'OperationHeld',
    data: { operation: id, by: 'undo', reason, requestId: null, actor: null, steps: waiting, freeze: null, bodyDigest: null },
  };
}

const leaseAsked = (operation: Operation): OperationEvent => ({
  type: 'OperationWaiting',
  data: {
    operation: operation.id,
    for: 'lease',
    operations: [],
    text: `asks for the components in ${operation.request?.environment}`,
    freeze: null,
  },
});

/** Something failed, or somebody cancelled: give up, cancel, and undo once nothing touches the environment any more. */
function troubled(operation: Operation): readonly OperationEvent[] {
  const due: OperationEvent[] = [];
  for (const step of stepsOf(operation, operation.toEnd))
    due.push(isOpen(step) ? { type: 'StepCancelRequested', data: cancelled(operation, step) } : failedAs(operation, step));
  if (operation.trouble?.by === 'build') due.push(...requests(operation, operation.buildable));
  if (operation.untold > 0) due.push(heldByUndo(operation));
  if (operation.compensating) for (const step of stepsOf(operation, operation.undoable)) due.push(undoRequested(operation, step));
  else if (due.length === 0 && !waitsForPeople(operation) && undoes(operation) && isCalm(operation) && hasToUndo(operation))
    due.push(compensation(operation));
  return due;
}

const cancelled = (operation: Operation, step: Step) =>
  operation.trouble?.by === 'cancel'
    ? cancelling(operation, step.plan.id, operation.trouble.reason, 'cancel')
    : cancelling(
        operation,
        step.plan.id,
        operation.trouble?.by === 'deadline' || operation.trouble?.by === 'overtaken'
          ? operation.trouble.reason
          : `${operation.trouble?.failed[0]} failed`,
        'failure',
      );

/** No step that touches the environment is open or will be tried again; builds may go on where one of them failed. */
const isCalm = ({ touching, open, retrying, trouble }: Operation): boolean =>
  touching.size === 0 && (trouble?.by === 'build' || open.size + retrying.size === 0);

const hasToUndo = (operation: Operation): boolean => operation.lease === 'held' && operation.toUndo > 0;

const compensation = (operation: Operation): OperationEvent => ({
  type: 'CompensationStarted',
  data: { operation: operation.id, reason: operation.trouble?.reason ?? '', failed: operation.trouble?.failed ?? [] },
});

function requests(operation: Operation, ids: ReadonlySet<string>): readonly OperationEvent[] {
  const due: OperationEvent[] = [];
  for (const step of stepsOf(operation, ids)) {
    if (due.length === atOnce) break;
    if (!isOpen(step)) due.push(requested(operation, step));
  }
  return due;
}

function* stepsOf(operation: Operation, ids: ReadonlySet<string>): Iterable<Step> {
  for (const id of ids) {
    const step = operation.steps.get(id);
    if (step !== undefined) yield step;
  }
}
