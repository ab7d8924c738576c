import type { AnyMessage, Envelope, Message } from '@srm/schemas';

type NoEvent =
  | 'ActOnOperation'
  | 'CancelStep'
  | 'CollectGarbage'
  | 'CompleteManifest'
  | 'DefinitionsDescribed'
  | 'DescribeDefinitions'
  | 'DescribeEnvironment'
  | 'DescribeRelease'
  | 'EnvironmentDescribed'
  | 'ExtendManifest'
  | 'FreeLease'
  | 'GarbageSwept'
  | 'JobCancelled'
  | 'JobFailed'
  | 'JobProgressed'
  | 'JobRestorable'
  | 'JobStarted'
  | 'JobSucceeded'
  | 'LeaseFrozen'
  | 'LeaseGranted'
  | 'LeaseQueued'
  | 'LeaseRefused'
  | 'LogChunk'
  | 'MakePlan'
  | 'MaterialRefused'
  | 'MaterialResolved'
  | 'OpenManifest'
  | 'PassFreeze'
  | 'PlanMade'
  | 'PlanRefused'
  | 'PlanSliced'
  | 'PutDefinitions'
  | 'ReleaseDescribed'
  | 'ReleaseRefused'
  | 'RequestLease'
  | 'RequestOperation'
  | 'RequestVersion'
  | 'ResolveMaterial'
  | 'ResourceObserved'
  | 'RunStep'
  | 'SetFreeze'
  | 'SetTimer'
  | 'SweepGarbage'
  | 'TimerFired'
  | 'UndoStep'
  | 'VersionGranted'
  | 'VersionRefused';

type Of<T extends AnyMessage['type']> = Extract<AnyMessage, { type: T }>;

export type EnvironmentEvent = Of<
  | 'EnvironmentAsked'
  | 'EnvironmentSettled'
  | 'EnvironmentLeaseAsked'
  | 'EnvironmentLeased'
  | 'EnvironmentFreed'
  | 'EnvironmentFreezeSet'
  | 'ResourceChanged'
  | 'ResourceHealthChanged'
  | 'ResourceOutdated'
>;
export type ReleasesEvent = Of<
  'VersionTaken' | 'VersionRejected' | 'ReleaseOpened' | 'ReleaseExtended' | 'ReleaseCompleted' | 'ReleaseAsked'
>;
export type DefinitionsEvent = Of<'DefinitionsAccepted' | 'DefinitionsRefused' | 'DefinitionsAsked' | 'TenantFreezeSet'>;

/** Every other message: a new one does not compile until a view, or the list above, knows it. */
export type OperationEvent = Exclude<AnyMessage, { type: NoEvent } | EnvironmentEvent | ReleasesEvent | DefinitionsEvent>;

/** After these nothing is done any more. */
export const endings: ReadonlySet<string> = new Set<OperationEvent['type']>([
  'OperationPlanned',
  'OperationSucceeded',
  'OperationFailed',
  'OperationCompensated',
  'OperationCompensationFailed',
  'OperationCancelled',
  'OperationRefused',
]);

const names: Readonly<Record<OperationEvent['type'], true>> = {
  ActionRefused: true,
  CancelRequested: true,
  CommandsRepeated: true,
  CompensationStarted: true,
  OperationAbandoned: true,
  OperationCancelled: true,
  OperationCompensated: true,
  OperationCompensationFailed: true,
  OperationFailed: true,
  OperationGivenUp: true,
  OperationHeld: true,
  OperationLeased: true,
  OperationOverdue: true,
  OperationOvertaken: true,
  OperationPlanned: true,
  OperationRefused: true,
  OperationRepaired: true,
  OperationRequested: true,
  OperationResumed: true,
  OperationStarted: true,
  OperationSucceeded: true,
  OperationThawed: true,
  OperationWaiting: true,
  PlanCompleted: true,
  PlanningAdvanced: true,
  PlanningStarted: true,
  ReportRefused: true,
  StepCancelRequested: true,
  StepCancelled: true,
  StepFailed: true,
  StepProgressed: true,
  StepRequested: true,
  StepRestorable: true,
  StepRetryDue: true,
  StepSkipped: true,
  StepStarted: true,
  StepSucceeded: true,
  StepsPlanned: true,
};
const environmentNames: Readonly<Record<EnvironmentEvent['type'], true>> = {
  EnvironmentAsked: true,
  EnvironmentFreed: true,
  EnvironmentFreezeSet: true,
  EnvironmentLeaseAsked: true,
  EnvironmentLeased: true,
  EnvironmentSettled: true,
  ResourceChanged: true,
  ResourceHealthChanged: true,
  ResourceOutdated: true,
};
const releasesNames: Readonly<Record<ReleasesEvent['type'], true>> = {
  ReleaseAsked: true,
  ReleaseCompleted: true,
  ReleaseExtended: true,
  ReleaseOpened: true,
  VersionRejected: true,
  VersionTaken: true,
};
const definitionsNames: Readonly<Record<DefinitionsEvent['type'], true>> = {
  DefinitionsAccepted: true,
  DefinitionsAsked: true,
  DefinitionsRefused: true,
  TenantFreezeSet: true,
};

const known =
  <E extends Message>(table: Readonly<Record<E['type'], true>>) =>
  (event: Envelope): event is Envelope<E> =>
    Object.hasOwn(table, event.type);

export const isOperationEvent = known<OperationEvent>(names);
export const isEnvironmentEvent = known<EnvironmentEvent>(environmentNames);
export const isReleasesEvent = known<ReleasesEvent>(releasesNames);
export const isDefinitionsEvent = known<DefinitionsEvent>(definitionsNames);
