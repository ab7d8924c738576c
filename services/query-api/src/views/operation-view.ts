import type { AnyMessage, OperationRequested } from '@srm/schemas';

export type StepState = 'planned' | 'requested' | 'started' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';
export type Counts = Readonly<Record<StepState, number>>;
export type OperationStatus =
  | 'requested'
  | 'planning'
  | 'waiting'
  | 'running'
  | 'held'
  | 'cancelling'
  | 'compensating'
  | 'planned'
  | 'succeeded'
  | 'failed'
  | 'compensated'
  | 'compensation-failed'
  | 'cancelled'
  | 'refused';

type Data<T extends AnyMessage['type']> = Extract<AnyMessage, { type: T }>['data'];
type Asked = OperationRequested['data'];

/** One document an operation. It does not grow with the product. */
export type OperationView = Readonly<{
  _id: string;
  tenant: string;
  kind: string;
  status: OperationStatus;
  product: string;
  environment: string | null;
  version: string | null;
  release: string | null;
  pipeline: string | null;
  /** What follows on a failure; null: it is not planned. */
  onFailure: Asked['onFailure'];
  preview: boolean;
  asked: Pick<
    Asked,
    | 'key'
    | 'bodyDigest'
    | 'version'
    | 'release'
    | 'components'
    | 'force'
    | 'of'
    | 'pipeline'
    | 'onFailure'
    | 'perComponent'
    | 'reason'
    | 'labels'
    | 'expectedPlan'
    | 'notBefore'
    | 'deadline'
    | 'restartConsumers'
  >;
  actor: Asked['actor'];
  requestedAt: string;
  startedAt: string | null;
  endedAt: string | null;
  planDigest: string | null;
  steps: number;
  counts: Counts;
  undoCounts: Counts;
  reason: string | null;
  errors: Data<'OperationRefused'>['errors'];
  /** HTTP status of a refusal. */
  refusal: number | null;
  waitingFor: Readonly<{ for: Data<'OperationWaiting'>['for']; what: string; operations: readonly string[]; since: string }> | null;
  /** Whose answer planning waits for; null: it has not begun. */
  planning: Data<'PlanningAdvanced'>['asked'] | 'definitions' | null;
  /** `who`: null where no person holds it. */
  held: Readonly<{ by: Data<'OperationHeld'>['by']; who: string | null; since: string }> | null;
  cancel: Readonly<{ who: string; reason: string | null; since: string }> | null;
  /** Time of the last event. */
  movedAt: string;
  /** Steps that the undo has reached and that wait for a decision: resume undoes, skip keeps. Of many the first. */
  awaiting: readonly string[];
  kept: readonly string[];
  left: Data<'OperationFailed'>['left'];
  /** What people should read with the plan. */
  remarks: readonly string[];
  /** Why this view stands still behind the events (protocol 24). */
  frozen: string | null;
  /** What lists are sorted by, newest last: time of the request and id. */
  place: string;
  /** Number of the ending event. */
  ending: number | null;
  /** The last event that is folded. */
  number: number;
}>;

/** One document a step; undo steps too. */
export type StepView = Readonly<{
  /** operation/step */
  _id: string;
  operation: string;
  id: string;
  component: string;
  phase: string;
  bridge: string;
  action: string;
  state: StepState;
  attempt: number;
  /** So many attempts it has at most. */
  attempts: number;
  since: string;
  startedAt: string | null;
  endedAt: string | null;
  done: number | null;
  total: number | null;
  text: string | null;
  dependsOn: readonly string[];
  reason: string | null;
  code: string | null;
  effect: 'none' | 'possible' | 'done' | null;
  retryAt: string | null;
  /** When its bridge is asked to end it. */
  deadlineAt: string | null;
  /** When its bridge last said something of it. */
  heardAt: string | null;
  /** Its bridge was asked to end this attempt. */
  cancel: Readonly<{ why: Data<'StepCancelRequested'>['why']; reason: string; since: string }> | null;
  undo: string;
  noReturn: string | null;
  undoes: string | null;
  /** What its bridge found before it changed anything, if it says so in its restore point. */
  was: 'absent' | 'present' | null;
  outputs: Data<'StepSucceeded'>['outputs'];
  unchanged: boolean;
  evidence: string | null;
  /** Where it stands in the list. */
  place: number;
  /** The states it had, each with the event it began with: bounded by its attempts. Counting again after a crash needs them. */
  states: readonly Readonly<{ number: number; state: StepState }>[];
  number: number;
}>;

export const noCounts: Counts = { planned: 0, requested: 0, started: 0, succeeded: 0, failed: 0, cancelled: 0, skipped: 0 };

/** An operation of which nothing is folded yet. */
export const unknownOperation = (id: string): OperationView => ({
  _id: id,
  tenant: '',
  kind: '',
  status: 'requested',
  product: '',
  environment: null,
  version: null,
  release: null,
  pipeline: null,
  onFailure: null,
  preview: false,
  asked: {
    key: '',
    bodyDigest: '',
    version: null,
    release: null,
    pipeline: null,
    onFailure: null,
    perComponent: [],
    reason: null,
    labels: [],
    expectedPlan: null,
    components: [],
    force: null,
    of: null,
    notBefore: null,
    deadline: null,
    restartConsumers: null,
  },
  actor: { name: '', authenticated: false },
  requestedAt: '',
  startedAt: null,
  endedAt: null,
  planDigest: null,
  steps: 0,
  counts: noCounts,
  undoCounts: noCounts,
  reason: null,
  errors: [],
  refusal: null,
  waitingFor: null,
  planning: null,
  held: null,
  cancel: null,
  movedAt: '',
  awaiting: [],
  kept: [],
  left: [],
  remarks: [],
  frozen: null,
  place: '',
  ending: null,
  number: 0,
});

/** The operation as it was just asked for. */
export const askedOperation = (data: Asked, time: string): OperationView => ({
  ...unknownOperation(data.operation),
  tenant: data.tenant,
  kind: data.kind,
  product: data.product,
  environment: data.environment,
  version: data.version,
  release: data.release,
  pipeline: data.pipeline,
  preview: data.preview,
  asked: {
    key: data.key,
    bodyDigest: data.bodyDigest,
    version: data.version,
    release: data.release,
    pipeline: data.pipeline,
    onFailure: data.onFailure,
    perComponent: data.perComponent,
    reason: data.reason,
    labels: data.labels,
    expectedPlan: data.expectedPlan,
    components: data.components,
    force: data.force,
    of: data.of,
    notBefore: data.notBefore,
    deadline: data.deadline,
    restartConsumers: data.restartConsumers,
  },
  actor: data.actor,
  requestedAt: time,
  movedAt: time,
  place: `${time} ${data.operation}`,
});
