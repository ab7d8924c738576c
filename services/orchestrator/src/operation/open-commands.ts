import type { CommandsRepeated, OperationRepaired } from '@srm/schemas';
import type { Said } from '../decider.ts';
import { cancelling } from './cancelling.ts';
import type { OperationEvent } from './events.ts';
import { attemptOf, failedAs } from './request.ts';
import { deadlineSet, planningTimer, said } from './said.ts';
import { isOpen, type Operation, type Step } from './state.ts';

/** Every command and question of an operation that is not answered, as it was said the first time, the delays of timers whole (protocol 11). */
export const openCommands = (operation: Operation): readonly Said[] =>
  operation.request === null || operation.ended !== null
    ? []
    : [...openQuestions(operation), ...openOf(operation, [...operation.open, ...operation.retrying])];

type Repeat = OperationRepaired | CommandsRepeated;
export const isRepeat = (event: OperationEvent): event is OperationEvent & Repeat =>
  event.type === 'OperationRepaired' || event.type === 'CommandsRepeated';

/** The questions are said with the repair, the commands of steps slice by slice after it. */
export const repeated = (event: Repeat, operation: Operation): readonly Said[] =>
  event.type === 'OperationRepaired' ? openQuestions(operation) : openOf(operation, event.data.steps);

const slice = { steps: 200, weight: 256 * 1024 };

/** The next steps whose commands are said again: as many as fit into one decision (protocol 8). */
export function commandsRepeated(operation: Operation): CommandsRepeated {
  const steps: string[] = [];
  let weight = 0;
  for (const id of operation.toRepeat) {
    weight += (operation.steps.get(id)?.inputs ?? []).reduce((sum, { value }) => sum + value.length, 1000);
    if (steps.length === slice.steps || (weight > slice.weight && steps.length > 0)) break;
    steps.push(id);
  }
  return { type: 'CommandsRepeated', data: { operation: operation.id, steps } };
}

const openOf = (operation: Operation, ids: readonly string[]): readonly Said[] =>
  ids.flatMap((id) => {
    const step = operation.steps.get(id);
    return step === undefined ? [] : unanswered(operation, step).flatMap((event) => said(event, operation));
  });

/** The events whose commands about this step are open. */
function unanswered(operation: Operation, step: Step): readonly OperationEvent[] {
  const { id } = step.plan;
  if (step.state === 'retrying') return [failedAs(operation, step, { retryIn: step.retryIn })];
  if (!isOpen(step)) return [];
  const asked = askedFor(operation, step);
  if (step.cancel === null) return [asked];
  return [asked, { type: 'StepCancelRequested', data: cancelling(operation, id, step.cancelReason, step.cancel) }];
}

function askedFor(operation: Operation, step: Step): OperationEvent {
  const { plan, attempt, inputs, undoes } = step;
  const restorePoint = undoes === null ? null : (operation.steps.get(undoes)?.restorePoint ?? null);
  return { type: 'StepRequested', data: attemptOf(operation, plan, attempt, { inputs, undoes, restorePoint }) };
}

function openQuestions(operation: Operation): readonly Said[] {
  const { id, planning, plan, lease, early } = operation;
  const { asked } = planning;
  if (plan !== null)
    return lease === 'asked' ? said({ type: 'OperationWaiting', data: waiting(operation, 'lease') }, operation) : deadlineSet(operation);
  if (early) return said({ type: 'OperationWaiting', data: waiting(operation, 'time') }, operation);
  if (asked === 'nobody') return [];
  if (asked === 'definitions') return said({ type: 'PlanningStarted', data: { operation: id } }, operation);
  return [...said({ type: 'PlanningAdvanced', data: { ...planning, operation: id, asked } }, operation), planningTimer(operation)];
}

const waiting = ({ id }: Operation, what: 'lease' | 'time') => ({ operation: id, for: what, operations: [], text: '', freeze: null });
