import { againSteps, lastOf } from './again.ts';
import type { Former } from './before.ts';
import { edges, type Phase, type Product, topology } from '@srm/definitions';
import { type Chosen, isTurnedRound, type RunKind } from './selection.ts';
import { known, type PlanStep, stepId, stepOf, type Where } from './step.ts';

/** Above this many edges the steps run one after the other: the order is right, and the plan stays small. */
const mostEdges = 200_000;

type Needs = ReadonlyMap<string, ReadonlySet<string>>;

/** What each chosen component needs of the other chosen ones, also by way of components that are not chosen. Null: too many edges. */
function needsAmong(chosen: Chosen, order: readonly string[], direct: ReadonlyMap<string, readonly string[]>): Needs | null {
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

/** A scale goes the way of a start. */
const phaseOf = (kind: RunKind): Phase => (kind === 'scale' ? 'start' : kind);

/** One step a component: dependencies first, or, where it is stopped or destroyed, dependents first. */
export function runSteps(
  product: Product,
  kind: RunKind,
  chosen: Chosen,
  where: Where,
  /** What a restart has to configure anew, and of which release it is. */
  anew: ReadonlyMap<string, Readonly<{ former: Former; release: string }>> = new Map(),
): readonly PlanStep[] {
  const round = isTurnedRound(kind);
  const order = [...topology(product, 'deploy').flat()];
  const direct = new Map<string, string[]>();
  for (const { from, to } of edges(product, phaseOf(kind))) {
    const [later, earlier] = round ? [to, from] : [from, to];
    direct.set(later, [...(direct.get(later) ?? []), earlier]);
  }
  const sorted = round ? order.reverse() : order;
  const names = new Set(sorted);
  // What runs and is in the definition no more has no order.
  const all = [...sorted.filter((name) => chosen.has(name)), ...[...chosen.keys()].filter((name) => !names.has(name)).sort()];
  const needs = needsAmong(chosen, sorted, direct);
  return all.flatMap((name, index) => {
    const before = needs === null ? all.slice(Math.max(0, index - 1), index) : [...(needs.get(name) ?? [])];
    const dependsOn = before.map((other) => {
      const again = anew.get(other);
      return again === undefined ? stepId(other, kind) : lastOf(again.former);
    });
    const again = anew.get(name);
    if (again !== undefined) return againSteps(again.former, where, dependsOn, again.release);
    const replicas = chosen.get(name)?.replicas ?? null;
    const step = stepOf(name, kind, where, dependsOn, replicas === null ? [] : known({ replicas: String(replicas) }));
    if (kind !== 'destroy' || chosen.get(name)?.publishes !== true) return [step];
    return [step, stepOf(name, 'withdraw', where, [step.id], [])];
  });
}
