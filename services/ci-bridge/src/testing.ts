import { mkdir, mkdtemp, readFile, realpath, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Job, JobStatus } from '@srm/bridge';
import { endOf } from '@srm/bridge/contract';
import { removeTree } from './durable.ts';
import { localDriver, type LocalParts } from './local.ts';
import { effectsFile } from './running.ts';
import { notSource, readTree, treeDigest } from './tree.ts';

/** What a test works in: a folder with `data` and `source` in it, removed by close(). */
export type Place = Readonly<{ folder: string; data: string; source: string; parts: LocalParts; close: () => Promise<void> }>;

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const clock = { now: () => 1_790_000_000_000, sleep: () => Promise.resolve() };
let ids = 0;

export const newId = (): string =>
  `00000000-0000-4000-8000-${String((ids += 1)).padStart(6, '0')}${String(process.pid % 1_000_000).padStart(6, '0')}`;

export async function place(): Promise<Place> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'srm-ci-')));
  const [data, source] = [path.join(folder, 'data'), path.join(folder, 'source')];
  await mkdir(source);
  const searchPath = `${path.dirname(process.execPath)}${path.delimiter}/usr/bin${path.delimiter}/bin`;
  const parts: LocalParts = { folder: data, roots: [source], tools: null, path: searchPath, clock, newId, log: quiet };
  return { folder, data, source, parts, close: () => removeTree(folder) };
}

export const driverOf = (where: Place): ReturnType<typeof localDriver> => localDriver(where.parts);

/** A test in a place of its own. */
export const within = (body: (where: Place) => Promise<void>) => async (): Promise<void> => {
  const where = await place();
  try {
    await body(where);
  } finally {
    await where.close();
  }
};

/** Writes the files of a component's source; gives its folder. */
export async function source(where: Place, component: string, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = path.join(where.source, component);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}

const bare = (component: string, action: string, inputs: Readonly<Record<string, string>>): Job => ({
  id: newId(),
  operation: 'op',
  step: `${component}/${action}`,
  attempt: 1,
  action,
  tenant: 'default',
  product: 'shop',
  environment: '',
  component,
  fence: 0,
  deadline: 60_000,
  driver: 'local',
  target: null,
  inputs: new Map(Object.entries(inputs)),
  undoes: null,
  restorePoint: null,
});

export type Build = Readonly<{
  run: readonly (readonly string[])[];
  output?: string;
  buildId?: string;
  needs?: Readonly<Record<string, readonly [path: string, artifact: string]>>;
}>;

/** A command that runs a script of Node. */
export const script = (text: string): readonly string[] => ['node', '-e', text];

let builds = 0;
export const anyBuildId = (): string => (builds += 1).toString(16).padStart(64, '0');

/** The job that compiles the source in a folder, as it is now. */
export async function compileJob(
  component: string,
  folder: string,
  { run, output = 'dist', buildId = anyBuildId(), needs = {} }: Build,
): Promise<Job> {
  const artifacts = Object.fromEntries(Object.entries(needs).map(([name, [, artifact]]) => [`need:${name}`, artifact]));
  return bare(component, 'compile', {
    name: `shop/${component}`,
    version: `0.0.0+${buildId.slice(-12)}`,
    buildId,
    source: JSON.stringify({ path: folder }),
    revision: await treeDigest(await readTree(folder, notSource)),
    build: JSON.stringify({ run, output }),
    needs: JSON.stringify(Object.entries(needs).map(([name, [at]]) => ({ name, path: at }))),
    ...artifacts,
  });
}

export const packageJob = (component: string, artifact: string, files: Readonly<Record<string, string>>, version = '0.0.0+abc'): Job =>
  bare(component, 'package', { name: `shop/${component}`, version, artifact, package: JSON.stringify({ files, workdir: '/app' }) });

export const never = new AbortController().signal;

export type Outputs = Readonly<Record<string, string>>;
export const outputsOf = (status: JobStatus): Outputs =>
  status.state === 'succeeded' ? Object.fromEntries(status.outputs.map(({ name, value }) => [name, value])) : {};

/** The lines of the log of effects. */
export const effectsIn = async (where: Place): Promise<readonly string[]> =>
  (await readFile(effectsFile(where.data), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');

/** Starts a job and waits for its end. */
export async function run(where: Place, job: Job): Promise<JobStatus> {
  const driver = driverOf(where);
  const { refused } = await driver.start(job, never);
  if (refused !== null) throw new Error(refused);
  return endOf(driver, job);
}

/** Resolves once the file has text that ends in a line; gives its lines. Files are written by processes that nobody here can wait for. */
export async function linesOf(file: string, count: number): Promise<readonly string[]> {
  for (;;) {
    const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n').slice(0, -1);
    if (lines.length >= count) return lines;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process runs; one that is dead and not buried yet does not. */
export const isAlive = async (pid: string): Promise<boolean> => {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return status !== null && !/\) [ZX] /.test(status);
};
