import { ordered } from '@srm/definitions';
import type { PlanStep } from './step.ts';

type Needs = (name: string) => readonly string[];

/** What each of these needs of the others, also by way of names that are not among them. */
export function needsAmongThese(names: ReadonlySet<string>, needs: Needs): ReadonlyMap<string, readonly string[]> {
  return new Map([...names].map((name) => [name, reached(name, names, needs)]));
}

function reached(from: string, names: ReadonlySet<string>, needs: Needs): readonly string[] {
  const found = new Set<string>();
  const seen = new Set([from]);
  const open = [...needs(from)].reverse();
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (names.has(name)) found.add(name);
    else open.push(...[...needs(name)].reverse());
  }
  return [...found];
}

/** Steps that stand in a cycle, or behind one: what is done again may be of releases that need each other in opposite directions. */
export const tangledIn = (steps: readonly PlanStep[]): readonly string[] =>
  ordered(
    steps.map(({ id }) => id),
    steps.flatMap((step) => step.dependsOn.map((to) => ({ from: step.id, to }))),
  ).left;

export const tangled = (steps: readonly string[]): string =>
  `not supported yet: the releases that the components go back to need each other in opposite directions (${steps.slice(0, 10).join(', ')})`;
