import type { Job } from '@srm/bridge';
import { jobId } from '@srm/messaging';

/** A job of the configuration bridge, as a bridge gives it to its driver. */
export const job = (step: string, inputs: Readonly<Record<string, string>> = {}, changes: Partial<Job> = {}): Job => {
  const [component = '', action = ''] = step.split('/');
  const { operation = 'operation-1', attempt = 1 } = changes;
  return {
    id: jobId(operation, step, attempt),
    operation,
    step,
    attempt,
    action: step.endsWith('/undo') ? 'undo' : action,
    tenant: 'default',
    product: 'shop',
    environment: 'development',
    component,
    fence: 1,
    deadline: 60_000,
    driver: 'file',
    target: null,
    inputs: new Map(Object.entries(inputs)),
    undoes: step.endsWith('/undo') ? step.replace(/\/undo$/, '') : null,
    restorePoint: null,
    ...changes,
  };
};
