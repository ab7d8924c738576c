import type {
  Envelope,
  DescribeEnvironment,
  EnvironmentAsked,
  EnvironmentFreezeSet,
  FreeLease,
  PassFreeze,
  ResourceHealthChanged,
  ResourceObserved,
  SetFreeze,
  TimerFired,
} from '@srm/schemas';
import { freezeTimer, lapsed, saidBy } from '../freeze.ts';
import type { EnvironmentEvent, EnvironmentInput, Resource, EnvironmentState } from './state.ts';
import { behind, stirring } from './leases.ts';
import { outdated } from './outdated.ts';

export function accept(state: EnvironmentState, input: Envelope<EnvironmentInput>): readonly EnvironmentEvent[] {
  const place = { tenant: state.tenant, environment: state.environment };
  switch (input.type) {
    case 'ResourceObserved':
      return seen(state, input.data);
    case 'DescribeEnvironment':
      return state.asked.has(input.data.operation) ? [] : [asking(state, input.data)];
    case 'RequestLease': {
      const { operation, components, upon } = input.data;
      if (state.freed.has(operation) || state.held.has(operation) || state.waiting.has(operation)) return [];
      return [
        {
          type: 'EnvironmentLeaseAsked',
          data: { ...place, operation, components, behind: behind(state, input.data, [...state.waiting.values()]), upon },
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
export const seen = (state: EnvironmentState, data: ResourceObserved['data']): readonly ResourceHealthChanged[] => {
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

function freeing(state: EnvironmentState, input: FreeLease['data']): readonly EnvironmentEvent[] {
  const { operation, outcome, last, product, release, ending, of, from, unpublished } = input;
  const place = { tenant: state.tenant, environment: state.environment };
  const held = state.held.has(operation);
  const changed = new Map<string, Resource>();
  for (const resource of held ? outcome : []) {
    const known = state.running.get(resource.component);
    const stays = unpublished?.includes(resource.component) === true;
    if (!same(known, resource)) changed.set(resource.component, merged(known, stays ? giving(known, resource) : resource));
  }
  const events: EnvironmentEvent[] = [...changed.values()].map((data) => ({ type: 'ResourceChanged', data: { ...place, ...data } }));
  if (held && last) events.push(...outdated(state, operation, changed));
  if (last)
    events.push({ type: 'EnvironmentFreed', data: { ...place, operation, held, product, release, ending, of, from, refused: null } });
  return events;
}

const same = (known: Resource | undefined, now: Resource): boolean =>
  known !== undefined && known.operation === now.operation && known.fence === now.fence && known.state === now.state;

/** What it gave before. */
const giving = (known: Resource | undefined, now: Resource): Resource => ({ ...now, outputs: known?.outputs ?? [] });

/** A start, a stop, a restart or a destroy says no more than the state: the rest stays as it was, and what is gone gives nothing and has been given nothing. */
function merged(known: Resource | undefined, now: Resource): Resource {
  if (now.image !== '' || known === undefined) return now;
  const { state, operation, fence } = now;
  const stays = { ...known, state, operation, fence, replicas: now.replicas ?? known.replicas };
  return state === 'absent' ? { ...stays, outputs: [], given: [] } : stays;
}
