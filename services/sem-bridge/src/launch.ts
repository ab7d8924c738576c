import path from 'node:path';
import { openImage, unpackImage, workdirIn } from './image.ts';
import { fileName } from './address.ts';
import { markVariable } from './identity.ts';
import type { Asked } from './probe.ts';
import { programOf, startProcess, type Living } from './process.ts';
import type { Run } from './record.ts';
import { logOf, type Stage } from './stage.ts';
import { filled, makeVolumes, valuesOf } from './values.ts';
import type { Version } from './version.ts';
import { commandLine, workloadOf, type Workload } from './workload.ts';

export const versionFolder = (stage: Stage, version: string): string => path.join(stage.places.versions, version);

/** What a run needs beside its process: the workload filled in, and how to ask it. */
export type Prepared = Readonly<{ workload: Workload; asked: Asked; log: string; start: () => Promise<Living> }>;

/** What the image and the workload say, and PATH, which is this machine's: programs are not in the image. */
function environment(image: ReadonlyMap<string, string>, path: string, workload: Workload): ReadonlyMap<string, string> {
  const env = new Map([...image, ['PATH', path] as const]);
  for (const [name, value] of workload.variables ?? []) env.set(name, value);
  return env;
}

/** Unpacks the image if it is not, fills the workload in. Throws ImageRefused, ArchiveRefused, or an Error in words. */
export async function prepare(stage: Stage, version: Version, run: Run): Promise<Prepared> {
  const image = await openImage(stage.dpr, version.image);
  const root = versionFolder(stage, version.id);
  await unpackImage(stage.dpr, image, root);
  const cwd = await workdirIn(root, image.config.workdir);
  const raw = workloadOf(version.workload);
  const around = { host: stage.host, stable: stage.record().ports, own: run.ports, volumes: stage.places.volumes };
  const workload = filled(raw, valuesOf(version, raw, around));
  const [command, ...rest] = commandLine(workload, image.config);
  if (command === undefined) throw new Error('neither the workload nor its image says a command: add workload.command');
  await makeVolumes(workload, stage.places.volumes);
  const env = environment(image.config.env, stage.path, workload);
  const program = (name: string): Promise<string> => programOf(name, cwd, root);
  const log = logOf(stage, fileName(run.job));
  const file = await program(command);
  return {
    workload,
    log,
    asked: { host: stage.host, ports: run.ports, cwd, env: new Map([...env, [markVariable, run.mark]]), program },
    start: () => startProcess({ program: file, args: rest, cwd, env, log, mark: run.mark }, stage.clock),
  };
}
