import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { later, type Chance, type Lives } from '@srm/standalone/kill';
import type { Part } from './part.ts';

/** Where SRM's services are started as processes, and against what. */
export type FleetParts = Readonly<{
  /** Sources of products; `data` below it is the bridges'. */
  folder: string;
  /** Where each process' lines are kept, by its name. */
  logs: string;
  brokers: readonly string[];
  registry: string;
  mongodb: string;
  database: string;
  namespace: string;
  /** Of each service. */
  instances: number;
  /** Milliseconds after which the partitions of a silent instance go to others. */
  session: number;
  /** Which instance is killed of the service whose turn it is. */
  chance: Chance;
  /** Broker, registry, document server: these are killed, too, where they are given. */
  others?: Readonly<Record<string, Part>>;
}>;

export const serviceNames = ['orchestrator', 'ci-bridge', 'sem-bridge', 'scm-bridge', 'query-api'] as const;
export type ServiceName = (typeof serviceNames)[number];

export type Member = Readonly<{
  name: ServiceName;
  /** Its name among all. */
  instance: string;
  lives: () => boolean;
  pid: () => number;
  signal: (signal: NodeJS.Signals) => void;
}>;

export type Fleet = Lives &
  Readonly<{
    members: readonly Member[];
    /** Of each service and each part that may be killed: how often it was. */
    deaths: () => ReadonlyMap<string, number>;
    /** How many messages of a type the instance has published since it began, as its metrics say. */
    published: (instance: string, type: string) => Promise<number>;
  }>;

type Life = {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  /** Once it has said that it is ready. */
  readonly ready: Promise<Ready | null>;
  wanted: boolean;
  text: string;
};
type Ready = Readonly<{ health: string; address: string | null }>;

const home = fileURLToPath(new URL('../..', import.meta.url));

/** Every service as so many processes of its own; `kill` takes one of those that were killed least, by chance, `start` starts whatever does not run. */
export function fleetOf(parts: FleetParts): Fleet {
  const names = serviceNames.flatMap((name) => Array.from({ length: parts.instances }, (_, n) => ({ name, instance: `${name}-${n + 1}` })));
  const living = new Map<string, Life>();
  const addresses = new Set<string>();
  const others = new Map(Object.entries(parts.others ?? {}));
  const deaths = new Map([...serviceNames, ...others.keys()].map((name) => [name, 0]));
  /** Parts that do not run; those that are on their way are no more among the dead. */
  const dead = new Set<string>();
  const rising = new Map<string, Promise<void>>();
  let over = false;
  let changed = later();
  mkdirSync(parts.logs, { recursive: true });

  const begin = (name: ServiceName, instance: string): void => {
    const life = started(parts, name, instance);
    living.set(instance, life);
    void life.ready.then((ready) => ready?.address != null && addresses.add(ready.address));
    void life.ended.then(() => (changed.resolve(), (changed = later())));
  };
  const end = async (instance: string, signal: NodeJS.Signals): Promise<number | null> => {
    const life = living.get(instance);
    if (life === undefined || !life.wanted) return null;
    life.wanted = false;
    life.child.kill('SIGCONT');
    life.child.kill(signal);
    return life.ended;
  };
  const lives = (instance: string): boolean => {
    const life = living.get(instance);
    return life !== undefined && life.wanted && life.child.exitCode === null && life.child.signalCode === null;
  };
  /** Nobody ended it. */
  const lost = (): string | undefined => names.find(({ instance }) => living.get(instance)?.wanted === true && !lives(instance))?.instance;
  const doors = names.filter(({ name }) => name === 'query-api');
  return {
    members: names.map(({ name, instance }) => ({
      name,
      instance,
      lives: () => lives(instance),
      pid: () => living.get(instance)?.child.pid ?? 0,
      signal: (signal) => void living.get(instance)?.child.kill(signal),
    })),
    published: async (instance, type) => {
      const health = (await living.get(instance)?.ready)?.health ?? '';
      const metrics = await (await fetch(`${health}/metrics`)).text();
      return Number(new RegExp(`^srm_events_published_total\\{type="${type}".*\\} (\\d+)$`, 'm').exec(metrics)?.[1] ?? 0);
    },
    present: async () => {
      for (;;) {
        const other = changed.promise;
        const gone = lost();
        if (gone !== undefined) throw new Error(`${gone} ended by itself:\n${living.get(gone)?.text.slice(-4_000)}`);
        for (const { instance } of doors.filter((door) => lives(door.instance))) {
          const life = living.get(instance);
          const ready = await Promise.race([life?.ready ?? null, other.then(() => null)]);
          if (life !== undefined && ready?.address != null && lives(instance)) return { address: ready.address, over: life.ended };
        }
        if (!doors.some((door) => lives(door.instance))) await other;
      }
    },
    start: () => {
      if (over) return;
      for (const { name, instance } of names) if (!lives(instance)) begin(name, instance);
      for (const name of dead)
        rising.set(
          name,
          (others.get(name)?.start() ?? Promise.resolve()).finally(() => rising.delete(name)),
        );
      for (const one of rising.values()) one.catch(() => undefined);
      dead.clear();
      changed.resolve();
      changed = later();
    },
    kill: async () => {
      const alive: readonly (readonly [name: string, instance: string])[] = [
        ...names.flatMap(({ name, instance }) => (lives(instance) ? [[name, instance] as const] : [])),
        ...[...others.keys()].flatMap((name) => (dead.has(name) || rising.has(name) ? [] : [[name, name] as const])),
      ];
      const fewest = Math.min(...alive.map(([name]) => deaths.get(name) ?? 0));
      const due = alive.filter(([name]) => deaths.get(name) === fewest);
      const [name = '', instance = ''] = due[parts.chance.whole(due.length)] ?? [];
      if (others.has(name)) {
        dead.add(name);
        await others.get(name)?.kill();
      } else await end(instance, 'SIGKILL');
      deaths.set(name, fewest + 1);
      return [...deaths.values()].reduce((sum, one) => sum + one, 0);
    },
    deaths: () => deaths,
    leave: async () => {
      await Promise.all(rising.values());
      const codes = await Promise.all(names.map(({ instance }) => end(instance, 'SIGTERM')));
      return codes.reduce((worst: number, code) => Math.max(worst, code ?? 99), 0);
    },
    end: async () => {
      over = true;
      await Promise.all(names.map(({ instance }) => end(instance, 'SIGKILL')));
    },
    addresses: () => [...addresses],
  };
}

function started(parts: FleetParts, name: ServiceName, instance: string): Life {
  const main = path.join(home, 'services', name, 'dist', 'main.js');
  const child = spawn(process.execPath, ['--no-warnings', main], {
    cwd: home,
    env: environmentOf(parts, name, instance),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const log = path.join(parts.logs, `${instance}.log`);
  const life: { text: string; wanted: boolean } = { text: '', wanted: true };
  const ready = new Promise<Ready | null>((resolve) => {
    const hear = (chunk: string): void => {
      appendFileSync(log, chunk);
      life.text += chunk;
      const found = /^.*"event":"ready".*$/m.exec(life.text)?.[0];
      if (found !== undefined) resolve(readyIn(JSON.parse(found)));
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
    void ended.then(() => resolve(null));
  });
  return Object.assign(life, { child, ended, ready });
}

function readyIn(line: unknown): Ready {
  if (typeof line !== 'object' || line === null || !('health' in line && 'address' in line)) throw new Error('it does not say where it is');
  return { health: String(line.health), address: typeof line.address === 'string' ? line.address : null };
}

function environmentOf(parts: FleetParts, name: ServiceName, instance: string): Readonly<Record<string, string>> {
  const data = path.join(parts.folder, 'data');
  const search = [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter);
  const own: Readonly<Record<ServiceName, Readonly<Record<string, string>>>> = {
    orchestrator: {},
    'scm-bridge': {},
    'ci-bridge': { SRM_CI_FOLDER: path.join(data, 'ci'), SRM_CI_SOURCES: parts.folder, SRM_CI_TOOLS: '/nowhere' },
    'sem-bridge': { SRM_SEM_FOLDER: path.join(data, 'sem'), SRM_SEM_IMAGES: path.join(data, 'ci', 'dpr') },
    'query-api': { PORT: '0', SRM_ACTOR: 'killer' },
  };
  return {
    PATH: search,
    KAFKA_BROKERS: parts.brokers.join(','),
    SRM_NAMESPACE: parts.namespace,
    KAFKA_REPLICATION: '1',
    KAFKA_SESSION_MS: String(parts.session),
    SCHEMA_REGISTRY_URL: parts.registry,
    MONGODB_URI: parts.mongodb,
    MONGODB_DATABASE: parts.database,
    SRM_INSTANCE: instance,
    HEALTH_PORT: '0',
    ...own[name],
  };
}
