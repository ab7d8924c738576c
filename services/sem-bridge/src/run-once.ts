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

/** What follows when it ended well; `again`: whether it may be tried again where nobody saw how it ended. */
type Then = Readonly<{ well: () => Promise<Ended | null>; again: boolean }>;

/** Runs a job to its end, once: whether one ran is not guessed. Null: the supervisor is ending. */
export const runOnce = (stage: Stage, version: Version, task: Task): Promise<Ended | null> =>
  run(stage, version, task, { well: () => completed(stage, version, task), again: true });

/** Runs the command of an undo, once, then `well`; no more when it has ended well before a death. */
export const undoOnce = (stage: Stage, version: Version, task: Task, well: () => Promise<Ended | null>): Promise<Ended | null> =>
  stage.record().undid === task.job ? well() : run(stage, version, task, { well, again: false });

async function run(stage: Stage, version: Version, task: Task, then: Then): Promise<Ended | null> {
  const before = await begunBefore(stage, task.job);
  if (before !== null && before.living === null) return judged(stage, unseen, task, then);
  const begun = before ?? (await begin(stage, version, task));
  if (begun === null || 'state' in begun) return begun;
  const { living } = begun;
  if (living === null) return judged(stage, unseen, task, then);
  task.say('running');
  const interrupted = AbortSignal.any([task.cancel, task.leave]);
  const stop = (): void => void living.stop();
  if (interrupted.aborted) stop();
  else interrupted.addEventListener('abort', stop, { once: true });
  const ending = await living.ended;
  interrupted.removeEventListener('abort', stop);
  await living.stop();
  return ending.code === 0 ? then.well() : judged(stage, ending, task, then);
}

const unseen: Ending = { code: null, signal: null, after: 0, fault: null };

async function completed(stage: Stage, version: Version, task: Task): Promise<Ended> {
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

async function judged(stage: Stage, ending: Ending, task: Task, { again }: Then): Promise<Ended | null> {
  const lines = await lastLines(logOf(stage, fileName(task.job)), 40);
  const evidence = JSON.stringify({ lines, exit: { code: ending.code, signal: ending.signal }, probes: [] });
  if (task.cancel.aborted) return giveUp(stage, null, cancelled('cancelled while it ran', 'possible', evidence), task);
  const watched = ending.code !== null || ending.signal !== null || ending.fault !== null;
  const reason = endedWords(stage.address.component, ending, lines);
  return giveUp(stage, null, failed(reason, { code: 'ended', retryable: again && !watched, effect: 'possible', evidence }), task);
}
