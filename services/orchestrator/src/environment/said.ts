import { environmentKey } from '@srm/schemas';
import type {
  Envelope,
  EnvironmentDescribed,
  EnvironmentFreezeSet,
  EnvironmentSettled,
  LeaseFrozen,
  LeaseGranted,
  LeaseQueued,
  LeaseRefused,
} from '@srm/schemas';
import { ofProduct } from '../address.ts';
import { toOperation, type Said } from '../decider.ts';
import { freezeTimer, untilLifted } from '../freeze.ts';
import { type EnvironmentEvent, type EnvironmentState, frozen, type Tried } from './state.ts';
import { behind } from './leases.ts';

export function said({ type, data, sequence, time }: Envelope<EnvironmentEvent>, state: EnvironmentState): readonly Said[] {
  const number = sequence ?? 0;
  switch (type) {
    case 'EnvironmentAsked':
      if (data.behind.length > 0)
        return told({ type: 'LeaseQueued', data: { operation: data.operation, environment: data.environment, behind: data.behind } });
      return told(described(state, { ...data, product: data.settled }, number));
    case 'EnvironmentSettled':
      return told(described(state, data, number));
    case 'EnvironmentLeaseAsked':
      return [
        ...(data.behind.length === 0
          ? []
          : told({ type: 'LeaseQueued', data: { operation: data.operation, environment: data.environment, behind: data.behind } })),
        ...(frozen(state) === null ? [] : [freezeTold(state, data.operation, number, data.behind)]),
      ];
    case 'EnvironmentLeased':
      return told({ type: 'LeaseGranted', data: { operation: data.operation, environment: data.environment, fence: data.fence, number } });
    case 'EnvironmentFreezeSet':
      return [...lifting(state, data, number, time), ...everyone(state, number)];
    case 'EnvironmentFreed':
      if (data.refused === null) return [];
      return told({ type: 'LeaseRefused', data: { operation: data.operation, environment: data.environment, reason: data.refused } });
    case 'ResourceChanged':
    case 'ResourceHealthChanged':
    case 'ResourceOutdated':
      return [];
  }
}

/** The environment's own freeze is lifted by a timer of its own, a tenant's by the tenant's. */
function lifting(state: EnvironmentState, data: EnvironmentFreezeSet['data'], number: number, time: string): readonly Said[] {
  if (data.scope === 'tenant' || data.until === null) return [];
  const key = environmentKey(state.tenant, state.environment);
  const set = { operation: key, timer: freezeTimer(number), delay: untilLifted(data, time) };
  return [{ topic: 'timer', subject: key, message: { type: 'SetTimer', data: set } }];
}

/** Who holds a lease is told first, then who waits for one, in order, and for whom besides. */
function everyone(state: EnvironmentState, number: number): readonly Said[] {
  const claims = [...state.waiting.values()];
  return [
    ...[...state.held.keys()].map((operation) => freezeTold(state, operation, number, [])),
    ...claims.map((claim, n) => freezeTold(state, claim.operation, number, behind(state, claim, claims.slice(0, n)))),
  ];
}

function freezeTold(state: EnvironmentState, operation: string, number: number, behind: readonly string[]): Said {
  const { tenant, environment } = state.freezes;
  const hold = state.held.has(operation) && (tenant?.hold === true || environment?.hold === true);
  return toOperation({
    type: 'LeaseFrozen',
    data: { operation, environment: state.environment, number, text: frozen(state), hold, behind },
  });
}

/** The release that most of what there is of the product is of. */
export function currentRelease(state: EnvironmentState, product: string): string | null {
  const counts = new Map<string, number>();
  for (const { component, version } of state.running.values())
    if (ofProduct(product)(component)) counts.set(version, (counts.get(version) ?? 0) + 1);
  let most: string | null = null;
  for (const [version, count] of counts) if (version !== '' && count > (most === null ? 0 : (counts.get(most) ?? 0))) most = version;
  return most === null ? null : wholeUpon(state.tried.get(product) ?? new Map<string, Tried>(), most);
}

/** A part that was released upon what runs makes another release of the whole. */
function wholeUpon(tried: ReadonlyMap<string, Tried>, release: string): string {
  let found = release;
  let later = !tried.has(release);
  for (const [name, { from, brought, undone }] of tried) {
    if (later && from === found && brought !== null && undone === null) found = name;
    later ||= name === release;
  }
  return found;
}

/** Releases that were brought here and not taken back, by when they were brought. */
const broughtReleases = (state: EnvironmentState, product: string): readonly string[] =>
  [...(state.tried.get(product) ?? [])].flatMap(([release, { brought, undone }]) => (brought !== null && undone === null ? [release] : []));

const described = (
  state: EnvironmentState,
  { operation, environment, product }: EnvironmentSettled['data'],
  number: number,
): EnvironmentDescribed => ({
  type: 'EnvironmentDescribed',
  data: {
    operation,
    environment,
    number,
    fence: state.fence,
    releases: product === null ? null : broughtReleases(state, product),
    current: product === null ? null : currentRelease(state, product),
  },
});

const told = (message: EnvironmentDescribed | LeaseFrozen | LeaseQueued | LeaseGranted | LeaseRefused): readonly Said[] => [
  toOperation(message),
];
