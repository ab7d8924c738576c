import path from 'node:path';
import type { Driver, Job, JobStatus, Started } from '@srm/bridge';
import { TransientError, type Clock, type Log } from '@srm/messaging';
import { ArtifactRefused, folderBpr } from './bpr.ts';
import { built } from './compile.ts';
import { removeTree, textOf, writeDurably } from './durable.ts';
import { cancelled, failed, type Ending } from './ending.ts';
import { compileInputs, InputRefused, packageInputs } from './inputs.ts';
import { claim, claimOf, jobFolderOf, logFile, readEnding, requestFile, troubleFile, writeEnding } from './job-folder.ts';
import { isRecord, isText, parseJson } from './json.ts';
import { killMarked } from './kill-tree.ts';
import { askLock } from './lock.ts';
import { lastLines, logText } from './log-text.ts';
import { requestText, type Settings } from './request.ts';
import { refusedSource } from './roots.ts';
import { bprFolder, workFolder } from './running.ts';
import { makeWorkFolder, spawnRunner } from './spawn-runner.ts';

export type LocalParts = Settings & Readonly<{ clock: Clock; newId: () => string; log: Log }>;

const possibleId = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const untilGone = 5000;

type Site = Settings & Readonly<{ now: () => number }>;

/** What is known of a job without beginning it. */
type Known = Readonly<{ is: 'open' }> | Readonly<{ is: 'ended'; ending: Ending }> | Readonly<{ is: 'refused'; reason: string }>;

async function known(job: Job, { folder, roots, now }: Site): Promise<Known> {
  if (job.action === 'package') packageInputs(job.inputs);
  if (job.action === 'package') return { is: 'open' };
  if (job.action !== 'compile') return { is: 'refused', reason: `the driver local compiles and packages; it cannot ${job.action}` };
  const inputs = compileInputs(job.inputs);
  const there = await folderBpr(bprFolder(folder), now).take(inputs.build);
  if (there !== null && !inputs.force) return { is: 'ended', ending: built(inputs, there, true) };
  const refused = await refusedSource(inputs.source, roots);
  return refused === null ? { is: 'open' } : { is: 'refused', reason: refused };
}

async function look(job: Job, settings: Site): Promise<Known> {
  try {
    return await known(job, settings);
  } catch (error) {
    if (error instanceof InputRefused || error instanceof ArtifactRefused) return { is: 'refused', reason: error.message };
    throw error;
  }
}

function progressOf(says: string): JobStatus {
  const value = parseJson(says);
  const number = (of: unknown): number | null => (typeof of === 'number' ? of : null);
  if (!isRecord(value) || !isText(value['text'])) return { state: 'running', done: null, total: null, text: 'runs' };
  return { state: 'running', done: number(value['done']), total: number(value['total']), text: value['text'] };
}

/** What a runner said when it broke. */
async function troubleOf(jobFolder: string): Promise<string | null> {
  const lines = await lastLines(troubleFile(jobFolder), 40);
  return lines.find((line) => /error/i.test(line))?.slice(0, 300) ?? null;
}

/** The runner died: what it left is cleared away, and its death is written down in its place. */
async function bury(job: Job, jobFolder: string, { folder }: Settings): Promise<Ending> {
  await killMarked(job.id);
  await removeTree(path.join(workFolder(folder), job.id));
  const why = (await troubleOf(jobFolder)) ?? 'it was killed, or the machine went down';
  const ending = failed(
    `${job.component}: the process of this ${job.action} ended before its time (${why})`,
    'runner-died',
    true,
    'possible',
  );
  await writeEnding(jobFolder, ending);
  return ending;
}

const statusOf = (ending: Ending): JobStatus => {
  if (ending.state === 'succeeded') return { state: 'succeeded', outputs: ending.outputs, unchanged: ending.unchanged };
  const { reason, effect } = ending;
  if (ending.state === 'cancelled') return { state: 'cancelled', reason, effect };
  return { state: 'failed', reason, code: ending.code, retryable: ending.retryable, effect };
};

async function begin(job: Job, jobFolder: string, settings: Site, signal: AbortSignal): Promise<Started> {
  if ((await claimOf(jobFolder)) !== null) return { refused: null };
  const what = await look(job, settings);
  if (what.is === 'refused') return { refused: `${job.component}: ${what.reason}`, code: 'refused', retryable: false };
  if (what.is === 'ended') await claim(jobFolder, { ending: what.ending });
  if (what.is === 'ended') return { refused: null };
  await makeWorkFolder(settings.folder, settings.tools);
  await writeDurably(requestFile(jobFolder), requestText(job, settings));
  if (signal.aborted) throw new TransientError('there was no time left to start the build');
  await spawnRunner(jobFolder, settings.path, signal);
  if ((await claimOf(jobFolder)) !== null) return { refused: null };
  throw new TransientError(`the runner of the build ended before it began: ${(await troubleOf(jobFolder)) ?? 'it said nothing'}`);
}

async function observe(job: Job, jobFolder: string, settings: Settings): Promise<JobStatus> {
  const taken = await claimOf(jobFolder);
  if (taken === null) return { state: 'absent' };
  if ('ending' in taken) return statusOf(taken.ending);
  const ending = await readEnding(jobFolder);
  if (ending !== null) return statusOf(ending);
  const lock = await askLock(jobFolder, taken.lock);
  // It may have ended between the two looks.
  return lock.held ? progressOf(lock.says) : statusOf((await readEnding(jobFolder)) ?? (await bury(job, jobFolder, settings)));
}

/** A tombstone where nobody has the job yet; else its runner is told, and waited for a while. */
async function cancel(job: Job, jobFolder: string): Promise<boolean> {
  if (await claim(jobFolder, { ending: cancelled(`${job.component} was cancelled before it began`) })) return true;
  const taken = await claimOf(jobFolder);
  if (taken === null || 'ending' in taken) return taken?.ending.state === 'cancelled';
  if ((await readEnding(jobFolder)) === null) await askLock(jobFolder, taken.lock, 'cancel', untilGone);
  return (await readEnding(jobFolder))?.state === 'cancelled';
}

async function evidence(jobFolder: string): Promise<string | null> {
  if ((await textOf(requestFile(jobFolder))) === null) return null;
  const ending = await readEnding(jobFolder);
  const { command = null, exitCode = null, signal = null } = ending ?? {};
  return JSON.stringify({ command, exitCode, signal, log: await lastLines(logFile(jobFolder), 40) });
}

/** Compiles and packages on this machine, each job in a runner process that outlives this one. */
export function localDriver({ folder, roots, tools, path: searchPath, clock }: LocalParts): Driver {
  const settings: Site = { folder: path.resolve(folder), roots, tools, path: searchPath, now: clock.now };
  // An id that could not be a folder's name never gets one.
  const possible = (job: Job): boolean => possibleId.test(job.id);
  const folderOf = (job: Job): string => jobFolderOf(settings.folder, job.id);
  return {
    fencing: 'target',
    // A runner that comes late finds the job taken, or buried: nothing has to be waited for.
    timing: { call: 5_000, hold: 0 },
    restorePoint: () => Promise.resolve(null),
    start: async (job, signal) =>
      possible(job) ? begin(job, folderOf(job), settings, signal) : { refused: `${JSON.stringify(job.id)} cannot be the id of a job` },
    observe: async (job) => (possible(job) ? observe(job, folderOf(job), settings) : { state: 'absent' }),
    cancel: async (job) => !possible(job) || cancel(job, folderOf(job)),
    log: async (job, offset) => {
      if (!possible(job)) return { text: '', next: offset };
      return logText(logFile(folderOf(job)), offset, (await readEnding(folderOf(job))) !== null);
    },
    evidence: async (job) => (possible(job) ? evidence(folderOf(job)) : null),
  };
}
