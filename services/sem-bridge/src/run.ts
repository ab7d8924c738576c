import { sentenceOf } from './durable.ts';
import { fileName } from './address.ts';
import { isAlive } from './identity.ts';
import { keep, type Keeper } from './keep.ts';
import { prepare, type Prepared } from './launch.ts';
import { openPorts } from './network.ts';
import { adopted, sweep, type Living } from './process.ts';
import type { Run } from './record.ts';
import { logOf, resourceMark, type Stage } from './stage.ts';
import type { Version } from './version.ts';

export const newMark = (stage: Stage): string => `${resourceMark(stage.folder, stage.address)}${stage.newId()}`;

/** The process of a run that a supervisor before us started; null when it is gone. Whatever else carries its mark is ended then. */
export async function found(stage: Stage, run: Run): Promise<Living | null> {
  if (run.pid !== null && run.identity !== null && (await isAlive(run.pid, run.identity)))
    return adopted(run.pid, run.identity, logOf(stage, fileName(run.job)), run.mark, stage.clock);
  await sweep(run.mark, stage.clock);
  return null;
}

/** Keeps what has the traffic. */
export function keepCurrent(stage: Stage, version: Version, run: Run, prepared: Prepared, living: Living | null, ready: boolean): Keeper {
  return keep({
    component: stage.address.component,
    version: version.id,
    mark: run.mark,
    clock: stage.clock,
    prepared,
    living,
    ready,
    started: (now) =>
      stage.save((record) =>
        record.run?.mark === run.mark
          ? { run: { ...record.run, pid: now.pid, identity: now.identity }, restarts: record.restarts + 1, health: 'starting' }
          : {},
      ),
    health: async (now) => {
      const { health, reason, run: current } = stage.record();
      if (current?.mark === run.mark && (health !== now.health || reason !== now.reason)) await stage.save(() => now);
    },
  });
}

/** After a death of the supervisor: takes the running version over, or starts it again. False: it could not be, the record says why. */
export async function resume(stage: Stage): Promise<boolean> {
  const { wanted, current, run, held } = stage.record();
  if (wanted !== 'running' || current === null || run === null || stage.keepers.has(run.mark)) return true;
  try {
    if (held !== null) {
      await openPorts(stage);
      return true;
    }
    const living = await found(stage, run);
    const prepared = await prepare(stage, current, run);
    await openPorts(stage);
    stage.keepers.set(run.mark, keepCurrent(stage, current, run, prepared, living, false));
    return true;
  } catch (error) {
    await stage.save(() => ({ health: 'unhealthy', reason: sentenceOf(error) }));
    return false;
  }
}
