import { jobId } from '@srm/messaging';
import { fenceOf, type Operation } from './state.ts';

/** What a bridge is told that is to end a job. */
export function cancelling(operation: Operation, id: string, reason: string, why: 'deadline' | 'cancel' | 'failure') {
  const step = operation.steps.get(id);
  if (step === undefined) throw new Error(`no step ${id}`);
  const job = jobId(operation.id, step.plan.id, step.attempt);
  return {
    operation: operation.id,
    step: id,
    job,
    attempt: step.attempt,
    fence: fenceOf(operation, step.plan.phase),
    reason,
    why,
    bridge: step.plan.bridge,
  };
}
