import type { Collection, Documents } from '@srm/documents';
import type { Header } from '@srm/messaging';
import type { SweepDocument, SweptDocument } from '@srm/service';
import type { OperationView, StepView } from './views/operation-view.ts';
import type { AnswerView, DefinitionView, FreezeView, ManifestView, PositionView, ReleaseView, ResourceView } from './views/other-views.ts';

/** An event as it came, at key/number (ten digits). Insert only. */
export type RawEvent = Readonly<{ _id: string; key: string; number: number; type: string; headers: readonly Header[]; value: string }>;

/** A key of which a later event is stored, but not yet event `number`; seen first at `since`. */
export type Gap = Readonly<{ _id: string; number: number; since: string }>;

/** A piece of a log at operation/step/attempt/offset (ten digits); `size` is its length in bytes. */
export type LogPiece = Readonly<{
  _id: string;
  operation: string;
  step: string;
  attempt: number;
  offset: number;
  size: number;
  text: string;
}>;

/** A definition's canonical JSON under its digest. Insert only. */
export type Frozen = Readonly<{ _id: string; json: string }>;

/** A dead letter that was put back onto its topic, under its origin. No view: no event tells of it. */
export type Replayed = Readonly<{ _id: string; topic: string; at: string; by: string }>;

export type Stores = Readonly<{
  rawEvents: Collection<RawEvent>;
  gaps: Collection<Gap>;
  operations: Collection<OperationView>;
  steps: Collection<StepView>;
  resources: Collection<ResourceView>;
  definitions: Collection<DefinitionView>;
  releases: Collection<ReleaseView>;
  manifests: Collection<ManifestView>;
  answers: Collection<AnswerView>;
  freezes: Collection<FreezeView>;
  positions: Collection<PositionView>;
  logs: Collection<LogPiece>;
  frozen: Collection<Frozen>;
  replayed: Collection<Replayed>;
  /** The orchestrator's: only read here. */
  sweeps: Collection<SweepDocument>;
  swept: Collection<SweptDocument>;
}>;

/** The views, which can be dropped and folded again. */
export const views = [
  'operations',
  'steps',
  'resources',
  'definitions',
  'releases',
  'manifests',
  'answers',
  'freezes',
  'positions',
] as const;

export const storesOf = (documents: Documents): Stores => ({
  rawEvents: documents.collection('rawEvents'),
  gaps: documents.collection('gaps'),
  operations: documents.collection('operations'),
  steps: documents.collection('steps'),
  resources: documents.collection('resources'),
  definitions: documents.collection('definitions'),
  releases: documents.collection('releases'),
  manifests: documents.collection('manifests'),
  answers: documents.collection('answers'),
  freezes: documents.collection('freezes'),
  positions: documents.collection('positions'),
  logs: documents.collection('logs'),
  frozen: documents.collection('frozen'),
  replayed: documents.collection('replayed'),
  sweeps: documents.collection('sweeps'),
  swept: documents.collection('swept'),
});

export async function createIndexes(stores: Stores): Promise<void> {
  const { rawEvents, operations, steps, resources, definitions, releases, manifests, positions, logs, replayed } = stores;
  await rawEvents.createIndex({ key: 1, number: 1 }, { unique: true });
  await operations.createIndex({ place: 1 });
  for (const filter of ['tenant', 'product', 'environment', 'status', 'kind']) await operations.createIndex({ [filter]: 1, place: 1 });
  await operations.createIndex({ frozen: 1 });
  await positions.createIndex({ frozen: 1 });
  await steps.createIndex({ operation: 1, place: 1 });
  await steps.createIndex({ bridge: 1, heardAt: 1 });
  await steps.createIndex({ since: 1 }, { name: 'open', partialFilterExpression: { state: { $in: ['requested', 'started'] } } });
  await steps.createIndex({ retryAt: 1 }, { name: 'retrying', partialFilterExpression: { retryAt: { $gt: '' } } });
  await resources.createIndex({ tenant: 1, environment: 1, product: 1, component: 1 });
  await resources.createIndex({ changing: 1 });
  await resources.createIndex({ 'observed.health': 1 });
  await definitions.createIndex({ tenant: 1, kind: 1 });
  await releases.createIndex({ place: 1 });
  await releases.createIndex({ product: 1, place: 1 });
  await manifests.createIndex({ release: 1 });
  await replayed.createIndex({ topic: 1 });
  await logs.createIndex({ operation: 1, step: 1, attempt: 1, offset: 1 });
}
