import type { PlanCompleted, PlanSliced, RequestOperation, StepRequested, StepSucceeded } from '@srm/schemas';
import type { PlanningAdvanced } from '@srm/schemas';
import type { History } from '../decider.ts';
import { newWork, type Work } from './work.ts';
import type { Ending } from './events.ts';

export type Effect = 'none' | 'possible' | 'done';
export type PlanStep = PlanSliced['data']['steps'][number];

/** planned → requested → started → one of the rest; retrying: failed, and asked again after its delay. */
export type StepState = 'planned' | 'requested' | 'started' | 'retrying' | 'succeeded' | 'failed' | 'cancelled' | 'skipped';

export type Step = {
  readonly plan: PlanStep;
  /** Of an undo: the step it undoes. */
  readonly undoes: string | null;
  state: StepState;
  attempt: number;
  /** Number of the last report of this attempt that was taken. */
  report: number;
  /** Dependencies that are not finished. */
  waitsFor: number;
  /** Dependents that have to be undone before this one can be. Counts from CompensationStarted. */
  standing: number;
  /** The worst of its attempts: a later `none` does not lower it (protocol 14). */
  effect: Effect;
  unchanged: boolean;
  restorePoint: string | null;
  inputs: StepRequested['data']['inputs'];
  outputs: StepSucceeded['data']['outputs'];
  reason: string;
  /** Why its bridge was asked to end it. */
  cancel: 'deadline' | 'cancel' | 'failure' | null;
  /** What its bridge was told of that. */
  cancelReason: string;
  /** Milliseconds until it is asked for again. */
  retryIn: number;
};

/** What the plan is made of, as far as it is known. */
export type Planning = Omit<PlanningAdvanced['data'], 'operation' | 'asked'> & {
  asked: 'nobody' | 'definitions' | PlanningAdvanced['data']['asked'];
  /** How often it was begun: with a start that was fixed, at once and when the start came. */
  rounds: number;
  slices: number;
  planDigest: string | null;
};

export type Trouble = { by: 'build' | 'deploy' | 'cancel' | 'deadline' | 'overtaken'; reason: string; failed: string[] };

export type Operation = History & {
  readonly id: string;
  request: RequestOperation['data'] | null;
  planning: Planning;
  plan: PlanCompleted['data'] | null;
  started: boolean;
  lease: 'none' | 'asked' | 'held';
  /** Operations that it waits for. */
  behind: readonly string[];
  /** A build was skipped: its release is never whole. */
  incomplete: boolean;
  fence: number;
  steps: Map<string, Step>;
  dependents: Map<string, string[]>;
  /** Builds whose dependencies are finished. */
  buildable: Set<string>;
  /** Steps that touch the environment whose dependencies are finished. */
  deployable: Set<string>;
  /** Steps whose dependents are all undone. */
  undoable: Set<string>;
  /** Steps that the undo has reached and does not undo before somebody has decided. */
  awaiting: Set<string>;
  /** Of these, how many nobody was told of. */
  untold: number;
  /** Component → what was decided of its undo, and by whom. */
  decided: Map<string, Readonly<{ how: 'undo' | 'keep'; by: string }>>;
  /** Requested or started. Undo steps too. */
  open: Set<string>;
  retrying: Set<string>;
  /** Open or retrying, and to be ended because of the trouble: looked for once, when the trouble comes. */
  toEnd: Set<string>;
  /** Open or retrying steps that touch the environment; undo steps are not among them. */
  touching: Set<string>;
  /** Steps whose effect an undo would have to take back. */
  toUndo: number;
  /** Builds that have not succeeded. */
  unbuilt: number;
  unfinished: number;
  trouble: Trouble | null;
  /** Nothing new is begun: an operator said so, or a failure where the policy is to hold. By an undo: what waits for no decision goes on. */
  held: 'operator' | 'failure' | 'undo' | null;
  /** Why, in words. */
  heldWhy: string;
  /** A freeze holds it too; it has words of its own. */
  frozen: string | null;
  /** Number of the environment's last word about a freeze. */
  freeze: number;
  /** Its start is fixed and has not come. */
  early: boolean;
  /** Retries whose time came while it was held. */
  retryDue: Set<string>;
  work: Work;
  /** Somebody decided for the undo, whatever the policy is. */
  givenUp: boolean;
  /** Somebody decided not to wait for silent bridges. */
  abandoned: string | null;
  compensating: boolean;
  /** Undone steps, in the order in which they were undone. */
  undone: string[];
  /** Steps whose open commands are to be said again. */
  toRepeat: Set<string>;
  /** Operators' commands that were judged: requestId → time (protocol 7). */
  requests: Map<string, string>;
  /** Number of the last event that changed the course: an operator's command judged before it is refused. */
  turn: number;
  /** What that event was, in words. */
  turned: string;
  ended: Ending['type'] | null;
};

export const emptyOperation = (key: string): Operation => ({
  id: key.slice('operation/'.length),
  number: 0,
  time: '',
  request: null,
  planning: {
    asked: 'nobody',
    definitions: [],
    material: null,
    environmentNumber: null,
    contentDigest: null,
    version: null,
    release: null,
    releasesNumber: null,
    rounds: 0,
    slices: 0,
    planDigest: null,
    made: null,
  },
  plan: null,
  started: false,
  lease: 'none',
  behind: [],
  incomplete: false,
  fence: 0,
  steps: new Map(),
  dependents: new Map(),
  buildable: new Set(),
  deployable: new Set(),
  undoable: new Set(),
  awaiting: new Set(),
  untold: 0,
  decided: new Map(),
  open: new Set(),
  retrying: new Set(),
  toEnd: new Set(),
  touching: new Set(),
  toUndo: 0,
  unbuilt: 0,
  unfinished: 0,
  trouble: null,
  held: null,
  heldWhy: '',
  frozen: null,
  freeze: 0,
  early: false,
  retryDue: new Set(),
  work: newWork(),
  givenUp: false,
  abandoned: null,
  compensating: false,
  undone: [],
  toRepeat: new Set(),
  requests: new Map(),
  turn: 0,
  turned: '',
  ended: null,
});

const severity: Readonly<Record<Effect, number>> = { none: 0, possible: 1, done: 2 };

export const worse = (a: Effect, b: Effect): Effect => (severity[a] >= severity[b] ? a : b);

/** Phases that touch no environment: they need no lease and carry no fence. */
export const isBuildPhase = (phase: string): boolean => phase === 'compile' || phase === 'package';
export const isBuild = (step: Step): boolean => isBuildPhase(step.plan.phase);
export const fenceOf = (operation: Operation, phase: string): number => (isBuildPhase(phase) ? 0 : operation.fence);

export const isOpen = (step: Step): boolean => step.state === 'requested' || step.state === 'started';

/** Kinds that build, and kinds that touch an environment. */
export const builds = (kind: RequestOperation['data']['kind']): boolean => kind === 'compile' || kind === 'package' || kind === 'release';
/** Is only a part built, and the rest of its release as in another one? */
export const isUponRelease = ({ request }: Operation): boolean =>
  request !== null && request.components.length > 0 && (request.kind === 'package' || request.kind === 'release');
/** Kinds whose plan is what runs at the moment: they wait until nobody changes it. */
export const actsOnWhatRuns = (kind: RequestOperation['data']['kind']): boolean => !builds(kind) && kind !== 'deploy';
/** Kinds that bring a release into an environment. */
export const brings = (kind: RequestOperation['data']['kind']): boolean => kind === 'release' || kind === 'deploy' || kind === 'rollback';
export const touches = (kind: RequestOperation['data']['kind']): boolean => kind !== 'compile' && kind !== 'package';

/** What follows on a failure: as it was asked, else as the environment says. */
const policyOf = ({ request, plan }: Operation): 'compensate' | 'keep' | 'hold' => request?.onFailure ?? plan?.onFailure ?? 'compensate';

/** Does the policy leave it to people what follows on a failure? */
export const waitsForPeople = (operation: Operation): boolean => policyOf(operation) === 'hold' && isLeftToPeople(operation);

const isLeftToPeople = ({ trouble, givenUp }: Operation): boolean =>
  trouble !== null && trouble.by !== 'cancel' && trouble.by !== 'overtaken' && !givenUp;

/** Is nothing new begun: by a person, a failure, or a freeze? */
export const isHeld = ({ held, frozen }: Operation): boolean => (held !== null && held !== 'undo') || frozen !== null;

/** Does a failure, or a cancel, leave this step no second attempt? Undo goes on; independent builds finish after a failed build; where people decide, all that runs does. */
export const isGivenUp = (operation: Operation, step: Step): boolean =>
  operation.trouble !== null &&
  step.undoes === null &&
  (operation.trouble.by === 'deadline' || !waitsForPeople(operation)) &&
  !(operation.trouble.by === 'build' && isBuild(step));

/** Is undoing wanted at all? */
export const undoes = (operation: Operation): boolean =>
  policyOf(operation) !== 'keep' || operation.trouble?.by === 'cancel' || operation.givenUp;

/** Did, or may, the step have an effect that is undone? */
export const isToUndo = (step: Step): boolean =>
  step.undoes === null && step.plan.undo !== 'none' && step.plan.undo !== 'keep' && step.effect !== 'none';

/** Does its effect stay, by its definition or because somebody decided so? Then what it stands on stays, too. */
export const isKept = ({ decided }: Operation, { undoes, effect, plan }: Step): boolean =>
  undoes === null && effect !== 'none' && (plan.undo === 'keep' || (plan.undo === 'hold' && decided.get(plan.component)?.how === 'keep'));

/** Is it undone only once somebody has decided so? */
export const waitsToBeUndone = ({ decided }: Operation, step: Step): boolean =>
  isToUndo(step) && step.plan.undo === 'hold' && !decided.has(step.plan.component);
