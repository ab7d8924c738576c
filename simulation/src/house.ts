import { bridgeService, nothingDriver, nothingMaterial, type Driver, type Job, type NothingTarget, type Script } from '@srm/bridge';
import type { Documents } from '@srm/documents';
import { runLoop, runSubscription, type Bus, type Clock, type Codec, type Log } from '@srm/messaging';
import { orchestrator } from '@srm/orchestrator';
import { queryApi } from '@srm/query-api';
import type { Service } from '@srm/service';

export type HouseParts = Readonly<{
  bus: Bus;
  documents: Documents;
  codec: Codec;
  clock: Clock;
  log: Log;
  newId: () => string;
  target: NothingTarget;
  script: (job: Job) => Script;
  /** Put around every driver. */
  around: (driver: Driver) => Driver;
}>;

export type MakerParts = Readonly<{
  bus: Bus;
  documents: Documents;
  codec: Codec;
  clock: Clock;
  log: Log;
  newId: () => string;
  drivers: ReadonlyMap<string, Driver>;
}>;
export type Maker = (parts: MakerParts) => Promise<Service>;

/** Each service by its name, as it is anywhere; the bridges with the drivers they are given. */
export const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>([
  ['orchestrator', orchestrator],
  [
    'ci-bridge',
    async (parts) => {
      const look = nothingMaterial(parts.documents, parts.clock);
      return bridgeService({ ...parts, name: 'ci', pause: 100, extra: new Map([['ResolveMaterial', look]]) });
    },
  ],
  ['sem-bridge', async (parts) => bridgeService({ ...parts, name: 'sem', pause: 100 })],
  ['scm-bridge', async (parts) => bridgeService({ ...parts, name: 'scm', pause: 100 })],
  ['query-api', async (parts) => queryApi({ ...parts, actor: 'li' })],
]);

/** All services, with bridges whose drivers do nothing. */
export async function house(parts: HouseParts): Promise<readonly Service[]> {
  const driver = parts.around(nothingDriver(parts.target, parts.script));
  const drivers = new Map(['local', 'process', 'file'].map((name) => [name, driver]));
  const services: Service[] = [];
  for (const make of makers.values()) services.push(await make({ ...parts, drivers }));
  return services;
}

/** Runs all services until stopped. */
export async function inhabited(
  services: readonly Service[],
  parts: Omit<HouseParts, 'target' | 'script' | 'around' | 'newId' | 'documents'>,
): Promise<{ stop: () => Promise<void> }> {
  const { bus, codec, clock, log } = parts;
  const stopping = new AbortController();
  const readers = await Promise.all(
    services.flatMap((service) =>
      service.consumes.map((subscription) =>
        runSubscription({ bus, codec, clock, log, subscription, group: service.name, signal: stopping.signal }),
      ),
    ),
  );
  const loops = services.flatMap((service) =>
    service.loops.map((loop) => runLoop({ bus, codec, clock, log, name: service.name, loop, signal: stopping.signal })),
  );
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(readers.map((reader) => reader.stop()));
      await Promise.all(loops);
    },
  };
}
