import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { markedProcesses, signal } from './identity.ts';
import { folderMark, placesOf, type Address } from './address.ts';
import type { Clock } from '@srm/messaging';
import { sentenceOf } from './durable.ts';
import { openJobs } from './job-file.ts';
import { holderOf } from './lock.ts';
import { readRecord } from './record.ts';
import { supervisors, type Site } from './supervisor.ts';

export type ResourceState = Address &
  Readonly<{
    version: string | null;
    image: string | null;
    wanted: number;
    ready: number;
    restarts: number;
    health: 'absent' | 'starting' | 'healthy' | 'unhealthy' | 'stopped' | 'completed';
    reason: string | null;
    fence: number;
    /** The stable ports, by name. */
    ports: ReadonlyMap<string, number>;
  }>;

const names = async (at: string): Promise<readonly string[]> => (await readdir(at).catch(() => [])).sort();

async function* addresses(folder: string): AsyncGenerator<Address> {
  const root = path.join(folder, 'records');
  for (const tenant of await names(root))
    for (const environment of await names(path.join(root, tenant)))
      for (const product of await names(path.join(root, tenant, environment)))
        for (const component of await names(path.join(root, tenant, environment, product)))
          yield { tenant, environment, product, component };
}

const unreadable = (address: Address, why: string): ResourceState => ({
  ...address,
  version: null,
  image: null,
  wanted: 0,
  ready: 0,
  restarts: 0,
  health: 'unhealthy',
  reason: `the record of ${address.component} cannot be read: ${why}`,
  fence: 0,
  ports: new Map(),
});

async function stateOf(folder: string, address: Address): Promise<ResourceState | null> {
  const places = placesOf(folder, address);
  const record = await readRecord(places.record).catch(sentenceOf);
  if (typeof record === 'string') return unreadable(address, record);
  if (record === null || record.current === null) return null;
  const { wanted, current, restarts, health, reason, fence, ports } = record;
  const shared = { ...address, version: current.version, image: current.image, restarts, fence, ports };
  if (wanted !== 'running') return { ...shared, wanted: 0, ready: 0, health: wanted, reason: null };
  if ((await holderOf(places.lock)) === null)
    return { ...shared, wanted: 1, ready: 0, health: 'unhealthy', reason: `${address.component}'s supervisor is not running` };
  return { ...shared, wanted: 1, ready: health === 'healthy' ? 1 : 0, health, reason };
}

/** What every resource of the folder is like, read from its record. */
export async function resourceStates(folder: string): Promise<readonly ResourceState[]> {
  const found: ResourceState[] = [];
  for await (const address of addresses(path.resolve(folder))) {
    const state = await stateOf(path.resolve(folder), address);
    if (state !== null) found.push(state);
  }
  return found;
}

/** Starts a supervisor wherever one is due and none lives: what is to run, and jobs that have not ended. After a reboot, all of them. */
export function reviver(site: Site, clock: Clock): () => Promise<void> {
  const at = path.resolve(site.folder);
  const { ensure } = supervisors({ ...site, folder: at, dpr: path.resolve(site.dpr) }, clock);
  return async () => {
    for await (const address of addresses(at)) {
      const places = placesOf(at, address);
      if ((await holderOf(places.lock)) !== null) continue;
      const due =
        (await readRecord(places.record).catch(() => null))?.wanted === 'running' ||
        (await openJobs(places.jobs, new Set()).catch(() => [])).length > 0;
      if (due) await ensure(address);
    }
  };
}

/** Ends every supervisor of the folder and all they started; nothing is left running when it resolves. What is wanted stays so in the records. */
export async function stopEverything(folder: string, clock: Clock): Promise<void> {
  const at = path.resolve(folder);
  const holders: Promise<void>[] = [];
  for await (const address of addresses(at)) holders.push(endHolder(placesOf(at, address).lock, clock));
  await Promise.all(holders);
  for (let left = await markedProcesses(`${folderMark(at)}.`); left.length > 0; left = await markedProcesses(`${folderMark(at)}.`)) {
    for (const { pid } of left) signal(pid, 'SIGKILL');
    await clock.sleep(20);
  }
}

const patience = 15_000;

async function endHolder(lock: string, clock: Clock): Promise<void> {
  const until = clock.now() + patience;
  for (let holder = await holderOf(lock), asked = 0; holder !== null; holder = await holderOf(lock)) {
    if (clock.now() > until) signal(holder.pid, 'SIGKILL');
    else if (asked !== holder.pid) signal(holder.pid, 'SIGTERM');
    asked = holder.pid;
    await clock.sleep(20);
  }
}
