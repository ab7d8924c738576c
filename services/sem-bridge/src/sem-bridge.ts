import { bridgeService } from '@srm/bridge';
import type { Documents } from '@srm/documents';
import type { Clock, Log } from '@srm/messaging';
import type { Service } from '@srm/service';
import { processDriver } from './process-driver.ts';
import { watching } from './watching.ts';

export type SemBridgeParts = Readonly<{
  documents: Documents;
  clock: Clock;
  newId: () => string;
  log: Log;
  /** Where the driver `process` keeps records, versions and volumes. */
  folder: string;
  /** The image repository: an OCI image layout. */
  dpr: string;
  /** PATH of what is deployed. */
  path: string;
}>;

const host = '127.0.0.1';

/** The bridge to environments: one driver yet, `process`. */
export function semBridge(parts: SemBridgeParts): Service {
  const { documents, clock, newId, log, folder, dpr, path } = parts;
  const drivers = new Map([['process', processDriver({ ...parts, host })]]);
  const service = bridgeService({ name: 'sem', drivers, documents, clock, newId, log });
  return { ...service, loops: [...service.loops, watching({ site: { folder, dpr, path, host }, documents, clock, log })] };
}
