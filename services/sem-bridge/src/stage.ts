import { appendFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '@srm/messaging';
import { addressText, folderMark, shortHash, type Address, type Places } from './address.ts';
import type { Forwarder } from './forward.ts';
import type { Keeper } from './keep.ts';
import { writeRecord, type ResourceRecord } from './record.ts';

/** What a supervisor works with. Its record is what the disk holds, once save() resolves. */
export type Stage = {
  readonly folder: string;
  readonly dpr: string;
  readonly host: string;
  /** PATH. */
  readonly path: string;
  readonly address: Address;
  readonly places: Places;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly record: () => ResourceRecord;
  readonly save: (change: (record: ResourceRecord) => Partial<ResourceRecord>) => Promise<void>;
  readonly forwarders: Map<string, Forwarder>;
  /** Who keeps a run, by its mark. */
  readonly keepers: Map<string, Keeper>;
};

type Given = Omit<Stage, 'record' | 'save' | 'forwarders' | 'keepers'>;

export function makeStage(given: Given, first: ResourceRecord): Stage {
  let record = first;
  let writing: Promise<void> = Promise.resolve();
  return {
    ...given,
    record: () => record,
    save: (change) => {
      record = { ...record, ...change(record) };
      const now = record;
      writing = writing.then(() => writeRecord(given.places.record, now));
      return writing;
    },
    forwarders: new Map(),
    keepers: new Map(),
  };
}

/** Marks all processes of a resource, and of nothing else. */
export const resourceMark = (folder: string, address: Address): string => `${folderMark(folder)}.${shortHash(addressText(address))}.`;

export const logOf = (stage: Stage, job: string): string => path.join(stage.places.logs, `${job}.log`);

export type Effect = Readonly<{ job: string; did: 'started' | 'stopped'; version: string; pid: number | null }>;

export const effectsLog = (folder: string): string => path.join(folder, 'effects.log');

/** One line per version that a job started or stopped; `again`: after a death, when it may be there. */
export async function noteEffect(stage: Stage, effect: Effect, again: boolean): Promise<void> {
  const line = JSON.stringify({ resource: addressText(stage.address), ...effect });
  const at = effectsLog(stage.folder);
  if (again && (await readFile(at, 'utf8').catch(() => '')).split('\n').includes(line)) return;
  await appendFile(at, `${line}\n`, { mode: 0o600 });
}
