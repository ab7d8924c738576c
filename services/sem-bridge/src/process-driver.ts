import path from 'node:path';
import type { Driver, Job, JobStatus } from '@srm/bridge';
import { TransientError, type Clock, type Log } from '@srm/messaging';
import { faultOf, fileName, makePlaces, placesOf, type Places } from './address.ts';
import { encode } from './codec.ts';
import { askCancel, createJob, poke, readJob, type JobEnding, type JobFile, type Situation } from './job-file.ts';
import { isOfSystem } from './durable.ts';
import { lastLines, logText } from './log-file.ts';
import { emptyRecord, readRecord } from './record.ts';
import { addressOf, Refused, workOf } from './requested.ts';
import { supervisors } from './supervisor.ts';
import { overtaken } from './words.ts';

export type ProcessOptions = Readonly<{
  /** Where records, versions, volumes are; made if need be. */
  folder: string;
  /** An OCI image layout: blobs/sha256/… */
  dpr: string;
  clock: Clock;
  newId: () => string;
  log: Log;
  /** PATH of what is started. */
  path: string;
  /** Where everything listens. */
  host: '127.0.0.1';
}>;

/** Components as processes of this machine, one supervisor each, which outlives us. All that is asked goes through files (job-file.ts):
 *  made create-only, so that a job and its tombstone cannot both be, whoever is late. */
export function processDriver(options: ProcessOptions): Driver {
  const folder = path.resolve(options.folder);
  const dpr = path.resolve(options.dpr);
  const { clock, host } = options;
  const { ensure, anew } = supervisors({ folder, dpr, host, path: options.path }, clock);
  const placesFor = (job: Job): Places => placesOf(folder, addressOf(job));
  const known = (job: Job): boolean => faultOf(addressOf(job)) === null;

  async function start(job: Job): Promise<Readonly<{ refused: string | null; code?: string; retryable?: boolean }>> {
    const there = known(job) ? await readJob(placesFor(job).jobs, job.id) : null;
    if (there === null) {
      const work = await workOf(job, dpr, host);
      const places = placesFor(job);
      const fence = (await readRecord(places.record))?.fence ?? 0;
      if (job.fence < fence) return { refused: overtaken(job.component, job.fence, fence), code: 'fence', retryable: false };
      await makePlaces(places);
      anew(addressOf(job));
      await createJob(places.jobs, { job: job.id, asked: clock.now(), work, text: '', ended: null });
    }
    if ((await readJob(placesFor(job).jobs, job.id))?.ended === null) await ensure(addressOf(job));
    return { refused: null };
  }

  async function observe(job: Job): Promise<JobStatus> {
    const file = known(job) ? await readJob(placesFor(job).jobs, job.id) : null;
    if (file === null) return { state: 'absent' };
    if (file.ended !== null) return statusOf(file.ended);
    const trouble = await ensure(addressOf(job));
    if (file.text === '' && clock.now() - file.asked > 1000) await poke(placesFor(job).jobs, job.id, clock.now());
    return trouble === null
      ? { state: 'running', done: null, total: null, text: file.text }
      : { state: 'unknown', why: `${job.component}: ${trouble}` };
  }

  async function cancel(job: Job): Promise<boolean> {
    if (!known(job)) return true;
    const { jobs } = placesFor(job);
    await makePlaces(placesFor(job));
    const stone: JobFile = { job: job.id, asked: clock.now(), work: null, text: '', ended: tombstone };
    if (await createJob(jobs, stone)) return true;
    const there = await readJob(jobs, job.id);
    if (there?.ended !== null) return there !== null && there.work === null;
    await askCancel(jobs, job.id);
    await ensure(addressOf(job));
    return false;
  }

  return {
    fencing: 'target',
    timing: { call: 10_000, hold: 0 },
    restorePoint: (job) => reachable(() => restorePoint(job, placesFor(job))),
    start: (job) =>
      reachable(() => start(job)).catch((error: unknown) => {
        if (error instanceof Refused) return { refused: error.message, code: 'refused', retryable: false };
        throw error;
      }),
    observe: (job) => reachable(() => observe(job)),
    cancel: (job) => reachable(() => cancel(job)),
    log: (job, offset) => reachable(() => logText(path.join(placesFor(job).logs, `${fileName(job.id)}.log`), offset)),
    evidence: (job) => reachable(() => evidence(job, placesFor(job))),
  };
}

const tombstone: JobEnding = {
  state: 'cancelled',
  reason: 'cancelled before it was started',
  code: null,
  retryable: false,
  effect: 'none',
  unchanged: false,
  outputs: [],
  evidence: null,
};

function statusOf(ended: JobEnding): JobStatus {
  if (ended.state === 'succeeded') return { state: 'succeeded', outputs: ended.outputs, unchanged: ended.unchanged };
  if (ended.state === 'cancelled') return { state: 'cancelled', reason: ended.reason, effect: ended.effect };
  const { reason, code, retryable, effect } = ended;
  return { state: 'failed', reason, code, retryable, effect };
}

/** Trouble with the disk passes; anything else is a fault. */
async function reachable<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (isOfSystem(error)) throw new TransientError(error.message);
    throw error;
  }
}

async function restorePoint(job: Job, places: Places): Promise<string | null> {
  if (!['deploy', 'start', 'stop', 'destroy'].includes(job.action) || faultOf(addressOf(job)) !== null) return null;
  const record = await readRecord(places.record);
  const { current, wanted, ports, health } = record ?? emptyRecord(addressOf(job));
  const situation: Situation =
    current === null || wanted === 'absent'
      ? { was: 'absent', state: null, version: null, ports: null, healthy: null }
      : { was: 'present', state: wanted, version: current, ports, healthy: health === 'healthy' };
  return encode(situation);
}

async function evidence(job: Job, places: Places): Promise<string | null> {
  const file = await readJob(places.jobs, job.id);
  if (file?.ended?.evidence != null) return file.ended.evidence;
  const lines = await lastLines(path.join(places.logs, `${fileName(job.id)}.log`), 40);
  return lines.length === 0 ? null : JSON.stringify({ lines, exit: null, probes: [] });
}
