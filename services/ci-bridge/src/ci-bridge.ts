import { bridgeService, type Driver } from '@srm/bridge';
import type { Documents } from '@srm/documents';
import type { Service } from '@srm/service';
import { localDriver, type LocalParts } from './local.ts';
import { removeTree } from './durable.ts';
import { jobFolderOf } from './job-folder.ts';
import { resolveMaterialHandler } from './resolve-material.ts';
import { setAside } from './set-aside.ts';
import { sweepBuilds } from './sweep.ts';

export type CiBridgeParts = LocalParts & Readonly<{ documents: Documents }>;

/** The bridge to continuous integration: compiles and packages through the driver `local`, and looks at sources. */
export function ciBridge(parts: CiBridgeParts): Service {
  const { documents, clock, newId, log, folder } = parts;
  return bridgeService({
    name: 'ci',
    drivers: new Map([['local', remembering(localDriver(parts), documents)]]),
    documents,
    clock,
    newId,
    log,
    extra: new Map([['ResolveMaterial', resolveMaterialHandler(parts)]]),
    sweep: sweepBuilds(folder, documents),
    forget: async (jobs) => {
      for (const job of jobs) await removeTree(jobFolderOf(folder, job));
    },
  });
}

/** What a job has just made or found again is not set aside any more: said before its end is, so that whoever is told of the image may choose it. */
function remembering(driver: Driver, documents: Documents): Driver {
  const notes = setAside(documents);
  const observe: Driver['observe'] = async (job) => {
    const status = await driver.observe(job);
    const named = status.state === 'succeeded' ? status.outputs.filter(({ name }) => name === 'image' || name === 'artifact') : [];
    for (const { value } of named) await notes.forget(value);
    return status;
  };
  return { ...driver, observe };
}
