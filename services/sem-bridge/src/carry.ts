import { done, failed, succeeded, type Ended } from './ending.ts';
import { install, type Task } from './install.ts';
import type { JobFile, Situation, Work } from './job-file.ts';
import { stablePorts } from './network.ts';
import { usualLimit } from './ready.ts';
import { found } from './run.ts';
import { runOnce } from './run-once.ts';
import { settle, volumesKept } from './settle.ts';
import type { Stage } from './stage.ts';
import { overtaken } from './words.ts';
import { sameVersion, type Version } from './version.ts';
import { workloadOf } from './workload.ts';

/** Carries one job to its end; repeated after a death, it goes on. Null: the supervisor is ending, the job stays open. */
export async function carry(stage: Stage, file: JobFile, task: Task): Promise<Ended | null> {
  const { work } = file;
  if (work === null) return null;
  const { fence, next } = stage.record();
  if (work.fence < fence)
    return failed(overtaken(stage.address.component, work.fence, fence), {
      code: 'fence',
      retryable: false,
      effect: 'none',
      evidence: null,
    });
  if (work.fence > fence) await stage.save(() => ({ fence: work.fence }));
  if (next !== null && next.job !== file.job) await drop(stage);
  await settle(stage);
  return does(stage, work, task);
}

/** Ends what no open job brings up. */
export async function drop(stage: Stage): Promise<void> {
  const { next } = stage.record();
  if (next !== null) await (await found(stage, next.run))?.stop();
  await stage.save(() => ({ next: null }));
}

async function does(stage: Stage, work: Work, task: Task): Promise<Ended | null> {
  if (work.does === 'deploy' && work.version !== null) return deploy(stage, work.version, task);
  if (work.does === 'restore') return restore(stage, work.situation ?? { was: 'absent', state: null, version: null, ports: null }, task);
  if (work.does === 'start') return start(stage, task);
  if (work.does === 'undo-nothing') return done([], true);
  return stop(stage, 'stopped', task);
}

/** Whether what is wanted runs and is ready; what is just starting again is waited for. */
async function isServing(stage: Stage, task: Task): Promise<boolean> {
  const stop = AbortSignal.any([task.cancel, task.leave]);
  const until = stage.clock.now() + usualLimit;
  while (stage.record().health === 'starting' && !stop.aborted && stage.clock.now() < until) await stage.clock.sleep(100, stop);
  const { wanted, run, health } = stage.record();
  return wanted === 'running' && run !== null && stage.keepers.has(run.mark) && health === 'healthy';
}

async function deploy(stage: Stage, version: Version, task: Task): Promise<Ended | null> {
  const { current, by, wanted } = stage.record();
  if (current !== null && by === task.job) return succeeded(stage, current, false);
  const same = current !== null && sameVersion(current, version);
  if (version.kind === 'job') return same && wanted === 'completed' ? succeeded(stage, current, true) : runOnce(stage, version, task);
  return same && wanted === 'running' && (await isServing(stage, task)) ? succeeded(stage, current, true) : install(stage, version, task);
}

async function restore(stage: Stage, situation: Situation, task: Task): Promise<Ended | null> {
  const { current, by, wanted } = stage.record();
  const { version, state } = situation;
  if (version === null || situation.was === 'absent') return destroy(stage, task);
  if (by === task.job) return done([], false);
  if (current?.id === version.id && wanted === state) return done([], true);
  if (state === 'running') return install(stage, version, { ...task, former: situation.ports ?? new Map() });
  await stablePorts(stage, workloadOf(version.workload), situation.ports ?? new Map());
  await stage.save(() => ({ current: version }));
  return stop(stage, state ?? 'stopped', task);
}

async function start(stage: Stage, task: Task): Promise<Ended | null> {
  const { current, by, wanted } = stage.record();
  const component = stage.address.component;
  if (current === null)
    return failed(`${component} is not installed in ${stage.address.environment}: deploy it first`, {
      code: 'absent',
      retryable: false,
      effect: 'none',
      evidence: null,
    });
  if (by === task.job && wanted === 'running') return succeeded(stage, current, false);
  return wanted === 'completed' || (wanted === 'running' && (await isServing(stage, task)))
    ? succeeded(stage, current, true)
    : install(stage, current, task);
}

async function stop(stage: Stage, wanted: 'stopped' | 'completed', task: Task): Promise<Ended> {
  const { by, wanted: was } = stage.record();
  if (by === task.job) return done([], false);
  if (wanted === 'stopped' && was !== 'running') return done([], true);
  await stage.save(({ run, leaving }) => ({ wanted, by: task.job, run: null, leaving: [...leaving, ...(run === null ? [] : [run])] }));
  await settle(stage);
  return done([], false);
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
      leaving: [...leaving, ...(run === null ? [] : [run])],
      restarts: 0,
      reason: null,
    }));
  await settle(stage);
  const kept = await volumesKept(stage);
  return done(kept.length === 0 ? [] : [{ name: 'kept', value: JSON.stringify(kept), secret: false }], !there);
}
