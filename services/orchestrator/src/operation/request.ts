import { jobId } from '@srm/messaging';
import type { StepFailed, StepRequested, StepSkipped } from '@srm/schemas';
import { fenceOf, type PlanStep, type Operation, type Step } from './state.ts';

/** Asks for the next attempt of a step, its inputs filled in with what other steps gave. What a skipped step of the same component was to give skips it, too. */
export function requested(operation: Operation, step: Step): StepRequested | StepFailed | StepSkipped {
  const { plan } = step;
  const attempt = step.attempt + 1;
  const inputs: { name: string; value: string }[] = [];
  for (const { name, value, step: giver, output } of plan.inputs) {
    const given = value ?? operation.steps.get(giver ?? '')?.outputs.find((one) => one.name === output)?.value;
    const from = operation.steps.get(giver ?? '');
    if (given === undefined && from?.state === 'skipped' && from.plan.component === plan.component)
      return {
        type: 'StepSkipped',
        data: { operation: operation.id, step: plan.id, reason: `${giver} was skipped, which was to give ${output}` },
      };
    if (given === undefined)
      return unfit(operation, step, 'no-input', `${plan.component} needs ${output} of ${giver}, which did not give it`);
    inputs.push({ name, value: given });
  }
  const size = inputs.reduce((sum, { value }) => sum + Buffer.byteLength(value), 0);
  if (size > mostInputs) return unfit(operation, step, 'inputs-too-large', tooLarge(plan, size));
  return { type: 'StepRequested', data: attemptOf(operation, plan, attempt, { inputs, undoes: null, restorePoint: null }) };
}

type Asked = Pick<StepRequested['data'], 'inputs' | 'undoes' | 'restorePoint'>;
type Place = Pick<PlanStep, 'id' | 'component' | 'phase' | 'action' | 'bridge' | 'driver' | 'target' | 'deadline'>;

/** One attempt of a step, as its bridge is asked for it. */
export function attemptOf(operation: Operation, place: Place, attempt: number, asked: Asked): StepRequested['data'] {
  const { id, component, phase, action, bridge, driver, target, deadline } = place;
  return {
    operation: operation.id,
    step: id,
    job: jobId(operation.id, id, attempt),
    attempt,
    fence: fenceOf(operation, phase),
    deadline,
    component,
    phase,
    action,
    bridge,
    driver,
    target,
    inputs: asked.inputs,
    undoes: asked.undoes,
    restorePoint: asked.restorePoint,
  };
}

/** Bytes: the command, its undo with the restore point, and the event have to fit into a message. */
const mostInputs = 600 * 1024;

const tooLarge = ({ component, phase }: PlanStep, size: number): string =>
  `${component} is handed ${Math.round(size / 1024)} KB for its ${phase}, more than the ${mostInputs / 1024} KB that fit; hand over addresses instead of content`;

const unfit = (operation: Operation, step: Step, code: string, reason: string): StepFailed => failedAs(operation, step, { code, reason });

type Failure = Partial<Pick<StepFailed['data'], 'reason' | 'code' | 'retryIn'>>;

/** A failure that no report tells: of this attempt, without an effect; by default for the reason that the step has. */
export const failedAs = (operation: Operation, { plan, attempt, report, reason }: Step, failure: Failure = {}): StepFailed => ({
  type: 'StepFailed',
  data: {
    operation: operation.id,
    step: plan.id,
    attempt,
    report,
    reason,
    code: null,
    effect: 'none',
    retryIn: null,
    evidence: null,
    ...failure,
  },
});

export const undoIdOf = (id: string): string => `${id}/undo`;

/** An undo is a step like any other; what it undoes, and how, goes by the restore point. */
export function undoRequested(operation: Operation, step: Step): StepRequested {
  const id = undoIdOf(step.plan.id);
  const attempt = (operation.steps.get(id)?.attempt ?? 0) + 1;
  const undone = { inputs: step.inputs, undoes: step.plan.id, restorePoint: step.restorePoint };
  return { type: 'StepRequested', data: attemptOf(operation, { ...step.plan, id, action: 'undo' }, attempt, undone) };
}

/** The plan of an undo step, as it follows from its request. */
export const undoPlan = ({ step, component, phase, bridge, action, driver, target, deadline }: StepRequested['data']): PlanStep => ({
  id: step,
  component,
  phase,
  bridge,
  action,
  driver,
  target,
  deadline,
  dependsOn: [],
  inputs: [],
  undo: 'none',
  noReturn: null,
  attempts: 3,
  backoff: 1000,
});
