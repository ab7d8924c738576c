import { usualLimit } from './ready.ts';
import type { Stage } from './stage.ts';
import { workloadOf } from './workload.ts';

const margin = 5000;

/** Whether what is wanted runs and is ready; what is just starting is waited for, as long as it may take. */
export async function isServing(stage: Stage, stop: AbortSignal): Promise<boolean> {
  const { current } = stage.record();
  const { readyWithin, settle } = current === null ? { readyWithin: null, settle: null } : workloadOf(current.workload);
  const until = stage.clock.now() + (readyWithin ?? usualLimit) + (settle ?? 0) + margin;
  while (stage.record().health === 'starting' && !stop.aborted && stage.clock.now() < until) await stage.clock.sleep(100, stop);
  const { wanted, run, health } = stage.record();
  return wanted === 'running' && run !== null && stage.keepers.has(run.mark) && health === 'healthy';
}
