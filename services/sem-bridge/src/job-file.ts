import { readdir, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { fileName } from './address.ts';
import { decode, encode, fields, flag, list, nullable, number, oneOf, pairs, text } from './codec.ts';
import { createOnly, replace, textOf } from './durable.ts';
import { versionShape } from './version.ts';

const effect = oneOf('none', 'possible', 'done');
const output = fields({ name: text, value: text, secret: flag });
const situation = fields({
  was: oneOf('absent', 'present'),
  state: nullable(oneOf('running', 'stopped', 'completed')),
  version: nullable(versionShape),
  ports: nullable(pairs(number)),
  /** Whether it was ready then. */
  healthy: nullable(flag),
});
/** What a resource was, and all that is needed to make it so again. */
export type Situation = ReturnType<typeof situation>;
export const situationOf = (json: string): Situation => decode(situation, json, 'restorePoint');

export const endingShape = fields({
  state: oneOf('succeeded', 'failed', 'cancelled'),
  reason: text,
  code: nullable(text),
  retryable: flag,
  effect,
  unchanged: flag,
  outputs: list(output),
  /** JSON text. */
  evidence: nullable(text),
});
export type JobEnding = ReturnType<typeof endingShape>;

const work = fields({
  /** undo-nothing: no restore point was taken, so nothing was ever started. */
  does: oneOf('deploy', 'restore', 'undo-nothing', 'start', 'stop', 'restart', 'destroy'),
  operation: text,
  step: text,
  fence: number,
  /** Of a deploy: what is brought. Of a restore: the command that is run first, if there is one. */
  version: nullable(versionShape),
  /** Of a restore: what is made again. */
  situation: nullable(situation),
  /** Of a deploy: also where it changes nothing. */
  force: nullable(flag),
});
export type Work = ReturnType<typeof work>;

/** Null work and an ending: a tombstone, or what was refused. */
const jobFile = fields({ job: text, asked: number, work: nullable(work), text, ended: nullable(endingShape) });
export type JobFile = ReturnType<typeof jobFile>;

const at = (folder: string, job: string): string => path.join(folder, `${fileName(job)}.json`);
const cancelAt = (folder: string, job: string): string => path.join(folder, `${fileName(job)}.cancel`);

export async function readJob(folder: string, job: string): Promise<JobFile | null> {
  const found = await textOf(at(folder, job));
  return found === null ? null : decode(jobFile, found);
}

/** False: the job is there already, or a tombstone stands; nothing was done. */
export const createJob = (folder: string, file: JobFile): Promise<boolean> => createOnly(at(folder, file.job), encode(file));

/** Only the holder of the resource's lock does this. */
export const writeJob = (folder: string, file: JobFile): Promise<void> => replace(at(folder, file.job), encode(file));

export const askCancel = (folder: string, job: string): Promise<boolean> => createOnly(cancelAt(folder, job), '');
export const cancelAsked = async (folder: string, job: string): Promise<boolean> => (await textOf(cancelAt(folder, job))) !== null;

/** Makes whoever watches the folder look again, should it have missed the job. */
export async function poke(folder: string, job: string, now: number): Promise<void> {
  await utimes(at(folder, job), now / 1000, now / 1000).catch(() => undefined);
}

/** The jobs that have not ended, in the order in which they were asked; `known` ends are not read again. */
export async function openJobs(folder: string, known: Set<string>): Promise<readonly JobFile[]> {
  const found: JobFile[] = [];
  for (const name of await readdir(folder)) {
    if (!/^[^.].*\.json$/.test(name) || known.has(name)) continue;
    const content = await textOf(path.join(folder, name));
    if (content === null) continue;
    const file = decode(jobFile, content);
    if (file.ended === null) found.push(file);
    else known.add(name);
  }
  return found.sort((a, b) => a.asked - b.asked || (a.job < b.job ? -1 : 1));
}

const kept = 31 * 24 * 3600 * 1000;

/** Removes what ended longer ago than any book remembers, and belongs to none of the jobs in use. */
export async function prune(folder: string, now: number, used: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    const found = await stat(path.join(folder, name)).catch(() => null);
    if (used.some((job) => name.startsWith(fileName(job)))) continue;
    if (found !== null && found.mtimeMs < now - kept) await rm(path.join(folder, name), { force: true });
  }
}
