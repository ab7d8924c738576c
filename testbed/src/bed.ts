import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { kafka } from './kafka.ts';
import { mongo } from './mongo.ts';
import { run } from './part.ts';
import { registry } from './registry.ts';

export const partNames = ['kafka', 'registry', 'mongo'] as const;
export type PartName = (typeof partNames)[number];

/** A part that is up. `variable`: the name under which services are told its address. */
export type Up = Readonly<{ name: PartName; variable: string; address: string; pids: readonly number[] }>;
/** What one `up` left for `status` and `down`, kept as a file; `folder` holds all data and logs. */
export type Bed = Readonly<{ folder: string; parts: readonly Up[] }>;

const none: Bed = { folder: '', parts: [] };

/** What the file says; nothing where there is none. */
export async function bedIn(file: string): Promise<Bed> {
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? none : (JSON.parse(text) as Bed);
}

/** The processes of a part that are still there: a number alone may have been given to somebody else since, so its command line has to name our folder. */
export async function alive({ folder }: Bed, { pids }: Up): Promise<readonly number[]> {
  const ours = await Promise.all(
    pids.map((pid) =>
      run('ps', ['-ww', '-p', String(pid), '-o', 'args='], '/').then(
        (line) => line.includes(folder),
        () => false,
      ),
    ),
  );
  return pids.filter((_, n) => ours[n]);
}

/** Starts those that are not up; what was up and has ended is started anew, empty. Says each with `say`. */
export async function raise(file: string, names: readonly PartName[], brokers: 1 | 3, say: (line: string) => void): Promise<Bed> {
  let bed = await bedIn(file);
  if (bed.folder === '') bed = { folder: await mkdtemp(path.join(tmpdir(), 'srm-testbed-')), parts: [] };
  for (const name of names) {
    const known = bed.parts.find((one) => one.name === name);
    if (known !== undefined && (await alive(bed, known)).length === known.pids.length) {
      say(`${name} is up already, ${known.address}`);
      continue;
    }
    if (known !== undefined) await end(bed, known);
    const up = await start[name](await mkdtemp(path.join(bed.folder, `${name}-`)), brokers);
    bed = { folder: bed.folder, parts: [...bed.parts.filter((one) => one.name !== name), up] };
    await writeFile(file, JSON.stringify(bed, null, 2));
    say(`${name} is up, ${up.variable}=${up.address}`);
  }
  return bed;
}

const start: Readonly<Record<PartName, (folder: string, brokers: 1 | 3) => Promise<Up>>> = {
  kafka: async (folder, count) => {
    const { brokers, nodes } = await kafka(folder, count, true);
    return { name: 'kafka', variable: 'KAFKA_BROKERS', address: brokers.join(','), pids: nodes.map((node) => node.pid()) };
  },
  registry: async (folder) => {
    const { url, part } = await registry(folder, true);
    return { name: 'registry', variable: 'SCHEMA_REGISTRY_URL', address: url, pids: [part.pid()] };
  },
  mongo: async (folder) => {
    const { uri, part } = await mongo(folder, true);
    return { name: 'mongo', variable: 'MONGODB_URI', address: uri, pids: [part.pid()] };
  },
};

/** Ends the parts, removes their folder and the file. How many processes were ended. */
export async function lower(file: string): Promise<number> {
  const bed = await bedIn(file);
  if (bed.folder === '') return 0;
  let ended = 0;
  for (const up of bed.parts) ended += await end(bed, up);
  await rm(bed.folder, { recursive: true, force: true });
  await rm(file, { force: true });
  return ended;
}

async function end(bed: Bed, up: Up): Promise<number> {
  const pids = await alive(bed, up);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  while ((await alive(bed, up)).length > 0) await sleep(50);
  return pids.length;
}
