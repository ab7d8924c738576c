import {
  runLoop,
  runSubscription,
  sentence,
  type Aside,
  type Bus,
  type Clock,
  type Codec,
  type Log,
  type Loop,
  type Reader,
} from '@srm/messaging';
import { topics } from '@srm/schemas';
import type { Health } from './health.ts';
import type { Service } from './service.ts';
import { watched, type Watched } from './watched.ts';

export type ServiceParts = Readonly<{
  service: Service;
  bus: Bus;
  codec: Codec;
  clock: Clock;
  log: Log;
  /** Where the keys wait that a handler sets aside; without it they hold up their partition. */
  aside?: Aside;
}>;

export type RunningService = Readonly<{
  /** First nothing new is taken in and what is under way settles, then the loops end. Repeated: the same. */
  stop: () => Promise<void>;
  health: () => Health;
}>;

type Part<T> = Readonly<{ of: T; watch: Watched }>;

/** Starts all subscriptions and loops of a service. Resolves when every subscription is in place; if one cannot be, stops the others and throws. */
export async function runService(parts: ServiceParts): Promise<RunningService> {
  const { service, clock, log } = parts;
  const consumes = service.consumes.map((of) => ({ of, watch: watched(topics[of.topic].name, clock) }));
  const carried = service.loops.map((of, index) => ({ of, watch: watched(`loop ${index + 1}`, clock) }));
  const watching = [...consumes, ...carried].map(({ watch }) => watch);
  const readers: Reader[] = [];
  const loops: Promise<void>[] = [];
  const ending = new AbortController();
  let stopping: Promise<void> | null = null;

  const stop = async (): Promise<void> => {
    await Promise.all(readers.map((reader) => reader.stop()));
    ending.abort();
    await Promise.all(loops);
    for (const one of watching) one.is('stopped');
    log.info({ service: service.name }, `${service.name} has stopped`);
  };
  try {
    for (const part of consumes) readers.push(await subscribe(parts, part));
  } catch (error) {
    log.error({ service: service.name, err: error }, `${service.name} cannot start: ${sentence(error)}`);
    await stop();
    throw error;
  }
  for (const part of carried) loops.push(carry(parts, part, ending.signal));
  return {
    stop: () => (stopping ??= stop()),
    health: () => ({
      service: service.name,
      ready: stopping === null && watching.every((one) => ['running', 'ended'].includes(one.health().state)),
      parts: watching.map((one) => one.health()),
      setAside: service.setAside?.() ?? [],
    }),
  };
}

/** The group is the service; whoever reads the whole is alone in it, which the bus sees to. */
async function subscribe(parts: ServiceParts, { of, watch }: Part<Service['consumes'][number]>): Promise<Reader> {
  const group = of.read === 'whole' ? `${parts.service.name}.whole` : parts.service.name;
  const raw = of.raw === undefined ? {} : { raw: watch.raw(of.raw) };
  const onJoin = (): void => {
    of.onJoin?.();
    watch.is('running');
  };
  const subscription = { ...of, on: watch.handler(of.on), ...raw, onJoin, onLeave: () => watch.is('starting') };
  return runSubscription({ ...parts, ...watch.speech(parts), subscription, group });
}

async function carry(parts: ServiceParts, { of, watch }: Part<Loop>, signal: AbortSignal): Promise<void> {
  const name = `${parts.service.name}, ${watch.health().name}`;
  watch.is('running');
  try {
    await runLoop({ ...parts, ...watch.speech(parts), name, loop: watch.loop(of), signal });
  } catch (error) {
    watch.failed(error);
    parts.log.error({ service: parts.service.name, err: error }, `${name} has ended: ${sentence(error)}`);
  }
  watch.is('ended');
}
