import type { EnvironmentSettled } from '@srm/schemas';
import { ofProduct } from '../address.ts';
import { type EnvironmentEvent, type Claim, type EnvironmentState, frozen } from './state.ts';
import { overtaken } from './upon.ts';

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

/** All components or none, never before somebody who asked earlier for one of them, and only while what the plan was made of is as it was. */
function grants(state: EnvironmentState): readonly EnvironmentEvent[] {
  if (state.waiting.size === 0 || frozen(state) !== null) return [];
  const taken = new Set(state.holders.keys());
  const events: EnvironmentEvent[] = [];
  for (const claim of state.waiting.values()) {
    const { operation, components } = claim;
    if (!components.some((component) => taken.has(component)) && !awaitsRest(claim, taken)) {
      const refused = overtaken(state, claim);
      if (refused !== null) {
        events.push(refusal(state, operation, refused));
        continue;
      }
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

/** Who says what the rest of the product is has to know it: nobody changes it, or asked earlier to. */
const awaitsRest = ({ upon }: Claim, taken: ReadonlySet<string>): boolean =>
  upon !== null && upon.rest !== null && [...taken].some(ofProduct(upon.product));

const refusal = ({ tenant, environment }: EnvironmentState, operation: string, refused: string): EnvironmentEvent => ({
  type: 'EnvironmentFreed',
  data: { tenant, environment, operation, held: false, product: null, release: null, ending: null, of: null, from: null, refused },
});

/** Operations that hold something that is wanted, or asked for it before. */
export function behind(
  { holders: held }: EnvironmentState,
  { components, upon }: Pick<Claim, 'components' | 'upon'>,
  earlier: readonly Claim[],
): readonly string[] {
  const wanted = new Set(components);
  const rest = upon !== null && upon.rest !== null ? ofProduct(upon.product) : (): boolean => false;
  const holders = [
    ...components.flatMap((component) => held.get(component) ?? []),
    ...[...held].flatMap(([component, holder]) => (rest(component) ? [holder] : [])),
  ];
  const before = earlier.filter((claim) => claim.components.some((component) => wanted.has(component) || rest(component)));
  return [...new Set([...holders, ...before.map((claim) => claim.operation)])];
}

/** Operations that hold, or want, a component of the product: what runs of it is about to change. */
export function stirring(state: EnvironmentState, product: string): readonly string[] {
  const claims = [...state.held, ...[...state.waiting].map(([operation, { components }]) => [operation, components] as const)];
  return claims.filter(([, components]) => components.some(ofProduct(product))).map(([operation]) => operation);
}
