import type {
  DescribeEnvironment,
  EnvironmentAsked,
  EnvironmentFreed,
  EnvironmentFreezeSet,
  EnvironmentLeaseAsked,
  EnvironmentLeased,
  EnvironmentSettled,
  FreeLease,
  PassFreeze,
  RequestLease,
  ResourceChanged,
  ResourceHealthChanged,
  ResourceObserved,
  ResourceOutdated,
  SetFreeze,
  TimerFired,
} from '@srm/schemas';
import type { History } from '../decider.ts';
import { type Freeze } from '../freeze.ts';

export type EnvironmentEvent =
  | EnvironmentAsked
  | EnvironmentSettled
  | EnvironmentLeaseAsked
  | EnvironmentLeased
  | EnvironmentFreed
  | EnvironmentFreezeSet
  | ResourceChanged
  | ResourceHealthChanged
  | ResourceOutdated;

export type EnvironmentInput = DescribeEnvironment | RequestLease | FreeLease | SetFreeze | PassFreeze | TimerFired | ResourceObserved;

/** `upon`: what has to hold when it is granted. */
export type Claim = Readonly<{ operation: string; components: readonly string[]; upon: EnvironmentLeaseAsked['data']['upon'] }>;

export type Resource = FreeLease['data']['outcome'][number];

/** It was deployed, or is gone: it is configured with nothing of before. */
export const isAnew = ({ state, deployed, operation }: Resource): boolean => state === 'absent' || deployed === operation;

/** Who holds what, who waits, and what runs (protocol 21, 22). */
export type EnvironmentState = History & {
  readonly tenant: string;
  readonly environment: string;
  fence: number;
  /** Component → what runs of it. */
  running: Map<string, Resource>;
  /** Component → the operation that holds it. */
  holders: Map<string, string>;
  /** Operation → the components it holds. */
  held: Map<string, readonly string[]>;
  /** In order of request. */
  waiting: Map<string, Claim>;
  /** Freed operations: a lease asked for late is never granted. */
  freed: Map<string, string>;
  asked: Map<string, string>;
  /** Operations that asked what runs of a product and wait until it is at rest. */
  watching: Map<string, string>;
  /** Component → the number of what was seen of it last. For people: nothing here believes it. */
  observed: Map<string, number>;
  /** Component → the operation that changed it last, and what it was before that; gone ones too. An undo goes back to it. */
  changed: Map<string, Change>;
  /** Component → the outputs of others that are other ones by now, and what it is configured with. */
  outdated: Map<string, ResourceOutdated['data']['outputs']>;
  /** Operation → the undo that took it back. */
  takenBack: Map<string, string>;
  /** Product → the releases that were to run here, the one tried last at the end. */
  tried: Map<string, Map<string, Tried>>;
  /** What stands of freezes: its own, and its tenant's. While one stands no lease is granted. */
  freezes: { tenant: Freeze | null; environment: Freeze | null };
  /** Where the tenant's last word was decided. */
  tenantNumber: number;
  /** Requests to freeze that were judged. */
  requests: Map<string, string>;
};

/** `at`: the number of the event that told it last. */
export type Change = Readonly<{ operation: string; was: Resource | null; at: number }>;

/** How the last try of a release ended here, and the operation that brought it last, null: none did. `undone`: by that undo.
 *  `from`: only a part was brought, the rest was as in that release. */
export type Tried = Readonly<{ operation: string; ended: string; brought: string | null; undone: string | null; from: string | null }>;

export function empty(key: string): EnvironmentState {
  const [, tenant = '', environment = ''] = key.split('/');
  return {
    tenant,
    environment,
    number: 0,
    time: '',
    fence: 0,
    running: new Map(),
    holders: new Map(),
    held: new Map(),
    waiting: new Map(),
    freed: new Map(),
    asked: new Map(),
    watching: new Map(),
    observed: new Map(),
    changed: new Map(),
    outdated: new Map(),
    takenBack: new Map(),
    tried: new Map(),
    freezes: { tenant: null, environment: null },
    tenantNumber: 0,
    requests: new Map(),
  };
}

/** What is said of freezes that stand; null where none does. */
export const frozen = ({ freezes: { tenant, environment } }: EnvironmentState): string | null => tenant?.text ?? environment?.text ?? null;
