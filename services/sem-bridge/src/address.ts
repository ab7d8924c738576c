import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

/** Where a resource is: one component of one product in one environment. */
export type Address = Readonly<{ tenant: string; environment: string; product: string; component: string }>;

const shape = /^[a-z][a-z0-9-]{0,29}$/;

/** A sentence that says what is wrong with the address, or null. Names that pass are safe as names of folders. */
export function faultOf(address: Address): string | null {
  for (const part of partsOf(address))
    if (!shape.test(part)) return `${JSON.stringify(part.slice(0, 60))} is no name: a letter, then letters, digits or -, at most 30 in all`;
  return null;
}

export const partsOf = (address: Address): readonly [string, string, string, string] => [
  address.tenant,
  address.environment,
  address.product,
  address.component,
];

export const addressText = (address: Address): string => partsOf(address).join('/');

export const shortHash = (...parts: readonly string[]): string => createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 12);

/** Names one data folder among others on this machine. */
export const folderMark = (folder: string): string => shortHash('folder', folder);

/** The places of a resource. `record` outlives the resource: highest fence, jobs, logs; `resource` goes with it; `volumes` are never deleted. */
export type Places = Readonly<{
  record: string;
  jobs: string;
  logs: string;
  lock: string;
  resource: string;
  versions: string;
  volumes: string;
}>;

export function placesOf(folder: string, address: Address): Places {
  const parts = partsOf(address);
  const record = path.join(folder, 'records', ...parts);
  const resource = path.join(folder, 'resources', ...parts);
  return {
    record,
    jobs: path.join(record, 'jobs'),
    logs: path.join(record, 'logs'),
    lock: path.join(record, 'lock'),
    resource,
    versions: path.join(resource, 'versions'),
    volumes: path.join(folder, 'volumes', ...parts),
  };
}

export async function makePlaces(places: Places): Promise<void> {
  for (const at of [places.jobs, places.logs, places.lock]) await mkdir(at, { recursive: true, mode: 0o700 });
}

/** A job's id as a file's name. */
export const fileName = (job: string): string => (/^[A-Za-z0-9][\w-]{0,79}$/.test(job) ? job : shortHash('job', job));
