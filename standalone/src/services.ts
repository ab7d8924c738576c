import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ciBridge, dprFolder } from '@srm/ci-bridge';
import { embeddedDocuments } from '@srm/documents';
import { embeddedCodec, embeddedLog, say, type Clock, type Log } from '@srm/messaging';
import { orchestrator } from '@srm/orchestrator';
import { queryApi } from '@srm/query-api';
import { topics } from '@srm/schemas';
import { scmBridge } from '@srm/scm-bridge';
import { semBridge } from '@srm/sem-bridge';
import { healthRoutes, httpServer, runService, type RunningService, type Service } from '@srm/service';
import { backup, clearBackup } from './backup.ts';
import { factsOf } from './facts.ts';
import { restoration } from './restoration.ts';
import { restoredIn } from './restore.ts';

/** What all services need of the world. */
export type World = Readonly<{
  version: string;
  /** The data folder, held by this process alone. */
  data: string;
  host: string;
  port: number;
  clock: Clock;
  newId: () => string;
  log: Log;
  /** Who asks where a request names nobody. */
  actor: string;
  /** Folders that sources may lie in. */
  roots: readonly string[];
  /** The folder of packages (`node_modules`) that builds find beside their workspace. */
  tools: string;
  /** PATH of builds and of what is deployed. */
  path: string;
}>;

export type Running = Readonly<{ address: string; stop: () => Promise<void> }>;

const day = 24 * 60 * 60 * 1000;

/** All services in this process, on embedded parts. `stop` drains: running jobs and resources go on by themselves. */
export async function startServices(world: World): Promise<Running> {
  const { version, data, host, port, clock, newId, log, actor, roots, tools, path } = world;
  const place = (name: string): string => join(data, name);
  mkdirSync(data, { recursive: true });
  await clearBackup(data);
  const note = await restoredIn(data);
  const bus = embeddedLog({ file: place('log.db'), clock, log });
  const codec = embeddedCodec({ file: place('schemas.db') });
  const documents = embeddedDocuments({ file: place('documents.db'), log });
  const parts = { documents, codec, clock, newId, log };
  const running: RunningService[] = [];
  const health = () => running.map((one) => one.health());
  const services: Service[] = [
    await orchestrator(parts),
    ciBridge({ ...parts, folder: place('ci'), roots, tools, path }),
    semBridge({ ...parts, folder: place('sem'), dpr: dprFolder(place('ci')), path }),
    scmBridge(parts),
  ];
  const run = async (service: Service): Promise<void> => {
    running.push(await runService({ service, bus, codec, clock, log, aside: bus.aside }));
  };
  const facts = factsOf({ version, now: clock.now, data, gauges: bus.gauges, services, health });
  const acting = [...services];
  const act = async (): Promise<void> => {
    for (const service of acting) await run(service);
  };
  const behind = async (): Promise<number> =>
    (await bus.gauges.lag([{ group: 'query-api', topic: topics.events.name }])).reduce((sum, one) => sum + one.behind, 0);
  const restored = note === null ? {} : { restored: restoration({ note, data, documents, now: clock.now, behind, act }) };
  const door = queryApi({ ...parts, actor, facts, gauges: bus.gauges, backup: () => backup(data, version, clock.now), ...restored });
  services.push(door);
  // What was restored is only shown until it is accepted: whoever acts is started then.
  if (note === null) await act();
  await run(door);

  const stopping = new AbortController();
  const pruning = pruned(bus.prune, clock, log, stopping.signal);
  const routes = [...healthRoutes(health), ...services.flatMap((service) => service.routes)];
  const http = await httpServer({ routes, publish: (outgoing) => say({ bus, codec }, outgoing), clock, log, host, port });
  const stop = async (): Promise<void> => {
    await http.close();
    stopping.abort();
    await Promise.all([pruning, ...running.map((one) => one.stop())]);
    await bus.close();
    await documents.close();
  };
  return { address: http.url, stop };
}

/** Once a day the log lets go of what is older than its topics retain. */
async function pruned(prune: (now: number) => Promise<number>, clock: Clock, log: Log, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await prune(clock.now()).catch((error: unknown) => log.warn({ err: error }, 'the log could not be pruned; tried again tomorrow'));
    await clock.sleep(day, signal);
  }
}
