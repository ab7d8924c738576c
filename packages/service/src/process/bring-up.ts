import { kafkaBus } from '@srm/messaging/kafka';
import type { Bus, Clock, Codec, Log } from '@srm/messaging';
import { documentsAside } from '../documents-aside.ts';
import type { Health } from '../health.ts';
import { inContext } from '../log-context.ts';
import { runService } from '../run-service.ts';
import type { Service } from '../service.ts';
import type { Metrics } from './metrics.ts';
import type { Parts } from './parts.ts';
import type { Readiness } from './readiness.ts';
import type { SharedConfig } from './settings.ts';
import { openStores } from './stores.ts';
import { untilReached } from './until-reached.ts';

export type BringingUp = Readonly<{
  make: (parts: Parts) => Promise<Service> | Service;
  config: SharedConfig;
  /** Among those of its service, and at the broker. */
  instance: string;
  version: string;
  clock: Clock;
  newId: () => string;
  log: Log;
  metrics: Metrics;
  state: Readiness;
  /** Aborted when it is to end. */
  signal: AbortSignal;
  /** What is open is closed in reverse order. */
  open: (() => Promise<void>)[];
  broken: (error: unknown) => void;
}>;

export type Up = Readonly<{ service: Service; bus: Bus; codec: Codec }>;

/** From the documents to the joined groups; what is out of reach is waited for. Throws what waiting does not mend. */
export async function bringUp(bringing: BringingUp): Promise<Up> {
  const { make, config, instance, version, clock, newId, log, metrics, state, signal, open, broken } = bringing;
  const { brokers, namespace, replication, session } = config;
  const reach = { clock, log, signal, waits: state.waits };
  const { documents, codec } = await openStores(config, reach, open);
  state.store(documents);
  const kafka = await untilReached(reach, 'Kafka', () =>
    kafkaBus({ brokers, clientId: instance, namespace, replication, session, clock, log, newId, fatal: broken }),
  );
  open.push(() => kafka.close());
  const health = (): readonly Health[] => [state.health()].filter((one) => one !== null);
  const parts = { documents, codec, clock, newId, log, metrics, version, gauges: kafka.gauges, health };
  const service = metrics.service(inContext(await untilReached(reach, 'the store', async () => make(parts))));
  const bus = metrics.bus(kafka);
  const aside = await untilReached(reach, 'the store', () => documentsAside(documents));
  const running = await untilReached(reach, 'its groups', () => runService({ service, bus, codec, clock, log, aside }));
  open.push(running.stop);
  state.runs(running);
  return { service, bus, codec };
}
