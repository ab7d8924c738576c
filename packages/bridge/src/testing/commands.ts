import { jobId } from '@srm/messaging';
import { stepKey, type CancelStep, type Envelope, type RunStep, type UndoStep } from '@srm/schemas';

const operation = '6f1c0a52-7d0e-5b1e-9a3c-2f6f6f0f8a11';
type Changes = Partial<RunStep['data']>;

const attributes = (step: string, id: string) => ({
  id,
  source: '/srm/orchestrator',
  subject: stepKey(operation, step),
  time: '2026-11-24T09:59:59.000Z',
  sequence: null,
  correlationid: operation,
  causationid: 'e1',
  traceparent: null,
});

const bodyOf = (step: string, attempt: number): RunStep['data'] => {
  const [component = '', phase = ''] = step.split('/');
  const environment = phase === 'compile' || phase === 'package' ? null : 'development';
  return {
    operation,
    step,
    job: jobId(operation, step, attempt),
    attempt,
    fence: environment === null ? 0 : 7,
    deadline: 60_000,
    tenant: 'default',
    product: 'shop',
    environment,
    component,
    phase,
    action: phase,
    driver: 'nothing',
    target: null,
    inputs: [{ name: 'image', value: 'sha256:aa' }],
  };
};

export const runStep = (step: string, changes: Changes = {}): Envelope<RunStep> => {
  const data = { ...bodyOf(step, changes.attempt ?? 1), ...changes };
  return { type: 'RunStep', data, ...attributes(step, `run ${step} ${data.attempt}`) };
};

export const undoStep = (undoes: string, changes: Changes & { restorePoint?: string | null } = {}): Envelope<UndoStep> => {
  const step = `${undoes}/undo`;
  const data = { ...bodyOf(step, changes.attempt ?? 1), action: 'undo', undoes, restorePoint: null, ...changes };
  return { type: 'UndoStep', data, ...attributes(step, `undo ${undoes} ${data.attempt}`) };
};

export const cancelStep = (step: string, attempt = 1): Envelope<CancelStep> => {
  const job = jobId(operation, step, attempt);
  const data = { operation, step, job, attempt, fence: 7, reason: 'somebody asked for it' };
  return { type: 'CancelStep', data, ...attributes(step, `cancel ${step} ${attempt}`) };
};
