import type { EnvironmentSettled } from '@srm/schemas';
import { type EnvironmentEvent, type Claim, type EnvironmentState, frozen } from './state.ts';

/** Grants what is free, then tells those who wait for rest. */
export function next(state: EnvironmentState): readonly EnvironmentEvent[] {
  const granted = grants(state);
  if (granted.length > 0) return granted;
  const { tenant, environment } = state;
  const settled = [...state.watching].filter(([, product]) => stirring(state, product).length === 0);
  return settled
    .map(([operation, product]): EnvironmentSettled => ({ type: 'EnvironmentSettled', data: { tenant, environment, operation, product } }))
    .slice(0, 200);
}

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

/** Operations that hold one of these components, or asked for one before. */
export function behind({ holders: held }: EnvironmentState, components: readonly string[], earlier: readonly Claim[]): readonly string[] {
  const wanted = new Set(components);
  const holders = components.flatMap((component) => held.get(component) ?? []);
  const before = earlier.filter((claim) => claim.components.some((component) => wanted.has(component)));
  return [...new Set([...holders, ...before.map((claim) => claim.operation)])];
}

/** Operations that hold, or want, a component of the product: what runs of it is about to change. */
export function stirring(state: EnvironmentState, product: string): readonly string[] {
  const claims = [...state.held, ...[...state.waiting].map(([operation, { components }]) => [operation, components] as const)];
  return claims
    .filter(([, components]) => components.some((component) => component.startsWith(`${product}/`)))
    .map(([operation]) => operation);
}
