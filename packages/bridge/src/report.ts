import type { Envelope } from '@srm/schemas';
import { operationKey } from '@srm/schemas';
import { reportId } from '@srm/messaging';
import { bounded, instead, largestRestorePoint, whyNot } from './bounds.ts';
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

/** The next report of the job, as the book keeps it: unsaid, complete, its time fixed. What is written can be said (protocol 9):
 *  an end that is too large for a message becomes a short failure. */
export const written = (bridge: string, job: About, restorePoint: string | null, finding: Finding, time: string): WrittenReport => {
  const report = complete(bridge, job, restorePoint, bounded(finding), time);
  const why = whyNot({ type: report.kind, data: report.data });
  if (why === null || !isEnding(finding)) return report;
  const kept = restorePoint !== null && Buffer.byteLength(restorePoint) > largestRestorePoint ? null : restorePoint;
  return complete(bridge, job, kept, instead(finding, why), time);
};

const isEnding = (finding: Finding): finding is Ending =>
  finding.kind === 'JobSucceeded' || finding.kind === 'JobFailed' || finding.kind === 'JobCancelled';

const complete = (bridge: string, job: About, restorePoint: string | null, finding: Finding, time: string): WrittenReport => {
  const { kind, ...own } = finding;
  const number = (job.report?.number ?? 0) + 1;
  const { operation, step, attempt, fence } = job;
  const data = { operation, step, attempt, job: job._id, number, fence, bridge, restorePoint, ...own };
  return { number, kind, effect: 'effect' in finding ? finding.effect : null, said: false, time, data };
};

/** The report as it is said, the first time and every other: all of it stands in the book (protocol 6, 18). */
export const reportMessage = (bridge: string, job: Pick<JobDocument, '_id' | 'operation' | 'cause'>, report: WrittenReport): Envelope => ({
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
