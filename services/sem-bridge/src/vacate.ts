import { stopRun } from './settle.ts';
import type { Stage } from './stage.ts';
import type { Task } from './task.ts';
import type { Version } from './version.ts';
import { workloadOf } from './workload.ts';

const hasVolumes = (version: Version): boolean => (workloadOf(version.workload).volumes?.size ?? 0) > 0;

/**
 * A component with volumes never runs in two versions at once: what runs is ended before the next is started, and is held until that one
 * is ready or was given up. Repeated after a death, it goes on.
 */
export async function vacate(stage: Stage, version: Version, task: Task): Promise<void> {
  const { run, current } = stage.record();
  if (run === null || current === null || !(hasVolumes(current) || hasVolumes(version))) return;
  task.say('ending the version before: a volume has one writer');
  stage.keepers.get(run.mark)?.retire();
  await stage.save(() => ({ held: task.job, health: 'starting', reason: null }));
  await stopRun(stage, run, task.job);
}
