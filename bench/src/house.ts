import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { bridgeService, nothingDriver, nothingMaterial, nothingTarget, type Driver, type NothingTarget } from '@srm/bridge';
import { httpClient, type Client } from '@srm/cli';
import { embeddedDocuments, type Documents } from '@srm/documents';
import { embeddedCodec, embeddedLog, say, type Bus, type Clock, type Codec, type Log } from '@srm/messaging';
import { kafkaBus } from '@srm/messaging/kafka';
import { orchestrator } from '@srm/orchestrator';
import { queryApi } from '@srm/query-api';
import { healthRoutes, httpServer, runService, type RunningService, type Service } from '@srm/service';
import { temporaryFolder } from './folder.ts';

export type HouseOptions = Readonly<{
  /** A data folder that stays; by default a new one, removed at the end. */
  folder?: string;
  clock?: Clock;
  /** Where its topics lie; by default in a file, as with `npm start`. */
  kafka?: Readonly<{ brokers: readonly string[]; namespace: string }>;
  /** Where its schemas are; by default in a file. */
  codec?: Codec;
  /** elsewhere: other processes decide. */
  orchestrator?: 'elsewhere';
  /** Where its documents lie; by default in a file. Closed with it. */
  documents?: Documents & Readonly<{ close: () => Promise<void> }>;
  /** By default one that does nothing, at once. */
  driver?: (target: NothingTarget) => Driver;
  /** Put around the parts, to count what goes through them. */
  around?: Readonly<{ bus?: (bus: Bus) => Bus; documents?: (documents: Documents) => Documents }>;
}>;

export type House = Readonly<{
  address: string;
  client: Client;
  bus: Bus;
  codec: Codec;
  documents: Documents;
  target: NothingTarget;
  folder: string;
  /** Warnings and errors. */
  troubles: readonly string[];
  close: () => Promise<void>;
}>;

export const realClock: Clock = {
  now: Date.now,
  sleep: (milliseconds, signal) => pause(milliseconds, undefined, signal === undefined ? {} : { signal }).catch(() => undefined),
};

const url = 'http://127.0.0.1:8080';
/** Does nothing at once; a deployment gives the one output that all products here declare. */
const doingNothing = (target: NothingTarget): Driver =>
  nothingDriver(target, ({ action }) => ({ does: 'succeed', outputs: outputsOf(action) }));

export const outputsOf = (action: string): Readonly<Record<string, string>> => {
  switch (action) {
    case 'compile':
      return { artifact: `bpr:product/component/${'0'.repeat(64)}@sha256:${'0'.repeat(64)}`, size: '0' };
    case 'package':
      return { image: `sha256:${'0'.repeat(64)}`, size: '0' };
    case 'configure':
      return { configuration: `sha256:${'0'.repeat(64)}`, values: '{}' };
    case 'deploy':
      return { url };
    case 'publish':
      return { revisions: '{"url":1}' };
    default:
      return {};
  }
};

const onKafka = ({ brokers, namespace }: NonNullable<HouseOptions['kafka']>, log: Log): Promise<Bus> =>
  kafkaBus({ brokers, namespace, clientId: 'bench', replication: 1, clock: realClock, log, newId: randomUUID, fatal: broken });

const broken = (error: Error): never => {
  throw error;
};

/** All services on the parts of `npm start`, with bridges whose drivers do nothing. */
export async function openHouse(options: HouseOptions = {}): Promise<House> {
  const { clock = realClock, driver: make = doingNothing } = options;
  const own = options.folder === undefined ? temporaryFolder() : null;
  const folder = options.folder ?? own?.path ?? '';
  const troubles: string[] = [];
  const said = (fields: object, text: string): void => void troubles.push(`${text} ${inspect(fields, { breakLength: Infinity })}`);
  const log: Log = { info: () => undefined, warn: said, error: said };
  const log0 = options.kafka === undefined ? embeddedLog({ file: join(folder, 'log.db'), clock, log }) : await onKafka(options.kafka, log);
  const documents0 = options.documents ?? embeddedDocuments({ file: join(folder, 'documents.db'), log });
  const bus = options.around?.bus?.(log0) ?? log0;
  const documents = options.around?.documents?.(documents0) ?? documents0;
  const codec = options.codec ?? embeddedCodec({ file: join(folder, 'schemas.db') });
  const target = nothingTarget();
  const driver = make(target);
  const parts = { documents, codec, clock, newId: randomUUID, log };
  const drivers = new Map(['local', 'process', 'file'].map((name) => [name, driver]));
  const services: Service[] = [
    ...(options.orchestrator === 'elsewhere' ? [] : [await orchestrator(parts)]),
    bridgeService({ ...parts, name: 'ci', drivers, extra: new Map([['ResolveMaterial', nothingMaterial(documents, clock)]]) }),
    bridgeService({ ...parts, name: 'sem', drivers }),
    bridgeService({ ...parts, name: 'scm', drivers }),
    queryApi({ ...parts, actor: 'bench' }),
  ];
  const running: RunningService[] = [];
  for (const service of services) running.push(await runService({ service, bus, codec, clock, log }));
  // A topic that was made just now has no leader for a moment, and the client says so.
  if (options.kafka !== undefined) troubles.length = 0;
  const routes = [...healthRoutes(() => running.map((one) => one.health())), ...services.flatMap((service) => service.routes)];
  const http = await httpServer({
    routes,
    publish: (outgoing) => say({ bus, codec }, outgoing),
    clock,
    log,
    host: '127.0.0.1',
    port: 0,
  });
  const client = httpClient({ server: http.url, actor: 'bench', newId: randomUUID, fetch, sleep: realClock.sleep });
  const close = async (): Promise<void> => {
    await http.close();
    await Promise.all(running.map((one) => one.stop()));
    await log0.close();
    await documents0.close();
    own?.remove();
  };
  return { address: http.url, client, bus, codec, documents, target, folder, troubles, close };
}
