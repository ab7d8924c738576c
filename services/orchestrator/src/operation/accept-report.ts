import { jobId } from '@srm/messaging';
import type { Envelope } from '@srm/schemas';
import type { JobReport, OperationEvent } from './events.ts';
import { isGivenUp, isOpen, type Operation, type Step } from './state.ts';

/** A bridge's claim about a step: late or repeated, nothing; senseless, ReportRefused. */
export function acceptReport(operation: Operation, report: Envelope<JobReport>): readonly OperationEvent[] {
  const { data } = report;
  const step = operation.steps.get(data.step);
  if (operation.ended !== null) return [];
  if (step === undefined) return refused(operation, report, `this operation has no step ${data.step}`);
  if (data.attempt > step.attempt) return refused(operation, report, `attempt ${data.attempt} of ${data.step} was never asked for`);
  if (data.attempt < step.attempt) return [];
  if (data.job !== jobId(operation.id, data.step, data.attempt))
    return refused(operation, report, `${data.job} is not the job of ${data.step}`);
  if (data.bridge !== step.plan.bridge)
    return refused(operation, report, `${data.step} is for ${step.plan.bridge}, not for ${data.bridge}`);
  if (data.number <= step.report) return [];
  if (!isOpen(step)) return refused(operation, report, `${data.step} has ended already: ${step.state}`);
  return judged(operation, step, report);
}

const refused = (operation: Operation, { type, id }: Envelope<JobReport>, reason: string): readonly OperationEvent[] => [
  { type: 'ReportRefused', data: { operation: operation.id, report: type, id, reason } },
];

function judged(operation: Operation, step: Step, report: Envelope<JobReport>): readonly OperationEvent[] {
  const { type, data } = report;
  const about = { operation: operation.id, step: data.step, attempt: data.attempt, report: data.number };
  const events: OperationEvent[] = [];
  if (data.restorePoint !== null && step.restorePoint === null && step.undoes === null)
    events.push({ type: 'StepRestorable', data: { ...about, restorePoint: data.restorePoint } });
  switch (type) {
    case 'JobRestorable':
      break;
    case 'JobStarted':
      if (step.state === 'requested') events.push({ type: 'StepStarted', data: about });
      break;
    case 'JobProgressed':
      events.push({ type: 'StepProgressed', data: { ...about, done: data.done, total: data.total, text: data.text } });
      break;
    case 'JobSucceeded':
      events.push({ type: 'StepSucceeded', data: { ...about, outputs: data.outputs, unchanged: data.unchanged } });
      break;
    case 'JobFailed': {
      const { reason, code, effect, evidence } = data;
      const retryIn = data.retryable ? delayOf(operation, step) : null;
      events.push({ type: 'StepFailed', data: { ...about, reason, code, effect, retryIn, evidence } });
      break;
    }
    case 'JobCancelled': {
      const { reason, effect, evidence } = data;
      if (step.cancel === 'cancel' || step.cancel === 'failure')
        events.push({ type: 'StepCancelled', data: { ...about, reason, effect, evidence } });
      else
        events.push({
          type: 'StepFailed',
          data: { ...about, reason: overdue(step, reason), code: step.cancel, effect, retryIn: null, evidence },
        });
      break;
    }
  }
  return events;
}

/** Milliseconds until the next attempt, or null when there is none. Doubles; jitter of up to a quarter derives from step and attempt (protocol 28). */
function delayOf(operation: Operation, step: Step): number | null {
  if (step.attempt >= step.plan.attempts || step.cancel !== null || isGivenUp(operation, step)) return null;
  const delay = step.plan.backoff * 2 ** (step.attempt - 1);
  const fraction = parseInt(jobId(operation.id, step.plan.id, step.attempt).slice(0, 4), 16) / 0xffff;
  return Math.round(delay * (1 + fraction / 4));
}

const overdue = (step: Step, reason: string): string =>
  step.cancel === 'deadline'
    ? `${step.plan.component} did not end its ${step.plan.phase} within ${duration(step.plan.deadline)} and was cancelled`
    : reason;

export const duration = (milliseconds: number): string =>
  milliseconds % 60_000 === 0 && milliseconds > 0
    ? `${milliseconds / 60_000} min`
    : milliseconds >= 1000
      ? `${milliseconds / 1000} s`
      : `${milliseconds} ms`;
