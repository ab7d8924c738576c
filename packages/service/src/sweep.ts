import { inserted, type Collection, type Documents } from '@srm/documents';
import { canonicalJson, digestOf } from '@srm/definitions';
import { idOf, type Outgoing } from '@srm/messaging';
import { sweepsKey, type ApiSchemas, type CollectGarbage, type SweepGarbage } from '@srm/schemas';

const day = 24 * 60 * 60 * 1000;

/** How long is kept what nobody needs any more (decision 0024), in milliseconds; every age counts from the moment of the mark. */
export const retention = {
  /** Builds, since they were used last. */
  build: day,
  /** Logs, since their operation has ended. */
  log: 30 * day,
  /** Steps as people see them, since their operation has ended; the events stay for ever. */
  step: 365 * day,
  /** Jobs and restore points, since the job was closed: longer than any topic of commands retains (protocol 20). */
  book: 30 * day,
  /** Timers that have fired: longer than their command and their answer are retained. */
  timer: 14 * day,
  /** Notes that a dead letter was replayed: as long as the dead letter itself. */
  letter: 30 * day,
} as const;

export type SweptItem = ApiSchemas['schemas']['SweptItem'];
export type Why = SweptItem['why'];

/** What is kept, and who needs it. */
export type Mark = Readonly<{
  /** Operations that have not ended: of theirs nothing goes. */
  open: readonly string[];
  /** `bpr:…@sha256:…` */
  artifacts: readonly (readonly [address: string, why: Why])[];
  /** `sha256:…` of manifests */
  images: readonly (readonly [digest: string, why: Why])[];
}>;

/** One sweep, as the services that it goes through see it. `number`: of all sweeps in their order; `at`: milliseconds since 1970. */
export type Sweep = Readonly<{ id: string; number: number; dryRun: boolean; at: number; mark: Mark }>;

/** A sweep that was asked for, as the orchestrator keeps it in `sweeps`. `refused`: the one that was under way then. */
export type SweepDocument = Readonly<{
  _id: string;
  number: number;
  dryRun: boolean;
  reason: string | null;
  actor: CollectGarbage['data']['actor'];
  at: string;
  mark: string | null;
  endedAt: string | null;
  refused: string | null;
}>;

/** What one service answered, as the orchestrator keeps it in `swept`, at sweep/service; `list` is under its digest in frozen. The first answer counts. */
export type SweptDocument = Readonly<{ _id: string; sweep: string; service: string; list: string }>;

type Frozen = Readonly<{ _id: string; json: string }>;

/** Kept under its digest, which it gives (decision 0001). */
export async function freeze(documents: Documents, value: unknown): Promise<string> {
  const digest = digestOf(value);
  await inserted(documents.collection<Frozen>('frozen'), { _id: digest, json: canonicalJson(value) });
  return digest;
}

export async function frozenAt<T>(documents: Documents, digest: string): Promise<T> {
  const found = await documents.collection<Frozen>('frozen').findOne({ _id: digest });
  if (found === null) throw new Error(`there is nothing under ${digest}`);
  return JSON.parse(found.json) as T;
}

/** What a service found and did, said to who asked. The same sweep says the same id: the first answer counts. */
export async function swept(
  documents: Documents,
  sweep: Sweep,
  service: string,
  items: readonly SweptItem[],
  now: number,
): Promise<Outgoing> {
  const list = await freeze(documents, items);
  return {
    topic: 'inputs',
    message: {
      type: 'GarbageSwept',
      data: { sweep: sweep.id, service, list },
      id: idOf('swept', sweep.id, service),
      source: `/srm/${service}`,
      subject: sweepsKey,
      time: new Date(now).toISOString(),
      sequence: null,
      correlationid: sweep.id,
      causationid: null,
      traceparent: null,
    },
  };
}

/** As it is said to a bridge, with its mark. */
export async function sweepOf(documents: Documents, { sweep: id, number, dryRun, at, mark }: SweepGarbage['data']): Promise<Sweep> {
  return { id, number, dryRun, at: Date.parse(at), mark: await frozenAt<Mark>(documents, mark) };
}

/** Deletes what a filter finds in a collection, or only counts it; gives one item, none where there is nothing. */
export async function sweptFrom<T extends { _id: string }>(
  collection: Collection<T>,
  filter: object,
  { dryRun }: Sweep,
  item: Pick<SweptItem, 'what' | 'name' | 'why'>,
): Promise<readonly SweptItem[]> {
  const found = { ...filter };
  const count = dryRun ? await collection.countDocuments(found) : (await collection.deleteMany(found)).deletedCount;
  return count === 0 ? [] : [{ ...item, count, bytes: null, fate: 'deleted' }];
}

/** Since when something is old enough to go. */
export const oldSince = (at: number, age: number): string => new Date(at - age).toISOString();
