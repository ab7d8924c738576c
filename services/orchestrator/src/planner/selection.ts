import { below, type Component, edges, meant, type Product, quoted, type Running } from '@srm/definitions';
import { listed } from '../listed.ts';
import { componentsOf, resourcesOf } from './components.ts';
import { inRequest, type PlanError } from './step.ts';

export const runKinds = ['start', 'stop', 'restart', 'destroy', 'scale'] as const;
/** Kinds that are about what was deployed, or a part of it. */
export type RunKind = (typeof runKinds)[number];
export const isRunKind = (kind: string): kind is RunKind => runKinds.some((known) => known === kind);

/** Dependents first. */
export const isTurnedRound = (kind: RunKind): boolean => kind === 'stop' || kind === 'destroy';

/** The components that are touched; publishes: they may have entries in the configuration store; replicas: how many are to run then, null: that is not said. */
export type Chosen = ReadonlyMap<string, Readonly<{ publishes: boolean; replicas: number | null }>>;

type Asked = Readonly<{ components: readonly string[]; force: boolean | null }>;

const touchedIn: Readonly<Record<RunKind, ReadonlySet<Running['state']>>> = {
  start: new Set(['stopped', 'uncertain']),
  stop: new Set(['running', 'uncertain']),
  restart: new Set(['running', 'uncertain']),
  destroy: new Set(['running', 'stopped', 'completed', 'uncertain']),
  scale: new Set(['running']),
};
const runsNow = touchedIn.stop;

const isJob = (component: Component | undefined): boolean => component?.workload?.kind === 'job';
const done: Readonly<Record<RunKind, string>> = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  destroy: 'destroyed',
  scale: 'scaled',
};

/** What a start, stop, restart or destroy touches of a product, or everything that is wrong with the selection. */
export function chosenOf(
  product: Product,
  kind: RunKind,
  running: readonly Running[],
  asked: Asked,
): Readonly<{ chosen: Chosen; errors: readonly PlanError[] }> {
  const there = resourcesOf(product, running);
  const defined = componentsOf(product);
  const wanted = new Set(asked.components);
  const chosen = new Map<string, Readonly<{ publishes: boolean; replicas: number | null }>>();
  for (const [name, { state, outputs, replicas }] of there) {
    const component = defined.get(name);
    if (!touchedIn[kind].has(state) || (wanted.size > 0 && !wanted.has(name))) continue;
    if (kind !== 'destroy' && isJob(component)) continue;
    const publishes = component === undefined || outputs.length > 0 || Object.keys(component.outputs ?? {}).length > 0;
    chosen.set(name, { publishes, replicas: kind === 'start' ? replicas : null });
  }
  const errors = [...asked.components.flatMap((name, index) => misnamed(name, below('/components', index), kind, defined, there))];
  return { chosen, errors: [...errors, ...(asked.force === true ? [] : needed(product, kind, chosen, there))] };
}

/** A name that cannot be chosen, as one error. */
export function misnamed(
  name: string,
  pointer: string,
  kind: RunKind,
  defined: ReadonlyMap<string, Component>,
  there: ReadonlyMap<string, Running>,
): readonly PlanError[] {
  const component = defined.get(name);
  const error = (detail: string): readonly PlanError[] => [inRequest(pointer, detail)];
  if (component === undefined)
    return there.has(name)
      ? []
      : error(`unknown component ${quoted(name)}${meant(name, [...new Set([...defined.keys(), ...there.keys()])])}`);
  if (component.type === 'library' || component.type === 'external')
    return error(`${name} is ${component.type === 'library' ? 'a library' : 'external'} and is never ${done[kind]}; leave it out`);
  if (kind !== 'destroy' && isJob(component))
    return error(`${name} is a job, which runs when it is deployed and is not ${done[kind]}; leave it out`);
  return [];
}

const mostNames = 50;

/** What runs outside the selection and needs what is to be stopped or destroyed, also by way of others. */
function needed(product: Product, kind: RunKind, chosen: Chosen, there: ReadonlyMap<string, Running>): readonly PlanError[] {
  if (!isTurnedRound(kind) || chosen.size === 0) return [];
  const dependents = new Map<string, string[]>();
  for (const { from, to } of edges(product, kind === 'scale' ? 'start' : kind)) {
    const known = dependents.get(to);
    if (known === undefined) dependents.set(to, [from]);
    else known.push(from);
  }
  const reached = new Set<string>();
  const causes: string[] = [];
  const runs = (name: string): boolean => runsNow.has(there.get(name)?.state ?? 'absent');
  for (const name of chosen.keys()) {
    const open = [...(dependents.get(name) ?? [])];
    let hurts = false;
    for (let other = open.pop(); other !== undefined; other = open.pop()) {
      if (chosen.has(other) || reached.has(other)) continue;
      reached.add(other);
      hurts ||= runs(other);
      open.push(...(dependents.get(other) ?? []));
    }
    if (hurts) causes.push(name);
  }
  const hurt = product.spec.components.map(({ name }) => name).filter((name) => reached.has(name) && runs(name));
  if (hurt.length === 0) return [];
  const detail = `${listed(hurt, mostNames)} would lose what ${hurt.length === 1 ? 'it needs' : 'they need'} (${listed(causes, mostNames)}); choose ${hurt.length === 1 ? 'it' : 'them'} too, or ask for it with force`;
  return [inRequest('/components', detail)];
}
