import type { Envelope } from '@srm/schemas';
import { operationKey } from '@srm/schemas';
import { reportId } from '@srm/messaging';
import type { Effect, Output } from './driver.ts';
import type { JobDocument, WrittenReport } from './job-document.ts';

/** What a bridge has to say about a job; the fields that all reports share are added when it is written. */
export type Finding =
  | Readonly<{ kind: 'JobRestorable' }>
  | Readonly<{ kind: 'JobStarted' }>
  | Readonly<{ kind: 'JobProgressed'; done: number | null; total: number | null; text: string }>
  | Ending;

/** Each of these closes the job. */
export type Ending =
  | Readonly<{ kind: 'JobSucceeded'; outputs: readonly Output[]; unchanged: boolean }>
  | Readonly<{ kind: 'JobFailed'; reason: string; code: string | null; retryable: boolean; effect: Effect; evidence: string | null }>
  | Readonly<{ kind: 'JobCancelled'; reason: string; effect: Effect; evidence: string | null }>;

type About = Pick<JobDocument, '_id' | 'operation' | 'step' | 'attempt' | 'fence' | 'report'>;

/** The next report of the job, as the book keeps it: unsaid, complete, its time fixed. */
export const written = (bridge: string, job: About, restorePoint: string | null, finding: Finding, time: string): WrittenReport => {
  const { kind, ...own } = finding;
  const number = (job.report?.number ?? 0) + 1;
  const { operation, step, attempt, fence } = job;
  const data = { operation, step, attempt, job: job._id, number, fence, bridge, restorePoint, ...own };
  return { number, kind, effect: 'effect' in finding ? finding.effect : null, said: false, time, data };
};

/** The report as it is said, the first time and every other: all of it stands in the book (protocol 6, 18). */
export const reportMessage = (bridge: string, job: JobDocument, report: WrittenReport): Envelope => ({
  type: report.kind,
  data: report.data,
  id: reportId(job._id, report.number),
  source: `/srm/${bridge}-bridge`,
  subject: operationKey(job.operation),
  time: report.time,
  sequence: null,
  correlationid: job.cause.correlationid,
  causationid: job.cause.id,
  traceparent: job.cause.traceparent,
});
