import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Driver, Job, JobStatus } from '@srm/bridge';
import type { Log } from '@srm/messaging';
import { wallClock } from '@srm/messaging/testing';
import { pack } from 'tar-stream';
import { folderMark, placesOf } from './address.ts';
import { markedProcesses, signal } from './identity.ts';
import { holderOf } from './lock.ts';
import { processDriver } from './process-driver.ts';
import { stopEverything } from './resources.ts';
import { resourceMark } from './stage.ts';

export const clock = wallClock;
const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Answers with what it was given; ready unless READY says otherwise; /die ends it. */
const server = (version: string): string => `import http from 'node:http';
import { appendFileSync, readFileSync } from 'node:fs';
const { PORT, BETA, READY, DATA } = process.env;
if (DATA) appendFileSync(DATA + '/starts', '${version}\\n');
console.log('${version} listens');
http.createServer((request, response) => {
  if (request.url === '/die') process.exit(3);
  if (request.url === '/ready' && READY) return response.writeHead(503).end(READY);
  response.end(JSON.stringify({ version: '${version}', beta: BETA ?? null, pid: process.pid, data: DATA ? readFileSync(DATA + '/starts', 'utf8') : null }));
}).listen(Number(PORT), '127.0.0.1');
`;

export const programs = {
  server,
  crash: `console.error('warming up');\nthrow new Error('no stock');\n`,
  hangs: `setInterval(() => undefined, 1000);\nconsole.log('waits');\n`,
  job: `console.log('filled');\n`,
} as const;

const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function layerOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mtime: new Date(0) }, content);
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return gzipSync(Buffer.concat(chunks));
}

/** Writes an image of one layer into an OCI layout; gives its digest. */
export async function writeImage(
  layout: string,
  files: Readonly<Record<string, string>>,
  config: object = { WorkingDir: '/app' },
): Promise<string> {
  const blobs = path.join(layout, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const blob = async (bytes: Buffer, mediaType: string): Promise<object> => {
    await writeFile(path.join(blobs, hex(bytes)), bytes);
    return { mediaType, digest: `sha256:${hex(bytes)}`, size: bytes.length };
  };
  const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
  const layer = await blob(await layerOf(files), 'application/vnd.oci.image.layer.v1.tar+gzip');
  const described = await blob(json({ architecture: 'amd64', os: 'linux', config }), 'application/vnd.oci.image.config.v1+json');
  const manifest = json({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json', config: described, layers: [layer] });
  await blob(manifest, '');
  return `sha256:${hex(manifest)}`;
}

export const imageOf = (layout: string, program: string): Promise<string> => writeImage(layout, { 'app/main.mjs': program });

export type World = Readonly<{
  folder: string;
  dpr: string;
  driver: Driver;
  again: () => Driver;
  close: () => Promise<void>;
}>;

/** A data folder and an image repository of its own; close() ends all that was started and removes both. */
export async function makeWorld(): Promise<World> {
  const folder = await mkdtemp(path.join(tmpdir(), 'srm-sem-'));
  const dpr = path.join(folder, 'dpr');
  await mkdir(dpr);
  const again = (): Driver =>
    processDriver({
      folder,
      dpr,
      clock,
      newId: randomUUID,
      log,
      host: '127.0.0.1',
      path: `${path.dirname(process.execPath)}:/usr/bin:/bin`,
    });
  return {
    folder,
    dpr,
    driver: again(),
    again,
    close: async () => {
      await stopEverything(folder, clock);
      // A supervisor that a driver was just starting when it was asked to end comes up once more.
      while ((await markedProcesses(folderMark(folder))).length > 0) await stopEverything(folder, clock);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const service = {
  command: ['node', 'main.mjs'],
  variables: { PORT: '${ports.http}', BETA: '${config.beta}' },
  ports: { http: { port: 8080 } },
  readinessProbe: { httpGet: { path: '/ready', port: 8080 } },
};

const deadline = 60_000;

export const jobOf = (action: string, changes: Partial<Job> = {}): Job => ({
  id: randomUUID(),
  operation: 'operation',
  step: `cart/${action}`,
  attempt: 1,
  action,
  tenant: 'default',
  product: 'shop',
  environment: 'development',
  component: 'cart',
  fence: 1,
  deadline,
  driver: 'process',
  target: null,
  inputs: new Map(),
  undoes: null,
  restorePoint: null,
  ...changes,
});

/** A deploy of an image. */
export const deployOf = (
  image: string,
  workload: object = service,
  changes: Partial<Job> = {},
  inputs: Readonly<Record<string, string>> = {},
): Job =>
  jobOf('deploy', {
    inputs: new Map(
      Object.entries({
        image,
        version: '1',
        kind: 'service',
        workload: JSON.stringify(workload),
        outputs: JSON.stringify({ url: 'http://${service.host}:${service.ports.http}' }),
        values: JSON.stringify({ 'config.beta': 'false' }),
        configuration: 'sha256:c1',
        spec: 'single@1',
        parameters: '{}',
        ...inputs,
      }),
    ),
    ...changes,
  });

export type Ended = Extract<JobStatus, { state: 'succeeded' | 'failed' | 'cancelled' }>;

export async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await clock.sleep(20);
  }
}

/** Starts a job and looks until it has ended. */
export async function carried(driver: Driver, job: Job): Promise<Ended> {
  const { refused } = await driver.start(job, new AbortController().signal);
  if (refused !== null) throw new Error(refused);
  return endOf(driver, job);
}

export const endOf = (driver: Driver, job: Job): Promise<Ended> =>
  until(async () => {
    const status = await driver.observe(job);
    return status.state === 'succeeded' || status.state === 'failed' || status.state === 'cancelled' ? status : null;
  });

export const addressOf = (component: string) => ({ tenant: 'default', environment: 'development', product: 'shop', component });

/** How many processes of a component there are. */
export const running = async ({ folder }: World, component = 'cart'): Promise<number> =>
  (await markedProcesses(resourceMark(folder, addressOf(component)))).length;

/** Kills the supervisor of a component after its record was seen to change so often, or when the job had ended before; whoever ended by itself is let go. */
export async function killedAt(world: World, job: Job, changes: number): Promise<void> {
  const { record, lock } = placesOf(world.folder, addressOf(job.component));
  let [seen, last] = [-1, ''];
  await until(async () => {
    const now = await readFile(path.join(record, 'record.json'), 'utf8').catch(() => '');
    if (now !== last) [seen, last] = [seen + 1, now];
    const { state } = seen < changes ? await world.driver.observe(job) : { state: 'running' };
    return seen >= changes || state !== 'running' ? true : null;
  });
  const holder = await holderOf(lock);
  if (holder !== null) signal(holder.pid, 'SIGKILL');
}

export const undoOf = (job: Job, restorePoint: string | null, changes: Partial<Job> = {}): Job =>
  jobOf('undo', { step: `${job.step}/undo`, undoes: job.step, component: job.component, restorePoint, ...changes });

export const urlOf = (ended: Ended): string =>
  ended.state === 'succeeded' ? (ended.outputs.find(({ name }) => name === 'url')?.value ?? '') : '';

export type Said = Readonly<{ version: string; beta: string | null; pid: number; data: string | null }>;

export async function get(url: string): Promise<Said> {
  const response = await fetch(url, { headers: { connection: 'close' } });
  return (await response.json()) as Said;
}

/** What jobs did to versions: [job, did] in order. */
export async function effects(folder: string): Promise<readonly (readonly [job: string, did: string])[]> {
  const text = await readFile(path.join(folder, 'effects.log'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { job: string; did: string })
    .map(({ job, did }) => [job, did]);
}

/** A test with a world of its own. */
export const withWorld = (body: (world: World) => Promise<void>) => async (): Promise<void> => {
  const world = await makeWorld();
  try {
    await body(world);
  } finally {
    await world.close();
  }
};

/** Of a failure: why, its times replaced. */
export const reasonOf = (ended: Ended): string =>
  ended.state === 'failed' ? ended.reason.replace(/after [\d.]+ s/, 'after T') : ended.state;

/** All names below a folder, sorted. */
export const below = async (at: string): Promise<readonly string[]> => (await readdir(at, { recursive: true }).catch(() => [])).sort();
