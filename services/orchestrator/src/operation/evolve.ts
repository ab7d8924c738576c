import type { Envelope, OperationResumed } from '@srm/schemas';
import { remember } from '../remembered.ts';
import type { OperationEvent, StepEvent } from './events.ts';
import { decidedUndo, startUndoing, undoneStep } from './undoing.ts';
import { undoPlan } from './request.ts';
import { clocked, newWork } from './work.ts';
import { type Effect, isBuild, isGivenUp, isToUndo, type Operation, type PlanStep, type Step, worse } from './state.ts';

/** Folds one event. Uses up the operation it is given: work per event does not grow with the plan. */
export function evolve(operation: Operation, event: Envelope<OperationEvent>): Operation {
  const after = fold(operation, event);
  clocked(after, event);
  return after;
}

function fold(operation: Operation, event: Envelope<OperationEvent>): Operation {
  switch (event.type) {
    case 'OperationRequested':
      operation.request = event.data;
      return operation;
    case 'PlanningStarted':
      operation.planning.asked = 'definitions';
      operation.planning.rounds += 1;
      operation.early = false;
      return operation;
    case 'PlanningAdvanced':
      operation.behind = [];
      Object.assign(operation.planning, event.data);
      return operation;
    case 'StepsPlanned':
      operation.planning.slices += 1;
      operation.planning.planDigest = event.data.planDigest;
      for (const plan of event.data.steps) addStep(operation, newStep(plan, null));
      return operation;
    case 'PlanCompleted':
      operation.plan = event.data;
      turned(operation, event, 'its plan was made');
      return counted(operation);
    case 'OperationStarted':
      operation.started = true;
      return operation;
    case 'OperationWaiting':
      operation.freeze = event.data.freeze ?? operation.freeze;
      if (event.data.for === 'time') operation.early = true;
      else if (operation.plan !== null) operation.lease = 'asked';
      operation.behind = event.data.operations;
      return operation;
    case 'OperationLeased':
      operation.lease = 'held';
      operation.fence = event.data.fence;
      return operation;
    case 'CancelRequested':
      remember(operation.requests, event.data.requestId, event.time);
      turned(operation, event, `${event.data.actor.name} cancelled it`);
      operation.held = null;
      operation.frozen = null;
      operation.trouble = {
        by: 'cancel',
        reason: `cancelled by ${event.data.actor.name}${event.data.reason === null ? '' : `: ${event.data.reason}`}`,
        failed: operation.trouble?.failed ?? [],
      };
      return ending(operation);
    case 'ActionRefused':
      remember(operation.requests, event.data.requestId, event.time);
      return operation;
    case 'OperationHeld':
      if (event.data.requestId !== null) remember(operation.requests, event.data.requestId, event.time);
      turned(operation, event, event.data.reason);
      operation.freeze = event.data.freeze ?? operation.freeze;
      if (event.data.by === 'freeze') {
        operation.frozen = event.data.reason;
        return operation;
      }
      operation.held = event.data.by;
      if (event.data.by === 'undo') operation.untold = 0;
      operation.heldWhy = event.data.reason;
      return operation;
    case 'OperationThawed':
      operation.freeze = event.data.freeze ?? operation.freeze;
      operation.frozen = null;
      turned(operation, event, 'the freeze was lifted');
      return operation;
    case 'OperationOverdue':
      turned(operation, event, event.data.reason);
      operation.work = newWork();
      operation.trouble = {
        by: 'deadline',
        reason: [...(operation.trouble === null ? [] : [operation.trouble.reason]), event.data.reason].join('; '),
        failed: operation.trouble?.failed ?? [],
      };
      return ending(operation);
    case 'OperationOvertaken':
      turned(operation, event, event.data.reason);
      operation.held = null;
      operation.frozen = null;
      operation.trouble = { by: 'overtaken', reason: event.data.reason, failed: [] };
      return ending(operation);
    case 'OperationResumed':
      remember(operation.requests, event.data.requestId, event.time);
      turned(operation, event, `${event.data.actor.name} decided to ${event.data.action}`);
      return operation.compensating ? decided(operation, event.data) : resumed(operation, event.data.steps);
    case 'OperationGivenUp':
      remember(operation.requests, event.data.requestId, event.time);
      turned(operation, event, `${event.data.actor.name} gave it up`);
      operation.givenUp = true;
      operation.held = null;
      operation.frozen = null;
      return ending(operation);
    case 'OperationAbandoned':
      remember(operation.requests, event.data.requestId, event.time);
      turned(operation, event, `${event.data.actor.name} abandoned it`);
      operation.abandoned = `abandoned by ${event.data.actor.name}${event.data.reason === null ? '' : `: ${event.data.reason}`}`;
      return operation;
    case 'OperationRepaired':
      remember(operation.requests, event.data.requestId, event.time);
      operation.toRepeat = new Set([...operation.open, ...operation.retrying]);
      return operation;
    case 'CommandsRepeated':
      for (const id of event.data.steps) operation.toRepeat.delete(id);
      return operation;
    case 'CompensationStarted':
      turned(operation, event, 'its undo was begun');
      operation.compensating = true;
      startUndoing(operation);
      return operation;
    case 'ReportRefused':
      return operation;
    case 'StepRequested':
    case 'StepCancelRequested':
    case 'StepStarted':
    case 'StepRestorable':
    case 'StepProgressed':
    case 'StepSucceeded':
    case 'StepFailed':
    case 'StepCancelled':
    case 'StepRetryDue':
    case 'StepSkipped':
      evolveStep(operation, event);
      return operation;
    case 'OperationSucceeded':
    case 'OperationFailed':
    case 'OperationCompensated':
    case 'OperationCompensationFailed':
    case 'OperationCancelled':
    case 'OperationRefused':
    case 'OperationPlanned':
      operation.ended = event.type;
      return operation;
  }
}

function turned(operation: Operation, { sequence }: Envelope<OperationEvent>, what: string): void {
  operation.turn = sequence ?? 0;
  operation.turned = what;
}

/** A step as it is planned. */
export const newStep = (plan: PlanStep, undoes: string | null): Step => ({
  plan,
  undoes,
  state: 'planned',
  attempt: 0,
  report: 0,
  waitsFor: plan.dependsOn.length,
  standing: 0,
  effect: 'none',
  unchanged: false,
  restorePoint: null,
  inputs: [],
  outputs: [],
  reason: '',
  cancel: null,
  cancelReason: '',
  retryIn: 0,
});

function addStep(operation: Operation, step: Step): void {
  operation.steps.set(step.plan.id, step);
  for (const id of step.plan.dependsOn) {
    const dependents = operation.dependents.get(id);
    if (dependents === undefined) operation.dependents.set(id, [step.plan.id]);
    else dependents.push(step.plan.id);
  }
}

/** The plan counts from here: what depends on nothing is due. */
function counted(operation: Operation): Operation {
  operation.unfinished = operation.steps.size;
  for (const step of operation.steps.values()) {
    if (isBuild(step)) operation.unbuilt += 1;
    if (step.waitsFor === 0) due(operation, step);
  }
  return operation;
}

const due = (operation: Operation, step: Step): unknown => (isBuild(step) ? operation.buildable : operation.deployable).add(step.plan.id);

function evolveStep(operation: Operation, { type, data }: StepEvent): void {
  if (type === 'StepRequested') return begun(operation, data);
  const step = operation.steps.get(data.step);
  if (step === undefined) throw new Error(`${type} of ${data.step}, which is not in the plan`);
  switch (type) {
    case 'StepCancelRequested':
      step.cancel = data.why;
      step.cancelReason = data.reason;
      operation.toEnd.delete(data.step);
      return;
    case 'StepRestorable':
      step.report = data.report;
      step.restorePoint = data.restorePoint;
      return;
    case 'StepStarted':
    case 'StepProgressed':
      step.report = data.report;
      step.state = 'started';
      return;
    case 'StepSucceeded':
      closed(operation, step, data.report, data.unchanged ? 'none' : 'done');
      step.state = 'succeeded';
      step.unchanged = data.unchanged;
      step.outputs = data.outputs;
      return succeeded(operation, step);
    case 'StepFailed':
      closed(operation, step, data.report, data.effect);
      step.reason = data.reason;
      step.state = data.retryIn === null ? 'failed' : 'retrying';
      if (data.retryIn === null) return failed(operation, step);
      step.retryIn = data.retryIn;
      operation.retrying.add(step.plan.id);
      if (touches(step)) operation.touching.add(step.plan.id);
      return;
    case 'StepRetryDue':
      operation.retryDue.add(data.step);
      return;
    case 'StepSkipped':
      step.state = 'skipped';
      step.reason = data.reason;
      return skipped(operation, step);
    case 'StepCancelled':
      closed(operation, step, data.report, data.effect);
      step.reason = data.reason;
      step.state = 'cancelled';
      if (operation.trouble === null) failed(operation, step);
  }
}

function begun(operation: Operation, data: Extract<StepEvent, { type: 'StepRequested' }>['data']): void {
  const id = data.step;
  const step = operation.steps.get(id) ?? newStep(undoPlan(data), data.undoes);
  operation.steps.set(id, step);
  for (const set of [operation.buildable, operation.deployable, operation.retrying, operation.retryDue]) set.delete(id);
  operation.undoable.delete(data.undoes ?? '');
  operation.open.add(id);
  if (touches(step)) operation.touching.add(id);
  Object.assign(step, { state: 'requested', attempt: data.attempt, report: 0, cancel: null, inputs: data.inputs });
}

function closed(operation: Operation, step: Step, report: number, effect: Effect): void {
  const { id } = step.plan;
  const { open, retrying, retryDue, buildable, deployable, toEnd, touching } = operation;
  for (const set of [open, retrying, retryDue, buildable, deployable, toEnd, touching]) set.delete(id);
  step.report = report;
  const before = isToUndo(step);
  step.effect = worse(step.effect, effect);
  if (!before && isToUndo(step)) operation.toUndo += 1;
}

const touches = (step: Step): boolean => step.undoes === null && !isBuild(step);

/** The trouble is new, or another one: what it ends of all that is under way is found once. */
function ending(operation: Operation): Operation {
  operation.toEnd.clear();
  for (const id of [...operation.open, ...operation.retrying]) {
    const step = operation.steps.get(id);
    if (step !== undefined && step.cancel === null && isGivenUp(operation, step)) operation.toEnd.add(id);
  }
  return operation;
}

function succeeded(operation: Operation, step: Step): void {
  if (step.undoes === null) return finished(operation, step);
  operation.undone.push(step.undoes);
  undoneStep(operation, step.undoes);
}

/** A failed step that somebody decided to do without, or what would have come of it: its dependents go on as if it had succeeded. */
function skipped(operation: Operation, step: Step): void {
  const { trouble } = operation;
  for (const set of [operation.buildable, operation.deployable]) set.delete(step.plan.id);
  if (trouble !== null) trouble.failed = trouble.failed.filter((id) => id !== step.plan.id);
  if (isBuild(step)) operation.incomplete = true;
  finished(operation, step);
}

function decided(operation: Operation, { action, steps, actor, reason }: OperationResumed['data']): Operation {
  operation.held = null;
  decidedUndo(operation, steps, action === 'skip' ? 'keep' : 'undo', `${actor.name}${reason === null ? '' : `: ${reason}`}`);
  return operation;
}

/** It goes on: what failed or was cancelled is due again, its restore point and its effect as they were. */
function resumed(operation: Operation, steps: readonly string[]): Operation {
  operation.held = null;
  if (operation.trouble?.failed.every((id) => steps.includes(id)) === true) operation.trouble = null;
  ending(operation);
  for (const id of steps) {
    const step = operation.steps.get(id);
    if (step === undefined) continue;
    step.state = 'planned';
    due(operation, step);
  }
  return operation;
}

function finished(operation: Operation, step: Step): void {
  operation.unfinished -= 1;
  if (isBuild(step)) operation.unbuilt -= 1;
  for (const id of operation.dependents.get(step.plan.id) ?? []) {
    const dependent = operation.steps.get(id);
    if (dependent === undefined) continue;
    dependent.waitsFor -= 1;
    if (dependent.waitsFor === 0) due(operation, dependent);
  }
}

/** The first failure decides the course; later ones are shown with it. A failed undo only stops those it stands on. */
function failed(operation: Operation, step: Step): void {
  if (step.undoes !== null) return;
  const by = isBuild(step) ? 'build' : 'deploy';
  if (operation.trouble !== null) {
    operation.trouble.failed.push(step.plan.id);
    return;
  }
  operation.trouble = { by, reason: step.reason, failed: [step.plan.id] };
  ending(operation);
}
