import { readFileSync } from 'node:fs';
import { say, sentence, type Clock, type Log } from '@srm/messaging';
import { getting, healthRoutes } from '../health-routes.ts';
import { httpServer } from '../http-server.ts';
import { jsonLog } from '../json-log.ts';
import type { Route, Service } from '../service.ts';
import { readSettings, type ConfigOf, type Env, type Settings } from '../settings.ts';
import { bringUp, type Up } from './bring-up.ts';
import { ends } from './ends.ts';
import { metricsOf, type Metrics } from './metrics.ts';
import type { Parts } from './parts.ts';
import { readiness } from './readiness.ts';
import { shared, type SharedConfig } from './settings.ts';
import { aborted, asked, type Host } from './signals.ts';
import { Ended } from './until-reached.ts';

/** What main.ts hands in of the world. */
export type World = Readonly<{
  env: Env;
  clock: Clock;
  newId: () => string;
  host: Host;
  version: string;
  /** Takes lines for whoever starts the process. */
  complain: (line: string) => void;
}>;

export type Program<S extends Settings> = Readonly<{
  name: string;
  /** Its own, beside those that all have. */
  settings: S;
  service: (parts: Parts, config: ConfigOf<S>) => Promise<Service> | Service;
  /** Where its routes answer; without it they do not. */
  api?: (config: ConfigOf<S>) => Place;
}>;

type Place = Readonly<{ host: string; port: number }>;

/** Milliseconds from the first signal to the end, at most. */
const longestEnd = 10_000;

/** One service as a process, from its environment to its exit code (`ends`). Resolves when it is to exit, at once: nothing is to be waited for. */
export async function runProcess<S extends Settings>(program: Program<S>, world: World): Promise<number> {
  const { env, host, newId, complain } = world;
  const { name } = program;
  const read = readSettings({ ...shared, ...program.settings }, env, (path) => readFileSync(path, 'utf8'));
  if ('mistakes' in read) {
    for (const mistake of read.mistakes) complain(mistake);
    return ends.settings;
  }
  const config = read.config as SharedConfig & ConfigOf<S>;
  const instance = config.instance === '' ? `${name}-${newId().slice(0, 8)}` : config.instance;
  const log = jsonLog({ service: name, instance, level: config.level });
  const code = await new Promise<number>((resolve) => {
    const broken = (error: unknown): void => {
      log.error({ event: 'broken', err: error }, `${name} cannot go on: ${sentence(error)}`);
      resolve(ends.broken);
    };
    host.on('uncaughtException', broken);
    host.on('unhandledRejection', broken);
    void lived({ program, config, world, log, instance, broken }).then(resolve, broken);
  });
  log.info({ event: 'ended', code }, `${name} ends with ${code}`);
  return code;
}

type Living<S extends Settings> = Readonly<{
  program: Program<S>;
  config: SharedConfig & ConfigOf<S>;
  world: World;
  log: Log;
  instance: string;
  broken: (error: unknown) => void;
}>;

async function lived<S extends Settings>({ program, config, world, log, instance, broken }: Living<S>): Promise<number> {
  const { clock, newId, version, host } = world;
  const { name, service, api } = program;
  const signal = asked(host);
  const state = readiness(clock);
  const metrics = metricsOf({ service: name, version, clock, health: state.health });
  const open: (() => Promise<void>)[] = [];
  const serve = async (routes: readonly Route[], place: Place, up: Up | null): Promise<string> => {
    const publish = up === null ? () => Promise.reject(new Error('nothing is said here')) : say.bind(null, up);
    const server = await httpServer({ routes, publish, clock, log, ...place });
    open.push(() => server.close());
    return server.url;
  };
  try {
    const health = await serve(routesOf(metrics, state.missing), { host: config.healthHost, port: config.healthPort }, null);
    log.info({ event: 'begins', health, version }, `${name} ${version} begins; how it is stands at ${health}`);
    const make = async (parts: Parts): Promise<Service> => service(parts, config);
    const up = await bringUp({ make, config, instance, version, clock, newId, log, metrics, state, signal, open, broken });
    const address = api === undefined ? null : await serve(up.service.routes, api(config), up);
    log.info({ event: 'ready', health, address }, `${name} is ready${address === null ? '' : ` at ${address}`}`);
    await aborted(signal);
  } catch (error) {
    if (!(error instanceof Ended)) {
      log.error({ event: 'refused', err: error }, `${name} cannot begin: ${sentence(error)}`);
      await closed(open, clock);
      return ends.refused;
    }
  }
  state.ends();
  log.info({ event: 'ending' }, `${name} was asked to end; what is under way settles`);
  return closed(open, clock);
}

const routesOf = (metrics: Metrics, missing: () => Promise<readonly string[]>): readonly Route[] => [
  ...healthRoutes(() => [], missing),
  getting('/metrics', async () => ({ status: 200, headers: { 'Content-Type': metrics.contentType }, text: await metrics.text() })),
];

/** In reverse order of what was opened; within ten seconds, or it is `hasty`. */
async function closed(open: readonly (() => Promise<void>)[], clock: Clock): Promise<number> {
  const late = new AbortController();
  const all = async (): Promise<number> => {
    for (const close of open.toReversed()) await close();
    return ends.settled;
  };
  const code = await Promise.race([all(), clock.sleep(longestEnd, late.signal).then(() => ends.hasty)]);
  late.abort();
  return code;
}
