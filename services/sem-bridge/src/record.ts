import path from 'node:path';
import { decode, encode, fields, flag, list, nullable, number, oneOf, pairs, text } from './codec.ts';
import { replace, textOf } from './durable.ts';
import { endingShape } from './job-file.ts';
import { versionShape } from './version.ts';

const runShape = fields({
  /** Stands in the environment of the process and of its children: by it they are found again. */
  mark: text,
  version: text,
  /** Whose log it writes. */
  job: text,
  /** The private ports, by name. */
  ports: pairs(number),
  /** Of the process; null before it is started. */
  pid: nullable(number),
  identity: nullable(text),
});
/** One process of a version. */
export type Run = ReturnType<typeof runShape>;

const nextShape = fields({ job: text, version: versionShape, run: runShape });

const recordShape = fields({
  address: fields({ tenant: text, environment: text, product: text, component: text }),
  /** The highest seen. */
  fence: number,
  wanted: oneOf('absent', 'running', 'stopped', 'completed'),
  current: nullable(versionShape),
  /** The job that made `current` and `wanted` what they are. */
  by: nullable(text),
  run: nullable(runShape),
  /** What a job is bringing up; it has no traffic. */
  next: nullable(nextShape),
  /** The job for which `run` is kept from running, so that a volume has one writer. What comes for `run` waits. */
  held: nullable(text),
  /** How a job ends that brought nothing up, written before anything is cleared away. `back`: first `run` has to serve again. */
  gaveUp: nullable(fields({ job: text, ending: endingShape, back: flag })),
  /** The undo whose command has run to its end: it is not run again, what is left is to restore. */
  undid: nullable(text),
  /** What had the traffic before and is still to be stopped. */
  leaving: list(runShape),
  /** The stable ports, by name. */
  ports: pairs(number),
  restarts: number,
  health: oneOf('starting', 'healthy', 'unhealthy'),
  reason: nullable(text),
});
export type ResourceRecord = ReturnType<typeof recordShape>;

const at = (folder: string): string => path.join(folder, 'record.json');

export async function readRecord(folder: string): Promise<ResourceRecord | null> {
  const found = await textOf(at(folder));
  return found === null ? null : decode(recordShape, found);
}

export const writeRecord = (folder: string, record: ResourceRecord): Promise<void> => replace(at(folder), encode(record));

export const emptyRecord = (address: ResourceRecord['address']): ResourceRecord => ({
  address,
  fence: 0,
  wanted: 'absent',
  current: null,
  by: null,
  run: null,
  next: null,
  held: null,
  gaveUp: null,
  undid: null,
  leaving: [],
  ports: new Map(),
  restarts: 0,
  health: 'starting',
  reason: null,
});
