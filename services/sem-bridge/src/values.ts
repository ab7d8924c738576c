import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fill } from '@srm/definitions/placeholders';
import { decode, either, fields, flag, nullable, pairs, text, type Shape } from './codec.ts';
import type { Probe, Workload } from './workload.ts';
import type { Version } from './version.ts';

/** What a placeholder can name, for one process. */
export type Surroundings = Readonly<{
  host: string;
  /** Where others reach it, by port name. */
  stable: ReadonlyMap<string, number>;
  /** Where the process itself listens. */
  own: ReadonlyMap<string, number>;
  volumes: string;
}>;

const scalar: Shape<string> = (value, at) =>
  typeof value === 'string' ? value : text(typeof value === 'object' ? null : String(value), at);

export function valuesOf(version: Version, workload: Workload, around: Surroundings): ReadonlyMap<string, string> {
  const values = new Map(decode(pairs(scalar), version.values, 'values'));
  for (const [key, value] of decode(
    pairs((item) => item),
    version.parameters,
    'parameters',
  ))
    values.set(`parameters.${key}`, typeof value === 'string' ? value : JSON.stringify(value));
  values.set('service.host', around.host);
  for (const [name, port] of around.stable) values.set(`service.ports.${name}`, String(port));
  for (const [name, port] of around.own) values.set(`ports.${name}`, String(port));
  for (const { source } of workload.volumes?.values() ?? []) values.set(`volumes.${source}`, path.join(around.volumes, source));
  return values;
}

const filledProbe = (probe: Probe | null, values: ReadonlyMap<string, string>): Probe | null =>
  probe === null
    ? null
    : {
        ...probe,
        httpGet:
          probe.httpGet === null
            ? null
            : {
                ...probe.httpGet,
                path: fill(probe.httpGet.path, values),
                httpHeaders: probe.httpGet.httpHeaders?.map(({ name, value }) => ({ name, value: fill(value, values) })) ?? null,
              },
        exec: probe.exec === null ? null : { command: probe.exec.command.map((part) => fill(part, values)) },
      };

/** The workload with everything filled in. Throws, in words, when nothing provides a placeholder. */
export const filled = (workload: Workload, values: ReadonlyMap<string, string>): Workload => ({
  ...workload,
  command: workload.command?.map((part) => fill(part, values)) ?? null,
  args: workload.args?.map((part) => fill(part, values)) ?? null,
  variables: new Map([...(workload.variables ?? [])].map(([name, value]) => [name, fill(value, values)])),
  readinessProbe: filledProbe(workload.readinessProbe, values),
  livenessProbe: filledProbe(workload.livenessProbe, values),
});

export type FilledOutput = Readonly<{ name: string; value: string; secret: boolean }>;

const template = either(text, fields({ value: text, secret: nullable(flag) }));

/** The declared outputs. Throws, in words, when nothing provides a placeholder. */
export const outputsOf = (version: Version, values: ReadonlyMap<string, string>): readonly FilledOutput[] =>
  [...decode(pairs(template), version.outputs, 'outputs')].map(([name, given]) =>
    typeof given === 'string'
      ? { name, value: fill(given, values), secret: false }
      : { name, value: fill(given.value, values), secret: given.secret ?? false },
  );

export async function makeVolumes(workload: Workload, volumes: string): Promise<void> {
  for (const { source } of workload.volumes?.values() ?? []) await mkdir(path.join(volumes, source), { recursive: true });
}
