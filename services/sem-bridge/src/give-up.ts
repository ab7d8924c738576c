import type { Ended } from './ending.ts';
import { sweep, type Living } from './process.ts';
import type { ResourceRecord } from './record.ts';
import { found, resume } from './run.ts';
import { isServing } from './serving.ts';
import { settle } from './settle.ts';
import type { Stage } from './stage.ts';
import type { Task } from './task.ts';

/** What was being brought up is no more, what was held may run again. */
export const released = ({ held, run }: ResourceRecord): Partial<ResourceRecord> =>
  held === null
    ? { next: null }
    : { next: null, held: null, health: 'starting', reason: null, run: run === null ? null : { ...run, pid: null, identity: null } };

/** Ends what was being brought up, then lets what was held run again: never both. */
async function clear(stage: Stage, living: Living | null): Promise<void> {
  const { next } = stage.record();
  await (living ?? (next === null ? null : await found(stage, next.run)))?.stop();
  if (next !== null) await sweep(next.run.mark, stage.clock);
  await stage.save(released);
  await resume(stage);
}

/** Ends a job that brought nothing up. How it ends is made durable first: after a death it is not tried again. Null: the supervisor is ending. */
export async function giveUp(stage: Stage, living: Living | null, ending: Ended, task: Task): Promise<Ended | null> {
  const back = stage.record().held !== null;
  await stage.save(() => ({ gaveUp: { job: task.job, ending, back } }));
  return gaveUp(stage, living, task);
}

/** Clears away after a job that was given up; what it ended for this has to serve again, else the effect is `possible`. */
export async function gaveUp(stage: Stage, living: Living | null, task: Task): Promise<Ended | null> {
  await clear(stage, living);
  await settle(stage);
  const given = stage.record().gaveUp;
  if (given === null || !given.back) return given?.ending ?? null;
  const serving = await isServing(stage, task.leave);
  if (task.leave.aborted) return null;
  if (serving) return { ...given.ending, effect: 'none' };
  const { current, reason } = stage.record();
  const before = `the version before${current === null ? '' : `, ${current.version},`}`;
  const words = `${given.ending.reason}; ${before} does not serve again: ${reason ?? 'it is still starting'}`;
  return { ...given.ending, effect: 'possible', reason: words };
}

/** Clears away what no open job is about. */
export async function drop(stage: Stage): Promise<void> {
  const { next, held, gaveUp: given } = stage.record();
  if (next !== null || held !== null) await clear(stage, null);
  if (given !== null) await stage.save(() => ({ gaveUp: null }));
}
