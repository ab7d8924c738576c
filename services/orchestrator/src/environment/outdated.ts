import type { ResourceOutdated } from '@srm/schemas';
import { type EnvironmentState, isAnew, type Resource } from './state.ts';

type Outputs = ResourceOutdated['data']['outputs'];
type Resources = ReadonlyMap<string, Resource>;

/** Whoever runs with an output that is another one now, and whoever runs with what is given again: by what was given and is given once these have changed. */
export function outdated(state: EnvironmentState, operation: string, changed: Resources): readonly ResourceOutdated[] {
  const { tenant, environment } = state;
  const now = new Map([...state.running, ...changed]);
  return [...now.values()].flatMap((resource) => {
    const { component } = resource;
    const before = changed.has(component) && isAnew(resource) ? [] : (state.outdated.get(component) ?? []);
    const outputs = outdatedOf(resource, now, before, (giver) => (state.holders.get(giver) ?? operation) !== operation);
    return same(before, outputs) ? [] : [{ type: 'ResourceOutdated', data: { tenant, environment, component, operation, outputs } }];
  });
}

/** Characters; of what is longer the name is enough. All marks of an ending are one decision. */
const longestSaid = 60;

const runs = new Set<Resource['state']>(['running', 'stopped']);
const gives = new Set<Resource['state']>([...runs, 'completed']);

/** What is not certain, or not given at all for now, or being changed by others, is said to be as it was. */
function outdatedOf({ component, state, given }: Resource, now: Resources, before: Outputs, changing: (giver: string) => boolean): Outputs {
  if (!runs.has(state) || given === null) return before;
  const product = component.slice(0, component.indexOf('/'));
  return given.flatMap(({ name, value }) => {
    const [giver, output] = name.split('.');
    const known = now.get(`${product}/${giver}`);
    const isSettled = known !== undefined && gives.has(known.state) && !changing(known.component);
    const found = isSettled ? known.outputs.find((one) => one.name === output) : undefined;
    if (found === undefined) return before.filter((one) => one.name === name);
    return found.value === value ? [] : [{ name, was: value.length > longestSaid ? null : value }];
  });
}

const same = (some: Outputs, others: Outputs): boolean =>
  some.length === others.length && some.every(({ name, was }, n) => name === others[n]?.name && was === others[n].was);
