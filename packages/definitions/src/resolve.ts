import { milliseconds } from './duration.ts';
import { own } from './own.ts';
import type { Component, DeploymentSpec, Probe, Value, Workload } from './types.ts';

/** Later wins (definitions, rule 6). */
export const ranks = { spec: 0, component: 1, environment: 2, request: 3 } as const;
export type Rank = keyof typeof ranks;

/** A value that somebody chose, and who. */
export type Chosen = Readonly<{ value: Value; rank: Rank }>;

/** What runs: nothing is left open but the placeholders that the target fills. Durations as `30s`; absent is null. */
export type ResolvedWorkload = Readonly<{
  kind: 'service' | 'stateful' | 'job';
  command: readonly string[];
  args: readonly string[];
  variables: Readonly<Record<string, string>>;
  volumes: NonNullable<Workload['volumes']>;
  ports: NonNullable<Workload['ports']>;
  readinessProbe: Probe | null;
  livenessProbe: Probe | null;
  resources: Workload['resources'] | null;
  settle: string;
  readyWithin: string;
  replicas: number;
}>;

export type Resolved = Readonly<{ workload: ResolvedWorkload; origins: Readonly<Record<string, Rank>> }>;

const usualReady = { service: 30_000, stateful: 30_000, job: 600_000 };
const parameter = /\$\$\{|\$\{parameters\.([^}]*)\}/g;

type Parameters = ReadonlyMap<string, Chosen>;

/** Only parameters are filled in here; all else, escapes too, stays for the target. */
const fillText = (text: string, parameters: Parameters): string =>
  text.replace(parameter, (whole, name: string | undefined) => {
    const chosen = name === undefined ? undefined : parameters.get(name);
    return chosen === undefined ? whole : String(chosen.value).replaceAll('${', () => '$${');
  });

/** The names of the parameters that a value uses, wherever in it. */
export function parametersIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(parameter)].flatMap((match) => (match[1] === undefined ? [] : [match[1]]));
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(parametersIn) : [];
}

type Layer = Readonly<{ value: unknown; rank: Rank }>;

const higher = (a: Rank, b: Rank): Rank => (ranks[b] > ranks[a] ? b : a);

/** A value counts as said by who chose its parameters, where that is later than who wrote it. */
const rankOf = (value: unknown, written: Rank, parameters: Parameters): Rank =>
  parametersIn(value).reduce<Rank>((rank, name) => higher(rank, parameters.get(name)?.rank ?? 'spec'), written);

const byEntry = ['variables', 'volumes', 'ports'] as const;

function entriesOf(workload: Workload): ReadonlyMap<string, unknown> {
  const entries = new Map<string, unknown>();
  for (const [key, value] of Object.entries(workload)) {
    if (key === 'kind' || key.startsWith('x-')) continue;
    if (!byEntry.some((name) => name === key)) entries.set(key, value);
    else for (const [name, item] of Object.entries(value ?? {})) entries.set(`${key}.${name}`, item);
  }
  return entries;
}

/** Who says what: of two that say the same thing the later. */
function origins(spec: Workload, own: Workload, parameters: Parameters): ReadonlyMap<string, Layer> {
  const layers = new Map<string, Layer>();
  for (const [key, value] of entriesOf(spec)) layers.set(key, { value: spec, rank: rankOf(value, 'spec', parameters) });
  for (const [key, value] of entriesOf(own)) {
    const rank = rankOf(value, 'component', parameters);
    const below = layers.get(key);
    if (below === undefined || ranks[rank] >= ranks[below.rank]) layers.set(key, { value: own, rank });
  }
  return layers;
}

type Get = NonNullable<Probe['httpGet']>;

function httpGetOf(given: Get, ports: NonNullable<Workload['ports']>, text: (text: string) => string): Get {
  const asked = given.port;
  const port = typeof asked === 'string' ? (own(ports, asked)?.port ?? asked) : asked;
  const headers = given.httpHeaders?.map((header) => ({ ...header, value: text(header.value) }));
  return { ...given, port, path: text(given.path), ...(headers === undefined ? {} : { httpHeaders: headers }) };
}

/** Ports by number, whatever they were called. */
function probeOf(given: Probe | undefined, ports: NonNullable<Workload['ports']>, text: (text: string) => string): Probe | null {
  if (given === undefined) return null;
  const { httpGet, exec, ...times } = given;
  return {
    ...times,
    ...(httpGet === undefined ? {} : { httpGet: httpGetOf(httpGet, ports, text) }),
    ...(exec === undefined ? {} : { exec: { ...exec, command: exec.command.map(text) } }),
  };
}

const duration = (text: string | undefined, usual: number): string => {
  const length = (text === undefined ? null : milliseconds(text)) ?? usual;
  return length % 1000 === 0 ? `${length / 1000}s` : `${length}ms`;
};

function replicasOf(given: Workload['replicas'], parameters: Parameters): number {
  if (typeof given === 'number') return given;
  const value = given === undefined ? undefined : parameters.get(parametersIn(given)[0] ?? '')?.value;
  return typeof value === 'number' ? value : 1;
}

/** Lays the component's workload over that of the spec and fills in the parameters. Pure. */
export function resolveWorkload(component: Component, spec: DeploymentSpec, parameters: Parameters): Resolved {
  const layers = { spec: spec.spec.workload ?? {}, own: component.workload ?? {} };
  const said = origins(layers.spec, layers.own, parameters);
  const isOwn = (key: string): boolean => said.get(key)?.value === layers.own;
  const pick = <K extends keyof Workload>(key: K): Workload[K] | undefined => (isOwn(key) ? layers.own : layers.spec)[key];
  const merged = <T>(
    key: (typeof byEntry)[number],
    of: (workload: Workload) => Readonly<Record<string, T>> | undefined,
  ): Record<string, T> =>
    Object.fromEntries([
      ...Object.entries(of(layers.spec) ?? {}).filter(([name]) => !isOwn(`${key}.${name}`)),
      ...Object.entries(of(layers.own) ?? {}).filter(([name]) => isOwn(`${key}.${name}`)),
    ]);
  const kind = layers.own.kind ?? 'service';
  const ports = merged('ports', (workload) => workload.ports);
  const text = (item: string): string => fillText(item, parameters);
  const workload: ResolvedWorkload = {
    kind,
    command: (pick('command') ?? []).map(text),
    args: (pick('args') ?? []).map(text),
    variables: Object.fromEntries(Object.entries(merged('variables', (item) => item.variables)).map(([name, item]) => [name, text(item)])),
    volumes: merged('volumes', (item) => item.volumes),
    ports,
    readinessProbe: probeOf(pick('readinessProbe'), ports, text),
    livenessProbe: probeOf(pick('livenessProbe'), ports, text),
    resources: pick('resources') ?? null,
    settle: duration(pick('settle'), 0),
    readyWithin: duration(pick('readyWithin'), usualReady[kind]),
    replicas: replicasOf(pick('replicas'), parameters),
  };
  return { workload, origins: Object.fromEntries([...said].map(([key, layer]) => [`workload.${key}`, layer.rank])) };
}

/** The template of an output with its parameters filled in. */
export const resolveTemplate = fillText;
