import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { fileName } from './address.ts';
import { closePorts, dropPorts, releaseUnused } from './network.ts';
import { adopted, sweep } from './process.ts';
import type { Run } from './record.ts';
import { isAlive } from './identity.ts';
import { logOf, noteEffect, type Stage } from './stage.ts';
import { workloadOf } from './workload.ts';

const drainTime = 5000;

/** Ends a run for good: no new traffic, what is under way drained, SIGTERM, its grace. Repeated after a death, it goes on. */
export async function stopRun(stage: Stage, run: Run, by: string): Promise<void> {
  stage.keepers.get(run.mark)?.retire();
  await Promise.all([...stage.forwarders].map(([name, forwarder]) => drained(forwarder.drain, run.ports.get(name))));
  const keeper = stage.keepers.get(run.mark);
  if (keeper !== undefined) {
    await keeper.stop();
    stage.keepers.delete(run.mark);
  } else if (run.pid !== null && run.identity !== null && (await isAlive(run.pid, run.identity)))
    await adopted(run.pid, run.identity, logOf(stage, fileName(run.job)), run.mark, stage.clock).stop();
  await sweep(run.mark, stage.clock);
  await noteEffect(stage, { job: by, did: 'stopped', version: run.version, pid: run.pid }, true);
}

const drained = (drain: (port: number, limit: number) => Promise<void>, port: number | undefined): Promise<void> =>
  port === undefined ? Promise.resolve() : drain(port, drainTime);

/** Makes the world what the record says, as far as it is about ending things. Repeated after a death, it goes on. */
export async function settle(stage: Stage): Promise<void> {
  for (const run of stage.record().leaving) {
    if (stage.record().wanted !== 'running') await closePorts(stage);
    await stopRun(stage, run, stage.record().by ?? '');
    await stage.save(({ leaving }) => ({ leaving: leaving.filter((other) => other.mark !== run.mark) }));
  }
  const { wanted, current, next } = stage.record();
  if (wanted !== 'running' && next === null) await closePorts(stage);
  if (next === null) {
    if (current === null || wanted === 'completed') await forgetPorts(stage);
    else await dropPorts(stage, workloadOf(current.workload));
  }
  await removeVersions(stage, wanted === 'completed' ? [next?.version.id] : [current?.id, next?.version.id]);
  await releaseUnused(stage);
  if (current === null && next === null) await removeFolders(stage);
}

async function forgetPorts(stage: Stage): Promise<void> {
  if (stage.record().ports.size > 0) await stage.save(() => ({ ports: new Map() }));
}

/** Only what runs or is coming up has its files here. A restore point needs none: it names its image by digest, which the image repository
 *  keeps, and an undo unpacks it again, verified, as it was packaged; not as a process that ran in it may have left it. */
async function removeVersions(stage: Stage, kept: readonly (string | undefined)[]): Promise<void> {
  for (const name of await readdir(stage.places.versions).catch(() => []))
    if (!kept.includes(name)) await rm(path.join(stage.places.versions, name), { recursive: true, force: true });
}

/** The resource's folder, and those above it that are empty then. */
async function removeFolders(stage: Stage): Promise<void> {
  await rm(stage.places.resource, { recursive: true, force: true });
  for (let at = path.dirname(stage.places.resource); at !== stage.folder; at = path.dirname(at)) {
    const gone = await rmdir(at).then(
      () => true,
      () => false,
    );
    if (!gone) return;
  }
}

/** The volumes that stay. */
export const volumesKept = async (stage: Stage): Promise<readonly string[]> =>
  (await readdir(stage.places.volumes).catch(() => [])).sort().map((name) => `volume ${name} of ${stage.address.component}`);
