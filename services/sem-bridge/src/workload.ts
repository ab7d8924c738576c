import { anything, decode, either, fields, flag, list, nullable, number, oneOf, pairs, text, type Shape } from './codec.ts';

const header = fields({ name: text, value: text });
const probeShape = fields({
  httpGet: nullable(
    fields({ path: text, port: either(number, text), scheme: nullable(text), host: nullable(text), httpHeaders: nullable(list(header)) }),
  ),
  exec: nullable(fields({ command: list(text) })),
  initialDelaySeconds: nullable(number),
  periodSeconds: nullable(number),
  timeoutSeconds: nullable(number),
  failureThreshold: nullable(number),
});
/** A probe in Kubernetes' words. */
export type Probe = ReturnType<typeof probeShape>;

const scalar: Shape<string> = (value, at) => (typeof value === 'number' || typeof value === 'boolean' ? String(value) : text(value, at));

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds from seconds as a number or `500ms`, `30s`, `2m`. */
const duration: Shape<number> = (value, at) => {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|)$/.exec(scalar(value, at).trim());
  if (parts === null) throw new Error(`${at} must be a duration: seconds as a number, or like 500ms, 30s, 2m`);
  return Number(parts[1]) * (units[parts[2] ?? ''] ?? 1000);
};

const shape = fields({
  command: nullable(list(text)),
  args: nullable(list(text)),
  variables: nullable(pairs(scalar)),
  volumes: nullable(pairs(fields({ source: text }))),
  ports: nullable(pairs(fields({ port: number, targetPort: nullable(number), protocol: nullable(text), exposed: nullable(flag) }))),
  files: nullable(pairs(anything)),
  readinessProbe: nullable(probeShape),
  livenessProbe: nullable(probeShape),
  settle: nullable(duration),
  readyWithin: nullable(duration),
  replicas: nullable(number),
});
/** The workload as the plan resolved it, its placeholders still in it. Durations in milliseconds. */
export type Workload = ReturnType<typeof shape>;

export const kindOf = oneOf('service', 'stateful', 'job');

/** Throws NotThatShape. */
export const workloadOf = (json: string): Workload => decode(shape, json, 'workload');

const name = /^[a-z][a-z0-9-]{0,29}$/;

/** What this target cannot do, in words; null: it can. */
export function unsupported(workload: Workload): string | null {
  if (workload.replicas !== null && workload.replicas !== 1)
    return `${workload.replicas} replicas are not supported yet where components run as processes: choose the spec single, or replicas: 1`;
  if ((workload.files?.size ?? 0) > 0) return 'workload.files is not supported yet where components run as processes';
  for (const key of workload.ports?.keys() ?? []) if (!name.test(key)) return `${JSON.stringify(key)} cannot name a port`;
  for (const { source } of workload.volumes?.values() ?? [])
    if (!name.test(source)) return `${JSON.stringify(source)} cannot name a volume: a letter, then letters, digits or -`;
  for (const port of workload.ports?.values() ?? [])
    if ((port.protocol ?? 'TCP') !== 'TCP') return `the protocol ${port.protocol} of a port is not supported yet: TCP is`;
  return probeFault('readinessProbe', workload.readinessProbe, workload) ?? probeFault('livenessProbe', workload.livenessProbe, workload);
}

function probeFault(what: string, probe: Probe | null, workload: Workload): string | null {
  if (probe === null) return null;
  if (probe.httpGet === null && probe.exec === null) return `${what} must have httpGet or exec`;
  if (probe.exec !== null && probe.exec.command.length === 0) return `${what}.exec.command is empty`;
  if (probe.httpGet === null) return null;
  if ((probe.httpGet.scheme ?? 'HTTP').toUpperCase() !== 'HTTP')
    return `${what}.httpGet.scheme ${probe.httpGet.scheme} is not supported yet`;
  if (probe.httpGet.host !== null) return `${what}.httpGet.host is not supported: the component itself is asked`;
  return portNamed(workload, probe.httpGet.port) === null
    ? `${what}.httpGet.port ${probe.httpGet.port} is none of the workload's ports: add it to workload.ports`
    : null;
}

/** Program and arguments, as Kubernetes takes them: the workload's command replaces the image's entrypoint and what goes with it. */
export const commandLine = (
  workload: Workload,
  image: Readonly<{ entrypoint: readonly string[]; cmd: readonly string[] }>,
): readonly string[] => {
  const [command, args] = [workload.command ?? [], workload.args ?? []];
  if (command.length > 0) return [...command, ...args];
  return [...image.entrypoint, ...(args.length > 0 ? args : image.cmd)];
};

/** The name of the port that a probe means by a name or by the number that its image would listen on. */
export function portNamed(workload: Workload, port: number | string): string | null {
  for (const [key, at] of workload.ports ?? []) if (key === port || at.port === port || at.targetPort === port) return key;
  return null;
}
