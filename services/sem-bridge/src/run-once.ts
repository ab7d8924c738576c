import { stat } from 'node:fs/promises';
import { fileName } from './address.ts';
import { cancelled, failed, succeeded, type Ended } from './ending.ts';
import { giveUp } from './give-up.ts';
import { begin } from './install.ts';
import type { Ending, Living } from './process.ts';
import { found } from './run.ts';
import { settle } from './settle.ts';
import { logOf, type Stage } from './stage.ts';
import type { Task } from './task.ts';
import type { Version } from './version.ts';
import { lastLines } from './log-file.ts';
import { endedWords } from './words.ts';

/** What a supervisor before us had begun: null when it certainly never started the process. */
async function begunBefore(stage: Stage, job: string): Promise<{ living: Living | null } | null> {
  const { next } = stage.record();
  if (next?.job !== job) return null;
  // The log is made right before the process is started.
  const logged = (await stat(logOf(stage, fileName(job))).catch(() => null)) !== null;
  return logged || next.run.pid !== null ? { living: await found(stage, next.run) } : null;
}

/** Runs a job to its end, once: whether one ran is not guessed. Null: the supervisor is ending. */
export async function runOnce(stage: Stage, version: Version, task: Task): Promise<Ended | null> {
  const before = await begunBefore(stage, task.job);
  if (before !== null && before.living === null) return unwatched(stage, task);
  const begun = before ?? (await begin(stage, version, task));
  if (begun === null || 'state' in begun) return begun;
  const { living } = begun;
  if (living === null) return unwatched(stage, task);
  task.say('running');
  const interrupted = AbortSignal.any([task.cancel, task.leave]);
  const stop = (): void => void living.stop();
  if (interrupted.aborted) stop();
  else interrupted.addEventListener('abort', stop, { once: true });
  const ending = await living.ended;
  interrupted.removeEventListener('abort', stop);
  await living.stop();
  return ended(stage, version, ending, task);
}

const unwatched = (stage: Stage, task: Task): Promise<Ended | null> =>
  judged(stage, { code: null, signal: null, after: 0, fault: null }, task);

async function ended(stage: Stage, version: Version, ending: Ending, task: Task): Promise<Ended | null> {
  if (ending.code !== 0) return judged(stage, ending, task);
  await stage.save(({ run, leaving }) => ({
    current: version,
    by: task.job,
    wanted: 'completed',
    run: null,
    next: null,
    held: null,
    leaving: [...leaving, ...(run === null ? [] : [run])],
    health: 'healthy',
    reason: null,
  }));
  const outcome = succeeded(stage, version, false);
  await settle(stage);
  return outcome;
}

async function judged(stage: Stage, ending: Ending, task: Task): Promise<Ended | null> {
  const lines = await lastLines(logOf(stage, fileName(task.job)), 40);
  const evidence = JSON.stringify({ lines, exit: { code: ending.code, signal: ending.signal }, probes: [] });
  if (task.cancel.aborted) return giveUp(stage, null, cancelled('cancelled while it ran', 'possible', evidence), task);
  const watched = ending.code !== null || ending.signal !== null || ending.fault !== null;
  const reason = endedWords(stage.address.component, ending, lines);
  return giveUp(stage, null, failed(reason, { code: 'ended', retryable: !watched, effect: 'possible', evidence }), task);
}
