import { sentence } from '@srm/messaging';
import { longestLate, type Carried } from './carrying.ts';
import type { Driver, Job, JobStatus } from './driver.ts';
import type { Verdict } from './job-document.ts';
import { sayLog } from './logs.ts';
import type { Ending } from './report.ts';
import { begin } from './start.ts';

type Ended = Extract<JobStatus, { state: 'succeeded' | 'failed' | 'cancelled' }>;
type Running = Extract<JobStatus, { state: 'running' }>;

const largestOutputs = 256 * 1024;
const largestEvidence = 64 * 1024;
const betweenProgress = 1000;

/** Looks what became of the start, and says it (protocol 13). True: read the book again at once; false: after a rest. */
export async function follow(carried: Carried): Promise<boolean> {
  const { way, found, driver, job } = carried;
  const number = found.startRight?.number ?? 0;
  // First the time, then the look (protocol 17).
  const ripe = way.ripe(number, longestLate(carried));
  const tombstone = found.cancelAsked && found.verdict === null && (await driver.cancel(job));
  const status = await driver.observe(job);
  switch (status.state) {
    case 'unknown':
      return false;
    case 'running':
      return running(carried, status);
    case 'absent':
      return found.verdict === null ? absent(carried, number, ripe, tombstone) : judged(carried, number, found.verdict);
    default:
      return ended(carried, number, status);
  }
}

async function running(carried: Carried, status: Running): Promise<boolean> {
  const { c, way, found } = carried;
  if (!way.seen && found.state === 'starting') {
    way.seen = true;
    return false;
  }
  await sayLog(carried);
  if (found.state === 'starting') {
    way.progress = { text: '', at: c.clock.now() };
    return c.book.started(found, way.logOffset);
  }
  const { done, total, text } = status;
  const print = JSON.stringify([done, total, text]);
  const tooSoon = Math.abs(c.clock.now() - way.progress.at) < betweenProgress;
  if (tooSoon || print === way.progress.text || print === '[null,null,""]') return false;
  way.progress = { text: print, at: c.clock.now() };
  return c.book.progressed(found, { kind: 'JobProgressed', done, total, text }, way.logOffset);
}

async function absent(carried: Carried, number: number, ripe: boolean, tombstone: boolean): Promise<boolean> {
  const { c, way, found, job } = carried;
  const known = found.state === 'started' || way.seen;
  if (found.cancelAsked) {
    if (!ripe && !tombstone) return false;
    const reason = found.cancelReason ?? 'cancelled';
    return c.book.close(found, { number }, { kind: 'JobCancelled', reason, effect: known ? 'possible' : 'none', evidence: null });
  }
  if (!ripe) return false;
  if (known) {
    const reason = `the ${job.driver} driver no longer knows this job, which was seen running; what it has done is not certain`;
    return c.book.judge(found, number, { reason, code: 'vanished', retryable: true, effect: 'possible' });
  }
  if (way.trouble !== null) return c.book.judge(found, number, troubled(job, way.trouble));
  return begin(carried);
}

const troubled = (job: Job, trouble: string): Verdict => ({
  reason: `the ${job.driver} driver failed: ${trouble}`,
  code: 'driver',
  retryable: false,
  effect: 'none',
});

/** Refused, or gone, and the book says why: first a tombstone where the target keeps one, then a second look, then the end. */
async function judged(carried: Carried, number: number, verdict: Verdict): Promise<boolean> {
  const { driver, job } = carried;
  await driver.cancel(job);
  const status = await driver.observe(job);
  if (status.state === 'absent' || status.state === 'cancelled') return closeJudged(carried, number, verdict);
  return status.state === 'succeeded' || status.state === 'failed' ? ended(carried, number, status) : false;
}

const closeJudged = ({ c, found }: Carried, number: number, verdict: Verdict): Promise<boolean> =>
  c.book.close(found, { number }, { kind: 'JobFailed', ...verdict, evidence: null });

async function ended(carried: Carried, number: number, status: Ended): Promise<boolean> {
  const { c, way, found } = carried;
  // A tombstone looks like this: the job was closed by its verdict, or would have been.
  if (status.state === 'cancelled' && status.effect === 'none' && found.verdict !== null) {
    return closeJudged(carried, number, found.verdict);
  }
  const closed = await c.book.close(found, 'end', await endingOf(carried, status));
  if (closed) way.called = false;
  return closed;
}

async function endingOf({ c, found, driver, job }: Carried, status: Ended): Promise<Ending> {
  if (status.state === 'succeeded') {
    const { outputs, unchanged } = status;
    const size = Buffer.byteLength(JSON.stringify(outputs));
    if (size <= largestOutputs) return { kind: 'JobSucceeded', outputs, unchanged };
    const reason = `the outputs are ${size} bytes; at most ${largestOutputs} are allowed: hand larger ones over by their digest`;
    return { kind: 'JobFailed', reason, code: 'outputs-too-large', retryable: false, effect: 'done', evidence: null };
  }
  const evidence = await evidenceOf(driver, job).catch((error: unknown) => {
    c.log.warn({ error, job: job.id }, 'the evidence could not be had');
    return JSON.stringify({ missing: `the evidence could not be had: ${sentence(error)}` });
  });
  if (status.state === 'cancelled') {
    const reason = status.reason || (found.cancelReason ?? 'cancelled by the system that ran it');
    return { kind: 'JobCancelled', reason, effect: status.effect, evidence };
  }
  const { reason, code, retryable, effect } = status;
  return { kind: 'JobFailed', reason, code, retryable, effect, evidence };
}

async function evidenceOf(driver: Driver, job: Job): Promise<string | null> {
  const evidence = await driver.evidence(job);
  if (evidence === null) return null;
  const size = Buffer.byteLength(evidence);
  return size <= largestEvidence
    ? evidence
    : JSON.stringify({ missing: `the evidence is ${size} bytes; at most ${largestEvidence} are kept` });
}
