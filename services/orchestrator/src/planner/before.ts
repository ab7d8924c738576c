import type { MakePlan } from '@srm/schemas';
import { ofProduct } from '../address.ts';
import type { Change, EnvironmentState, Resource, Tried } from '../environment/state.ts';
import { outcomeOf } from '../operation/outcome.ts';
import type { Operation, PlanStep } from '../operation/state.ts';

/** What was, as far as a plan goes back to it. */
export type Before = Readonly<{
  /** <product>/<component> → the operation that changed it last, and what it was before that. */
  changed: ReadonlyMap<string, Change>;
  /** Of the product: release → how its last try in the environment ended. */
  tried: ReadonlyMap<string, Tried>;
  /** The operations that are taken back, or whose deploys are done again: each as it ended. */
  operations: ReadonlyMap<string, Operation>;
  /** <product>/<component> that runs with outputs of others that are other ones by now. */
  outdated: EnvironmentState['outdated'];
  /** Operation → the undo that took it back. */
  takenBack: ReadonlyMap<string, string>;
  /** The number of the environment's last event then. */
  number: number;
}>;

/** Kinds that change what others are configured with. */
export const giving: ReadonlySet<string> = new Set(['deploy', 'release', 'rollback', 'undo']);

/** Kinds that let run again what was deployed. */
export const startsAgain = (kind: string): kind is 'start' | 'restart' => kind === 'start' || kind === 'restart';

export const nothingBefore: Before = {
  changed: new Map(),
  tried: new Map(),
  operations: new Map(),
  outdated: new Map(),
  takenBack: new Map(),
  number: 0,
};

/** The release, and, where it is a part, what it was built upon, and so on: as far as it is known here. */
export function* releasesUnder(tried: Before['tried'], release: string | null): Iterable<string> {
  const seen = new Set<string>();
  for (let name = release; name !== null && !seen.has(name); name = tried.get(name)?.from ?? null) {
    seen.add(name);
    yield name;
  }
}

/** What a plan goes back to, and what it changes: the operations that deployed it, each loaded once. */
export async function beforeOf(
  { kind, product, release, of, components, restartConsumers }: MakePlan['data'],
  ran: EnvironmentState,
  operation: (id: string) => Promise<Operation>,
): Promise<Before> {
  const tried = new Map(ran.tried.get(product));
  const operations = new Map<string, Operation>();
  const load = async (id: string | null | undefined): Promise<Operation | null> => {
    if (id === null || id === undefined) return null;
    const found = operations.get(id) ?? (await operation(id));
    operations.set(id, found);
    return found;
  };
  for (const name of releasesUnder(tried, kind === 'rollback' ? release : null)) await load(tried.get(name)?.brought);
  const undone = kind === 'undo' ? await load(of) : null;
  const taken = (undone === null ? [] : outcomeOf(undone)).map(({ component }) => component);
  for (const component of taken) await load(ran.changed.get(component)?.was?.deployed);
  const anew = (resource: Resource): boolean => restartConsumers === true || (startsAgain(kind) && isDeployedAgain(ran.outdated, resource));
  // Others may run with what these give: their templates of before tell whether that changes. Where all is deployed there are no others.
  const deployed = new Set(kind === 'undo' ? taken : components.map((name) => `${product}/${name}`));
  const gives = ({ component, outputs }: Resource): boolean =>
    outputs.length > 0 && (kind === 'rollback' || (giving.has(kind) && deployed.has(component)));
  for (const resource of ran.running.values())
    if (ofProduct(product)(resource.component) && (anew(resource) || gives(resource))) await load(resource.deployed);
  return { changed: ran.changed, tried, operations, outdated: ran.outdated, takenBack: ran.takenBack, number: ran.number };
}

/** What a start and a restart deploy again as it was: it was given what is given no more, or it is not certain what runs, or what that was given. */
export const isDeployedAgain = (outdated: Before['outdated'], resource: Pick<Resource, 'component' | 'given' | 'state'>): boolean =>
  outdated.has(resource.component) || isUnsure(resource);

export const isUnsure = ({ state, given }: Pick<Resource, 'given' | 'state'>): boolean => state === 'uncertain' || given === null;

/** How a component was deployed by an operation: the inputs of its steps as they were. `needs`: components that had to be up before. */
export type Former = Readonly<{
  component: string;
  kind: string;
  configure: ReadonlyMap<string, string>;
  deploy: ReadonlyMap<string, string>;
  outputs: readonly string[];
  deadline: number;
  undo: PlanStep['undo'];
  noReturn: string | null;
  needs: readonly string[];
}>;

/** Null: it did not deploy the component. */
export function formerOf({ steps }: Operation, component: string): Former | null {
  const configure = steps.get(`${component}/configure`);
  const deploy = steps.get(`${component}/deploy`);
  if (configure === undefined || deploy === undefined || deploy.inputs.length === 0) return null;
  const inputs = new Map(deploy.inputs.map(({ name, value }) => [name, value]));
  return {
    component,
    kind: inputs.get('kind') ?? 'service',
    configure: new Map(configure.plan.inputs.flatMap(({ name, value }) => (value === null ? [] : [[name, value] as const]))),
    deploy: inputs,
    outputs: Object.keys(JSON.parse(inputs.get('outputs') ?? '{}') as object),
    deadline: deploy.plan.deadline,
    undo: deploy.plan.undo,
    noReturn: deploy.plan.noReturn,
    needs: needsOfStep(configure.plan, component),
  };
}

/** What a component needs to be up: where only a part was deployed its step says so, else it is what the step waits for. */
function needsOfStep({ dependsOn, inputs }: PlanStep, component: string): readonly string[] {
  const said = inputs.find(({ name }) => name === 'needs')?.value;
  if (typeof said === 'string') return JSON.parse(said) as readonly string[];
  return [...new Set(dependsOn.map((id) => id.slice(0, id.lastIndexOf('/'))).filter((name) => name !== component))];
}

/** How what runs was deployed; null: that is not known. */
export function formerIn({ operations }: Before, { deployed }: Pick<Resource, 'deployed'>, component: string): Former | null {
  const operation = operations.get(deployed ?? '');
  return operation === undefined ? null : formerOf(operation, component);
}

/** What a component needed in an operation that deployed it; null: it did not. */
export function needsThen({ steps }: Operation, component: string): readonly string[] | null {
  const configure = steps.get(`${component}/configure`);
  return configure === undefined ? null : needsOfStep(configure.plan, component);
}
