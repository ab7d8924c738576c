import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { ArchiveRefused } from '@srm/bridge/archive';
import { ArtifactRefused } from './bpr.ts';
import { compile } from './compile.ts';
import { codeOf, messageOf, removeTree, textOf } from './durable.ts';
import { cancelled, failed, type Ending } from './ending.ts';
import { InputRefused } from './inputs.ts';
import { claim, logFile, requestFile, writeEnding } from './job-folder.ts';
import { jobLog } from './job-log.ts';
import { killMarked } from './kill-tree.ts';
import { holdLock } from './lock.ts';
import { packageImage } from './package-image.ts';
import { parseRequest, type RunRequest } from './request.ts';
import { workFolder, type Running } from './running.ts';

/** Why the work was broken off. */
type Stop = 'cancel' | 'deadline' | 'terminate';

const longestTimer = 2 ** 31 - 1;
const works: ReadonlyMap<string, (running: Running) => Promise<Ending>> = new Map([
  ['compile', compile],
  ['package', packageImage],
]);

function stopped({ component, deadline }: RunRequest, stop: unknown): Ending {
  if (stop === 'cancel') return cancelled(`${component} was cancelled; nothing was published`);
  if (stop === 'deadline')
    return failed(`${component}: it took longer than its deadline of ${Math.round(deadline / 1000)} s and was ended`, 'deadline', false);
  return failed(`${component}: the process that ran it was told to end (the machine may have been shut down)`, 'terminated', true);
}

function broken({ component }: RunRequest, error: unknown): Ending {
  const refused = error instanceof InputRefused || error instanceof ArtifactRefused || error instanceof ArchiveRefused;
  const reason = messageOf(error);
  if (refused) return failed(reason.startsWith(`${component}:`) ? reason : `${component}: ${reason}`, 'refused', false);
  return failed(`${component}: ${reason}`, codeOf(error), true, 'possible');
}

async function work(running: Running): Promise<Ending> {
  const { request, signal } = running;
  const doing = works.get(request.action);
  if (doing === undefined) return failed(`${request.component}: the driver local cannot ${request.action}`, 'refused', false);
  try {
    return await doing(running);
  } catch (error) {
    return signal.aborted ? stopped(request, signal.reason) : broken(request, error);
  }
}

/** Resolves when the job is ended, by this process or by another one that had it before. taken() is called once this one has it. */
export async function runJob(
  jobFolder: string,
  parts: Readonly<{ now: () => number; newId: () => string; taken: () => void }>,
): Promise<void> {
  const request = parseRequest(await textOf(requestFile(jobFolder)));
  process.chdir(jobFolder);
  const stop = new AbortController();
  const stopBy = (why: Stop): void => stop.abort(why);
  let now: Readonly<{ done: number | null; total: number | null; text: string }> = { done: null, total: null, text: 'begins' };
  const lock = `lock-${parts.newId()}`;
  // First the lock, then the claim: a claim whose lock is free belongs to a dead process.
  const server = await holdLock(
    lock,
    () => JSON.stringify(now),
    (line) => line === 'cancel' && stopBy('cancel'),
  );
  if (!(await claim(jobFolder, { lock }))) return void server.close();
  parts.taken();
  process.once('SIGTERM', () => stopBy('terminate'));
  const timer = setTimeout(() => stopBy('deadline'), Math.min(request.deadline, longestTimer));
  const log = jobLog(logFile(jobFolder));
  const place = path.join(workFolder(request.settings.folder), request.job);
  await mkdir(place, { recursive: true });
  const progress: Running['progress'] = (done, total, text) => (now = { done, total, text });
  const ending = await work({ request, place, log, signal: stop.signal, progress, now: parts.now });
  clearTimeout(timer);
  if (ending.state !== 'succeeded') log.write(`${ending.reason}\n`);
  log.close();
  await killMarked(request.job);
  await removeTree(place);
  await writeEnding(jobFolder, ending);
  server.close();
}
