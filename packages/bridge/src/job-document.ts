import type { CancelStep, RunStep, UndoStep } from '@srm/schemas';
import type { Effect, Job } from './driver.ts';
import type { Finding } from './report.ts';

export type JobState = 'opened' | 'restorable' | 'starting' | 'started' | 'closed';
export type StartRight = Readonly<{ number: number; holder: string; until: number }>;
export type WrittenReport = Readonly<{
  number: number;
  kind: Finding['kind'];
  effect: Effect | null;
  said: boolean;
  time: string;
  data: object;
}>;

/** Why the job will be closed as failed, written before the target is asked for a tombstone: a crash in between must not lose it. */
export type Verdict = Readonly<{ reason: string; code: string | null; retryable: boolean; effect: Effect }>;

/** One job in the book: one attempt at one step. */
export type JobDocument = Readonly<{
  _id: string;
  operation: string;
  step: string;
  attempt: number;
  action: string;
  fence: number;
  /** As it came; of a job that was cancelled before it was known, the cancel. */
  command: RunStep | UndoStep | CancelStep;
  /** Of the command's envelope, for all reports. */
  cause: Readonly<{ id: string; correlationid: string; traceparent: string | null }>;
  state: JobState;
  /** True until the closing report is said: what a loop has to look at when it starts. */
  open: boolean;
  cancelAsked: boolean;
  cancelReason: string | null;
  restorePoint: string | null;
  startRight: StartRight | null;
  verdict: Verdict | null;
  /** Log text before this offset was said. It may lag behind: offsets make repeats harmless. */
  logOffset: number;
  report: WrittenReport | null;
}>;

/** The job as a driver sees it; null for one of which only the cancel is known. */
export const jobOf = (document: JobDocument, restorePoint: string | null): Job | null => {
  if (document.command.type === 'CancelStep') return null;
  const { type, data } = document.command;
  return {
    id: data.job,
    operation: data.operation,
    step: data.step,
    attempt: data.attempt,
    action: data.action,
    tenant: data.tenant,
    product: data.product,
    environment: data.environment ?? '',
    component: data.component,
    fence: data.fence,
    deadline: data.deadline,
    driver: data.driver,
    target: data.target,
    inputs: new Map(data.inputs.map(({ name, value }) => [name, value])),
    undoes: type === 'UndoStep' ? data.undoes : null,
    restorePoint,
  };
};
