import { environmentKey, operationKey, type Envelope, type Message } from '@srm/schemas';
import type {
  DescribeEnvironment,
  EnvironmentAsked,
  EnvironmentDescribed,
  EnvironmentFreed,
  EnvironmentFreezeSet,
  EnvironmentLeaseAsked,
  EnvironmentLeased,
  EnvironmentSettled,
  FreeLease,
  LeaseFrozen,
  LeaseGranted,
  LeaseQueued,
  PassFreeze,
  RequestLease,
  ResourceChanged,
  ResourceHealthChanged,
  ResourceObserved,
  SetFreeze,
  TimerFired,
} from '@srm/schemas';
import type { Decider, History, Said } from './decider.ts';
import { freezeOf, freezeTimer, lapsed, saidBy, untilLifted, type Freeze } from './freeze.ts';
import { remember } from './remembered.ts';

export type EnvironmentEvent =
  | EnvironmentAsked
  | EnvironmentSettled
  | EnvironmentLeaseAsked
  | EnvironmentLeased
  | EnvironmentFreed
  | EnvironmentFreezeSet
  | ResourceChanged
  | ResourceHealthChanged;
export type EnvironmentInput = DescribeEnvironment | RequestLease | FreeLease | SetFreeze | PassFreeze | TimerFired | ResourceObserved;

type Claim = Readonly<{ operation: string; components: readonly string[] }>;
type Resource = FreeLease['data']['outcome'][number];

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
  /** Product → the releases that were to run here, the one tried last at the end. */
  tried: Map<string, Map<string, Tried>>;
  /** What stands of freezes: its own, and its tenant's. While one stands no lease is granted. */
  freezes: { tenant: Freeze | null; environment: Freeze | null };
  /** Where the tenant's last word was decided. */
  tenantNumber: number;
  /** Requests to freeze that were judged. */
  requests: Map<string, string>;
};

export type Change = Readonly<{ operation: string; was: Resource | null }>;
/** How the last try of a release ended here, and the operation that brought it last, null: none did. `undone`: by that undo. */
export type Tried = Readonly<{ operation: string; ended: string; brought: string | null; undone: string | null }>;

const mostTried = 20;

export const environmentDecider: Decider<EnvironmentState, EnvironmentEvent, EnvironmentInput> = {
  empty,
  inputs: {
    DescribeEnvironment: true,
    RequestLease: true,
    FreeLease: true,
    SetFreeze: true,
    PassFreeze: true,
    TimerFired: true,
    ResourceObserved: true,
  },
  accept,
  evolve,
  next,
  said,
  over: () => false,
  deafTo: new Set(),
};

function empty(key: string): EnvironmentState {
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
    tried: new Map(),
    freezes: { tenant: null, environment: null },
    tenantNumber: 0,
    requests: new Map(),
  };
}

function accept(state: EnvironmentState, input: Envelope<EnvironmentInput>): readonly EnvironmentEvent[] {
  const place = { tenant: state.tenant, environment: state.environment };
  switch (input.type) {
    case 'ResourceObserved':
      return seen(state, input.data);
    case 'DescribeEnvironment':
      return state.asked.has(input.data.operation) ? [] : [asking(state, input.data)];
    case 'RequestLease': {
      const { operation, components } = input.data;
      if (state.freed.has(operation) || state.held.has(operation) || state.waiting.has(operation)) return [];
      return [
        {
          type: 'EnvironmentLeaseAsked',
          data: { ...place, operation, components, behind: behind(state, components, [...state.waiting.values()]) },
        },
      ];
    }
    case 'FreeLease':
      return state.freed.has(input.data.operation) ? [] : freeing(state, input.data);
    case 'SetFreeze':
    case 'PassFreeze':
    case 'TimerFired':
      return freezing(state, input);
  }
}

function freezing(
  state: EnvironmentState,
  { type, data, time }: Envelope<SetFreeze | PassFreeze | TimerFired>,
): readonly EnvironmentFreezeSet[] {
  const place = { tenant: state.tenant, environment: state.environment };
  const own = { ...place, scope: 'environment', number: null } as const;
  switch (type) {
    case 'SetFreeze': {
      const { requestId, bodyDigest } = data;
      if (state.requests.has(requestId)) return [];
      return [{ type: 'EnvironmentFreezeSet', data: { ...own, requestId, bodyDigest, since: time, ...saidBy(data) } }];
    }
    case 'PassFreeze': {
      const { number, since } = data;
      if (number <= state.tenantNumber) return [];
      const passed = { ...place, scope: 'tenant', number, requestId: null, bodyDigest: null, since } as const;
      return [{ type: 'EnvironmentFreezeSet', data: { ...passed, ...saidBy(data) } }];
    }
    case 'TimerFired': {
      const { environment } = state.freezes;
      if (environment === null || data.timer !== freezeTimer(environment.number)) return [];
      return [{ type: 'EnvironmentFreezeSet', data: { ...own, since: time, ...lapsed } }];
    }
  }
}

/** Late or repeated: nothing. It changes nothing but what people see. */
const seen = (state: EnvironmentState, data: ResourceObserved['data']): readonly ResourceHealthChanged[] => {
  const { tenant, environment } = state;
  if (data.number <= (state.observed.get(data.component) ?? 0)) return [];
  return [{ type: 'ResourceHealthChanged', data: { ...data, tenant, environment } }];
};

function asking(state: EnvironmentState, { operation, settled }: DescribeEnvironment['data']): EnvironmentAsked {
  const { tenant, environment } = state;
  return {
    type: 'EnvironmentAsked',
    data: { tenant, environment, operation, settled, behind: settled === null ? [] : stirring(state, settled) },
  };
}

/** Operations that hold, or want, a component of the product: what runs of it is about to change. */
function stirring(state: EnvironmentState, product: string): readonly string[] {
  const claims = [...state.held, ...[...state.waiting].map(([operation, { components }]) => [operation, components] as const)];
  return claims
    .filter(([, components]) => components.some((component) => component.startsWith(`${product}/`)))
    .map(([operation]) => operation);
}

/** Operations that hold one of these components, or asked for one before. */
function behind({ holders: held }: EnvironmentState, components: readonly string[], earlier: readonly Claim[]): readonly string[] {
  const wanted = new Set(components);
  const holders = components.flatMap((component) => held.get(component) ?? []);
  const before = earlier.filter((claim) => claim.components.some((component) => wanted.has(component)));
  return [...new Set([...holders, ...before.map((claim) => claim.operation)])];
}

function freeing(state: EnvironmentState, input: FreeLease['data']): readonly EnvironmentEvent[] {
  const { operation, outcome, last, product, release, ending, of } = input;
  const place = { tenant: state.tenant, environment: state.environment };
  const held = state.held.has(operation);
  const events: EnvironmentEvent[] = [];
  for (const resource of held ? outcome : []) {
    const known = state.running.get(resource.component);
    if (!same(known, resource)) events.push({ type: 'ResourceChanged', data: { ...place, ...merged(known, resource) } });
  }
  if (last) events.push({ type: 'EnvironmentFreed', data: { ...place, operation, held, product, release, ending, of } });
  return events;
}

const same = (known: Resource | undefined, now: Resource): boolean =>
  known !== undefined && known.operation === now.operation && known.fence === now.fence && known.state === now.state;

/** A start, a stop, a restart or a destroy says no more than the state: the rest stays as it was, and what is gone has no addresses. */
function merged(known: Resource | undefined, now: Resource): Resource {
  if (now.image !== '' || known === undefined) return now;
  const { state, operation, fence } = now;
  return { ...known, state, operation, fence, replicas: now.replicas ?? known.replicas, outputs: state === 'absent' ? [] : known.outputs };
}

function evolve(state: EnvironmentState, { data, type, time, sequence }: Envelope<EnvironmentEvent>): EnvironmentState {
  switch (type) {
    case 'EnvironmentAsked':
      remember(state.asked, data.operation, time);
      if (data.settled !== null && data.behind.length > 0) state.watching.set(data.operation, data.settled);
      return state;
    case 'EnvironmentSettled':
      state.watching.delete(data.operation);
      return state;
    case 'EnvironmentLeaseAsked':
      state.waiting.set(data.operation, { operation: data.operation, components: data.components });
      return state;
    case 'EnvironmentLeased':
      state.waiting.delete(data.operation);
      state.held.set(data.operation, data.components);
      for (const component of data.components) state.holders.set(component, data.operation);
      state.fence = data.fence;
      return state;
    case 'EnvironmentFreed':
      state.waiting.delete(data.operation);
      for (const component of state.held.get(data.operation) ?? []) state.holders.delete(component);
      state.held.delete(data.operation);
      remember(state.freed, data.operation, time);
      return data.held ? recorded(state, data) : state;
    case 'EnvironmentFreezeSet': {
      const { tenant, environment, scope } = data;
      state.freezes[scope] = freezeOf({ tenant, environment: scope === 'tenant' ? null : environment, number: sequence ?? 0, event: data });
      state.tenantNumber = data.number ?? state.tenantNumber;
      if (data.requestId !== null) remember(state.requests, data.requestId, time);
      return state;
    }
    case 'ResourceChanged': {
      const { tenant: _tenant, environment: _environment, ...resource } = data;
      if (state.changed.get(data.component)?.operation !== data.operation)
        state.changed.set(data.component, { operation: data.operation, was: state.running.get(data.component) ?? null });
      if (data.state === 'absent') state.running.delete(data.component);
      else state.running.set(data.component, resource);
      return state;
    }
    case 'ResourceHealthChanged':
      state.observed.set(data.component, data.number);
      return state;
  }
}

/** What came of a release here, or of taking an operation back: an undo takes the release of what it undoes back, an undo of that undo brings it again. */
function recorded(state: EnvironmentState, { operation, product, release, ending, of }: EnvironmentFreed['data']): EnvironmentState {
  if (product === null || ending === null) return state;
  const tried = state.tried.get(product) ?? new Map<string, Tried>();
  state.tried.set(product, tried);
  const brings = ending === 'OperationSucceeded';
  if (of !== null) {
    for (const [name, one] of brings ? tried : []) {
      if (one.brought === of && one.undone === null) tried.set(name, { ...one, undone: operation });
      else if (one.undone === of) tried.set(name, { ...one, undone: null });
    }
    return state;
  }
  if (release === null) return state;
  const before = tried.get(release);
  const kept = { brought: before?.brought ?? null, undone: before?.undone ?? null };
  if (brings) tried.delete(release);
  tried.set(release, { operation, ended: ending, ...(brings ? { brought: operation, undone: null } : kept) });
  for (const oldest of tried.size > mostTried ? tried.keys() : []) {
    tried.delete(oldest);
    break;
  }
  return state;
}

/** The release that most of what there is of the product is of. */
export function currentRelease(state: EnvironmentState, product: string): string | null {
  const counts = new Map<string, number>();
  for (const { component, version } of state.running.values())
    if (component.startsWith(`${product}/`)) counts.set(version, (counts.get(version) ?? 0) + 1);
  let most: string | null = null;
  for (const [version, count] of counts) if (version !== '' && count > (most === null ? 0 : (counts.get(most) ?? 0))) most = version;
  return most;
}

/** Releases that were brought here and not taken back, by when they were brought. */
const broughtReleases = (state: EnvironmentState, product: string): readonly string[] =>
  [...(state.tried.get(product) ?? [])].flatMap(([release, { brought, undone }]) => (brought !== null && undone === null ? [release] : []));

/** Grants what is free, then tells those who wait for rest. */
function next(state: EnvironmentState): readonly EnvironmentEvent[] {
  const granted = grants(state);
  if (granted.length > 0) return granted;
  const { tenant, environment } = state;
  const settled = [...state.watching].filter(([, product]) => stirring(state, product).length === 0);
  return settled
    .map(([operation, product]): EnvironmentSettled => ({ type: 'EnvironmentSettled', data: { tenant, environment, operation, product } }))
    .slice(0, 200);
}

/** What is said of freezes that stand; null where none does. */
export const frozen = ({ freezes: { tenant, environment } }: EnvironmentState): string | null => tenant?.text ?? environment?.text ?? null;

/** All components or none, never before somebody who asked earlier for one of them. */
function grants(state: EnvironmentState): readonly EnvironmentEvent[] {
  if (state.waiting.size === 0 || frozen(state) !== null) return [];
  const taken = new Set(state.holders.keys());
  const events: EnvironmentEvent[] = [];
  for (const { operation, components } of state.waiting.values()) {
    if (!components.some((component) => taken.has(component))) {
      const fence = state.fence + events.length + 1;
      events.push({
        type: 'EnvironmentLeased',
        data: { tenant: state.tenant, environment: state.environment, operation, components, fence },
      });
    }
    for (const component of components) taken.add(component);
  }
  return events.slice(0, 200);
}

function said({ type, data, sequence, time }: Envelope<EnvironmentEvent>, state: EnvironmentState): readonly Said[] {
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
    case 'ResourceChanged':
    case 'ResourceHealthChanged':
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
    ...claims.map(({ operation, components }, n) => freezeTold(state, operation, number, behind(state, components, claims.slice(0, n)))),
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

const told = (message: EnvironmentDescribed | LeaseFrozen | LeaseQueued | LeaseGranted): readonly Said[] => [toOperation(message)];

export const toOperation = <M extends Message & { data: { operation: string } }>(message: M): Said => ({
  topic: 'inputs',
  subject: operationKey(message.data.operation),
  message,
});
