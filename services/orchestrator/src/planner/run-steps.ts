import { edges, type Product, topology, type Running } from '@srm/definitions';
import { type PlanStep, stepId, stepOf, type Where } from './step.ts';

/** Above this many edges the steps run one after the other: the order is right, and the plan stays small. */
const mostEdges = 200_000;

type Needs = ReadonlyMap<string, ReadonlySet<string>>;

/** What each chosen component needs of the other chosen ones, also by way of components that are not chosen. Null: too many edges. */
function needsAmong(chosen: ReadonlySet<string>, order: readonly string[], direct: ReadonlyMap<string, readonly string[]>): Needs | null {
  const reach = new Map<string, ReadonlySet<string>>();
  let count = 0;
  for (const name of order) {
    const needs = direct.get(name) ?? [];
    const [only] = needs;
    const through = only !== undefined && needs.length === 1 && !chosen.has(only) ? reach.get(only) : undefined;
    const all = through ?? new Set(needs.flatMap((need) => (chosen.has(need) ? [need] : [...(reach.get(need) ?? [])])));
    if (through === undefined) count += all.size;
    if (count > mostEdges) return null;
    reach.set(name, all);
  }
  return reach;
}

/** Starts what is stopped, dependencies first, or stops what runs, dependents first. Jobs are neither. */
export function runSteps(product: Product, phase: 'start' | 'stop', running: readonly Running[], where: Where): readonly PlanStep[] {
  const prefix = `${product.metadata.name}/`;
  const wanted = phase === 'start' ? ['stopped'] : ['running', 'uncertain'];
  const there = running
    .filter(({ component, state }) => component.startsWith(prefix) && wanted.includes(state))
    .map(({ component }) => component.slice(prefix.length));
  const jobs = new Set(product.spec.components.filter(({ workload }) => workload?.kind === 'job').map(({ name }) => name));
  const chosen = new Set(there.filter((name) => !jobs.has(name)));
  const order = [...topology(product, 'deploy').flat()];
  const direct = new Map<string, string[]>();
  for (const { from, to } of edges(product, phase)) {
    const [later, earlier] = phase === 'start' ? [from, to] : [to, from];
    direct.set(later, [...(direct.get(later) ?? []), earlier]);
  }
  const sorted = phase === 'start' ? order : order.reverse();
  const names = new Set(sorted);
  // What runs and is in the definition no more has no order.
  const all = [...sorted.filter((name) => chosen.has(name)), ...[...chosen].filter((name) => !names.has(name)).sort()];
  const needs = needsAmong(chosen, sorted, direct);
  return all.map((name, index) => {
    const before = needs === null ? all.slice(Math.max(0, index - 1), index) : [...(needs.get(name) ?? [])];
    return stepOf(
      name,
      phase,
      where,
      before.map((other) => stepId(other, phase)),
      [],
    );
  });
}
