import type { Documents } from '@srm/documents';
import {
  byType,
  headerOf,
  type Clock,
  type Codec,
  type Gauges,
  type Handler,
  type Log,
  type Loop,
  type RawHandler,
  type Subscription,
} from '@srm/messaging';
import type { LogChunk } from '@srm/schemas';
import type { Service } from '@srm/service';
import { bell, type Bell } from './bell.ts';
import { countEndings, type Figures } from './figures.ts';
import { folder } from './fold.ts';
import { admission, type Admission } from './http/admission.ts';
import { deadLetterRoutes } from './http/dead-letters.ts';
import { getEvents } from './http/get-events.ts';
import { getLog } from './http/get-log.ts';
import { getOperations } from './http/get-operations.ts';
import { getOthers } from './http/get-others.ts';
import { getStatus } from './http/get-status.ts';
import { keysHere } from './http/keys.ts';
import type { Parts } from './http/parts.ts';
import { portalRoutes } from './http/portal.ts';
import { postAction } from './http/post-action.ts';
import { postDefinitions } from './http/post-definitions.ts';
import { postOperation } from './http/post-operation.ts';
import { freezeRoutes } from './http/put-freeze.ts';
import { backupRoute } from './http/backups.ts';
import { accepting, readOnly, restoredRoutes, type Restored } from './http/restored.ts';
import { sweepRoutes } from './http/sweeps.ts';
import { storeLog } from './logs.ts';
import { numberOf, storeRaw } from './raw-events.ts';
import type { Facts } from './status/facts.ts';
import { sweeping } from './sweeping.ts';
import { createIndexes, storesOf, type Stores } from './stores.ts';

export type QueryApiParts = Readonly<{
  documents: Documents;
  codec: Codec;
  clock: Clock;
  newId: () => string;
  /** Who asks when nobody says so: the operating system's user. */
  actor: string;
  log: Log;
  /** What the process around it knows; without it `GET /v1/status` says what the views know. */
  facts?: () => Promise<Facts>;
  /** Of the bus; without them no dead letter is shown or replayed. */
  gauges?: Gauges;
  /** Makes a backup, where the data is in a folder of this process. */
  backup?: () => AsyncIterable<Uint8Array>;
  /** Where this SRM was restored, and people have not accepted what differs: it only shows. */
  restored?: Restored;
  /** Told of every operation and step that has ended, once. */
  figures?: Figures;
}>;

/** The door and the views: takes requests by HTTP, folds the events, shows what is, streams what happens. */
export function queryApi({ documents, codec, clock, newId, actor, log, facts, gauges, figures, backup, restored }: QueryApiParts): Service {
  const stores = storesOf(documents);
  const rings = bell(clock);
  const { fold, lookAtGaps, setAside } = folder({
    stores,
    codec,
    bell: rings,
    clock,
    log,
    ...(figures === undefined ? {} : { told: countEndings(stores, figures) }),
  });
  const ready = once(() => createIndexes(stores));
  const parts: Parts = {
    stores,
    codec,
    clock,
    bell: rings,
    log,
    newId,
    actor,
    keys: keysHere(),
    admission: admission(clock),
  };
  const routes = [
    ...portalRoutes(),
    ...getOperations(parts),
    ...getEvents(parts),
    ...getLog(parts),
    ...getOthers(parts),
    getStatus(parts, facts ?? null, restored ?? null),
    ...deadLetterRoutes(parts, gauges ?? null),
    ...freezeRoutes(parts),
    ...sweepRoutes(parts, documents),
    postOperation(parts),
    postAction(parts),
    postDefinitions(parts),
    ...restoredRoutes(parts, restored ?? null),
    backupRoute(parts, backup ?? null),
  ];
  return {
    name: 'query-api',
    consumes: [
      { topic: 'events', read: 'shared', ...asTheyCame(folding(stores, rings, fold, ready)) },
      { topic: 'events', read: 'whole', ...asTheyCame(waking(rings, parts.admission)) },
      { topic: 'logs', read: 'shared', on: logging(stores, ready) },
    ],
    loops: [
      thawing(stores, fold, ready),
      watchingGaps(lookAtGaps, clock, ready),
      sweeping({ stores, documents, clock, bell: rings, ready }),
      ...(restored === undefined ? [] : [accepting({ stores, clock }, restored)]),
    ],
    setAside,
    routes: restored === undefined ? routes : readOnly(routes, restored),
  };
}

type Fold = (key: string) => Promise<void>;
type Ready = () => Promise<void>;

/** A projection has no dead letter for what it cannot read (protocol 24): it takes records, and decodes them from the store. */
const asTheyCame = (raw: RawHandler): Pick<Subscription, 'on' | 'raw'> => ({
  raw,
  on: () => {
    throw new Error('events are taken as they came');
  },
});

/** First all of it is stored as it came, then it is folded (protocol 23). */
const folding = (stores: Stores, rings: Bell, fold: Fold, ready: Ready): RawHandler =>
  async function* (records) {
    await ready();
    await Promise.all(records.map((record) => storeRaw(stores, record)));
    for (const record of records) rings.ring(record.key, numberOf(record) ?? 0);
    for (const key of new Set(records.map((record) => record.key))) await fold(key);
  };

/** Every instance hears of every event; what it is, is read from the store (protocol 25). */
const waking = (rings: Bell, admission: Admission): RawHandler =>
  async function* (records) {
    for (const record of records) {
      rings.ring(record.key, numberOf(record) ?? 0);
      admission.heard(record.key, headerOf(record, 'ce_type') ?? '');
    }
  };

const logging = (stores: Stores, ready: Ready): Handler =>
  byType<LogChunk>({
    LogChunk: async function* ({ data }) {
      await ready();
      await storeLog(stores, data);
    },
  });

/** Views that stood still are folded again: the fix may be here now (protocol 24). */
const thawing = (stores: Stores, fold: Fold, ready: Ready): Loop =>
  async function* () {
    await ready();
    const frozen = { frozen: { $gt: '' } };
    for (const { _id } of await stores.operations.find(frozen).toArray()) await fold(`operation/${_id}`);
    for (const { _id } of await stores.positions.find(frozen).toArray()) await fold(_id);
  };

const betweenLooks = 15_000;

const watchingGaps = (lookAtGaps: () => Promise<void>, clock: Clock, ready: Ready): Loop =>
  async function* (signal) {
    await ready();
    while (!signal.aborted) {
      await lookAtGaps();
      await clock.sleep(betweenLooks, signal);
    }
  };

function once(make: () => Promise<void>): Ready {
  let made: Promise<void> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
