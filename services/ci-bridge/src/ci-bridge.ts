import { bridgeService } from '@srm/bridge';
import type { Documents } from '@srm/documents';
import type { Service } from '@srm/service';
import { localDriver, type LocalParts } from './local.ts';
import { resolveMaterialHandler } from './resolve-material.ts';

export type CiBridgeParts = LocalParts & Readonly<{ documents: Documents }>;

/** The bridge to continuous integration: compiles and packages through the driver `local`, and looks at sources. */
export function ciBridge(parts: CiBridgeParts): Service {
  const { documents, clock, newId, log } = parts;
  return bridgeService({
    name: 'ci',
    drivers: new Map([['local', localDriver(parts)]]),
    documents,
    clock,
    newId,
    log,
    extra: new Map([['ResolveMaterial', resolveMaterialHandler(parts)]]),
  });
}
