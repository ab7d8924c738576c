import { cancelled, done, failed, succeeded, type Ended } from './ending.ts';
import { drop, gaveUp, released } from './give-up.ts';
import { install } from './install.ts';
import type { JobFile, Situation, Work } from './job-file.ts';
import { stablePorts } from './network.ts';
import { resume } from './run.ts';
import { runOnce, undoOnce } from './run-once.ts';
import { isServing } from './serving.ts';
import { settle, volumesKept } from './settle.ts';
import type { Stage } from './stage.ts';
import type { Task } from './task.ts';
import { overtaken } from './words.ts';
import { sameVersion, versionId, type Version } from './version.ts';
import { workloadOf } from './workload.ts';

/** Carries one job to its end; repeated after a death, it goes on. Null: the supervisor is ending, the job stays open. */
export async function carry(stage: Stage, file: JobFile, task: Task): Promise<Ended | null> {
  const { work } = file;
  if (work === null) return null;
  const { fence, next, held, gaveUp: given } = stage.record();
  if (given?.job === file.job) return gaveUp(stage, null, task);
  if (work.fence < fence)
    return failed(overtaken(stage.address.component, work.fence, fence), {
      code: 'fence',
      retryable: false,
      effect: 'none',
      evidence: null,
    });
  if (work.fence > fence) await stage.save(() => ({ fence: work.fence }));
  if ([next?.job, held, given?.job].some((job) => job != null && job !== file.job)) await drop(stage);
  await settle(stage);
  return does(stage, work, task);
}

const nothing: Situation = { was: 'absent', state: null, version: null, ports: null, healthy: null };

async function does(stage: Stage, work: Work, task: Task): Promise<Ended | null> {
  if (work.does === 'deploy' && work.version !== null) return deploy(stage, work.version, work.force === true, task);
  if (work.does === 'restore') return undo(stage, work, task);
  if (work.does === 'start') return start(stage, task);
  if (work.does === 'restart') return restart(stage, task);
  if (work.does === 'destroy') return asked(stage, task);
  if (work.does === 'undo-nothing') return done([], true);
  return stop(stage, task);
}

const serves = (stage: Stage, { cancel, leave }: Task): Promise<boolean> => isServing(stage, AbortSignal.any([cancel, leave]));

async function deploy(stage: Stage, version: Version, force: boolean, task: Task): Promise<Ended | null> {
  const { current, by, wanted } = stage.record();
  if (current !== null && by === task.job) return succeeded(stage, current, false);
  const same = !force && current !== null && sameVersion(current, version);
  if (version.kind === 'job') return same && wanted === 'completed' ? succeeded(stage, current, true) : runOnce(stage, version, task);
  return same && wanted === 'running' && (await serves(stage, task)) ? succeeded(stage, current, true) : install(stage, version, task);
}

/** First the command, if the component has one, then what was is made again. */
function undo(stage: Stage, { version, situation }: Work, task: Task): Promise<Ended | null> {
  const was = situation ?? nothing;
  if (version === null) return restore(stage, was, task);
  return undoOnce(stage, version, task, async () => {
    // What is not replaced runs again; what is, stays ended: a volume has one writer.
    const back = isThere(stage, was);
    if (stage.record().undid !== task.job)
      await stage.save((record) => ({ ...(back ? released(record) : { next: null }), undid: task.job }));
    if (back) await resume(stage);
    return restore(stage, was, task);
  });
}

const isThere = (stage: Stage, { version, state }: Situation): boolean => {
  const { current, wanted } = stage.record();
  return version !== null && current?.id === version.id && wanted === state;
};

async function restore(stage: Stage, situation: Situation, task: Task): Promise<Ended | null> {
  const { by } = stage.record();
  const { version, state } = situation;
  if (version === null || situation.was === 'absent') return destroy(stage, task);
  if (by === task.job) return done([], false);
  if (isThere(stage, situation)) return untouched(stage, situation, task);
  if (state === 'running') return install(stage, version, { ...task, former: situation.ports ?? new Map() });
  await stablePorts(stage, workloadOf(version.workload), situation.ports ?? new Map());
  const wants = state ?? 'stopped';
  await stage.save(({ run, leaving }) => ({
    current: version,
    wanted: wants,
    by: task.job,
    run: null,
    held: null,
    leaving: [...leaving, ...(run === null ? [] : [run])],
  }));
  await settle(stage);
  return done([], false);
}

/** What is as it was has to serve, if it did. */
async function untouched(stage: Stage, { state, healthy }: Situation, task: Task): Promise<Ended | null> {
  if (state !== 'running' || healthy !== true || (await serves(stage, task))) return done([], true);
  if (task.leave.aborted) return null;
  const { reason, current } = stage.record();
  return failed(`${stage.address.component} ${current?.version ?? ''} does not serve again: ${reason ?? 'it is still starting'}`, {
    code: 'unhealthy',
    retryable: true,
    effect: 'none',
    evidence: null,
  });
}

const notInstalled = ({ address: { component, environment } }: Stage): Ended =>
  failed(`${component} is not installed in ${environment}: deploy it first`, {
    code: 'absent',
    retryable: false,
    effect: 'none',
    evidence: null,
  });

async function start(stage: Stage, task: Task): Promise<Ended | null> {
  const { current, by, wanted } = stage.record();
  if (current === null) return notInstalled(stage);
  if (by === task.job && wanted === 'running') return succeeded(stage, current, false);
  return wanted === 'completed' || (wanted === 'running' && (await serves(stage, task)))
    ? succeeded(stage, current, true)
    : install(stage, current, task);
}

/** Like an upgrade to the same version: beside what runs, or, where a volume has one writer, in its place; and from its image, as it was packaged. */
async function restart(stage: Stage, task: Task): Promise<Ended | null> {
  const { current, by, wanted } = stage.record();
  if (current === null) return notInstalled(stage);
  if (by === task.job && wanted === 'running') return succeeded(stage, current, false);
  return wanted === 'completed'
    ? succeeded(stage, current, true)
    : install(stage, { ...current, id: versionId(current.image, task.job) }, task);
}

async function stop(stage: Stage, task: Task): Promise<Ended> {
  const { by, wanted } = stage.record();
  if (by === task.job) return done([], false);
  if (wanted !== 'running') return done([], true);
  await stage.save(({ run, leaving }) => ({
    wanted: 'stopped',
    by: task.job,
    run: null,
    leaving: [...leaving, ...(run === null ? [] : [run])],
  }));
  await settle(stage);
  return done([], false);
}

/** A destroy that people asked for; once begun it goes on to its end. */
async function asked(stage: Stage, task: Task): Promise<Ended> {
  if (task.cancel.aborted && stage.record().by !== task.job) return cancelled('cancelled before anything was destroyed', 'none', null);
  return destroy(stage, task);
}

/** Everything but the volumes and the record goes. */
async function destroy(stage: Stage, task: Task): Promise<Ended> {
  const { current, by } = stage.record();
  const there = current !== null || by === task.job;
  if (current !== null)
    await stage.save(({ run, leaving }) => ({
      wanted: 'absent',
      current: null,
      by: task.job,
      run: null,
      held: null,
      leaving: [...leaving, ...(run === null ? [] : [run])],
      restarts: 0,
      reason: null,
    }));
  await settle(stage);
  const kept = await volumesKept(stage);
  return done(kept.length === 0 ? [] : [{ name: 'kept', value: JSON.stringify(kept), secret: false }], !there);
}
