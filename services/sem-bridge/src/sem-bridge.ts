import { bridgeService } from '@srm/bridge';
import type { Documents } from '@srm/documents';
import type { Clock, Log, Loop } from '@srm/messaging';
import type { Service } from '@srm/service';
import { processDriver } from './process-driver.ts';
import { reviver } from './resources.ts';

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
const betweenLooks = 5000;

/** Supervisors that died, with SRM or with the machine, are started again for as long as SRM runs. */
const revive = ({ folder, dpr, path, clock, log }: SemBridgeParts): Loop =>
  async function* (signal) {
    const look = reviver({ folder, dpr, path, host }, clock);
    while (!signal.aborted) {
      await look().catch((error: unknown) => log.warn({ error }, 'the supervisors could not be looked at; tried again'));
      await clock.sleep(betweenLooks, signal);
    }
    yield* [];
  };

/** The bridge to environments: one driver yet, `process`. */
export function semBridge(parts: SemBridgeParts): Service {
  const { documents, clock, newId, log } = parts;
  const drivers = new Map([['process', processDriver({ ...parts, host })]]);
  const service = bridgeService({ name: 'sem', drivers, documents, clock, newId, log });
  return { ...service, loops: [...service.loops, revive(parts)] };
}
