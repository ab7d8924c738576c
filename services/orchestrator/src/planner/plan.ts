import {
  below,
  canonicalJson,
  type DeploymentSpec,
  digestOf,
  type Environment,
  type Manifest,
  type Material,
  meant,
  type Product,
  quoted,
  type Running,
} from '@srm/definitions';
import type { MakePlan, PlanMade } from '@srm/schemas';
import { restDigest } from '../environment/upon.ts';
import { type Before, type Former, formerIn, giving, isDeployedAgain, isUnsure, startsAgain } from './before.ts';
import { broughtSteps } from './bring-steps.ts';
import { componentsOf, resourcesOf } from './components.ts';
import { afterRestarted, type Consumer, consumersOf } from './consumers.ts';
import { tangled, tangledIn } from './order.ts';
import { chosenIn, isChosen } from './part.ts';
import { runSteps } from './run-steps.ts';
import { type Chosen, chosenOf, isRunKind, runKinds } from './selection.ts';
import { againRemarks, leftRemarks, releaseRemarks } from './remarks.ts';
import { rollbackSteps } from './rollback.ts';
import { scaledOf } from './scale.ts';
import { inRequest, known, type PlanError, type PlanStep, type Where } from './step.ts';
import { undoSteps } from './take-back.ts';

/** All that a plan is made of: frozen definitions, what the sources are, what runs, the release to deploy. */
export type PlanInput = Readonly<{
  request: MakePlan['data'];
  product: Product;
  environment: Environment | null;
  /** The tenant's own; those that ship with SRM are always there. */
  specs: readonly DeploymentSpec[];
  material: Material | null;
  running: readonly Running[];
  manifest: Manifest | null;
  before: Before;
}>;

export type Plan = Readonly<{
  steps: readonly PlanStep[];
  pipeline: PlanMade['data']['pipeline'];
  protected: boolean;
  /** <product>/<component> of all that is touched. */
  lease: readonly string[];
  planDigest: string;
  /** Sentences that people should read with the plan. */
  remarks: readonly string[];
  /** What the environment says of failures. */
  onFailure: PlanMade['data']['onFailure'];
  /** Who runs outside the plan with an output of it that may change. */
  consumers: readonly Consumer[];
  /** What has to hold when the lease is granted. */
  upon: PlanMade['data']['upon'];
}>;
export type PlanResult = Readonly<{ errors: readonly PlanError[] }> | Plan;

const kinds = ['compile', 'package', 'deploy', 'release', ...runKinds, 'rollback', 'undo'] as const;
type Kind = (typeof kinds)[number];
const isKind = (kind: string): kind is Kind => kinds.some((known) => known === kind);
const touches: ReadonlySet<Kind> = new Set(['deploy', 'release', 'rollback', 'undo', ...runKinds]);
const deploys: ReadonlySet<Kind> = new Set(['deploy', 'release']);
const bringing: ReadonlySet<Kind> = new Set(['deploy', 'release', 'rollback']);
const guardedStages = new Set(['staging', 'production']);
const mostErrors = 1000;
const mostRemarks = 100;

const isGuarded = (environment: Environment | null): boolean =>
  environment !== null && (environment.spec.protected ?? guardedStages.has(environment.spec.stage));

/** What the request itself cannot ask. */
function requestErrors({ request, product, environment }: PlanInput, kind: Kind): readonly PlanError[] {
  const errors: PlanError[] = [];
  if (touches.has(kind) && environment === null)
    errors.push(inRequest('/environment', `a ${kind} needs an environment; name one that is defined`));
  if (request.components.length > 0 && (kind === 'rollback' || kind === 'undo'))
    errors.push(inRequest('/components', `what a ${kind} is about follows from what was done; leave components out`));
  if (request.restartConsumers === true && !giving.has(kind))
    errors.push(inRequest('/restartConsumers', `a ${kind} changes no outputs; leave restartConsumers out`));
  const part = chosenIn(request.components);
  const running = componentsOf(product);
  const seen = new Set<string>();
  if (kind === 'scale') return errors;
  for (const [index, { name }] of request.perComponent.entries()) {
    const pointer = below('/perComponent', index, 'name');
    const component = running.get(name);
    if (kind === 'rollback')
      errors.push(
        inRequest(pointer, 'a rollback deploys as it was deployed before, so it takes neither spec nor parameters; leave perComponent out'),
      );
    else if (!deploys.has(kind))
      errors.push(inRequest(pointer, `a ${kind} deploys nothing, so it takes neither spec nor parameters; leave perComponent out`));
    else if (component === undefined)
      errors.push(inRequest(pointer, `unknown component ${quoted(name)}${meant(name, [...running.keys()])}`));
    else if (component.type === 'library') errors.push(inRequest(pointer, `${name} is a library and is not deployed; leave it out`));
    else if (!isChosen(part, name)) errors.push(inRequest(pointer, `${name} is not among the components; choose it too, or leave it out`));
    else if (seen.has(name)) errors.push(inRequest(pointer, `${name} is there twice; keep one`));
    seen.add(name);
  }
  return errors;
}

/** There is no such environment: no plan, but what is wrong with the names that were given is told with it. */
function nowhere({ request, product }: PlanInput): readonly PlanError[] {
  const { tenant, environment, components, perComponent } = request;
  const defined = componentsOf(product);
  const unknown = (name: string, pointer: string): readonly PlanError[] =>
    defined.has(name) ? [] : [inRequest(pointer, `unknown component ${quoted(name)}${meant(name, [...defined.keys()])}`)];
  return [
    inRequest('/environment', `tenant ${tenant} has no environment "${environment}"; apply its definition first`),
    ...components.flatMap((name, index) => unknown(name, below('/components', index))),
    ...perComponent.flatMap(({ name }, index) => unknown(name, below('/perComponent', index, 'name'))),
  ];
}

function pipelineOf({ request, product, environment, running }: PlanInput, guarded: boolean): Plan['pipeline'] {
  const part = chosenIn(request.components);
  const runs = [...resourcesOf(product, running)].some(
    ([name, { state }]) => (state === 'running' || state === 'uncertain') && isChosen(part, name),
  );
  return request.pipeline ?? environment?.spec.pipeline ?? (guarded || runs ? 'buildFirst' : 'eager');
}

function leaseOf(product: string, steps: readonly PlanStep[]): readonly string[] {
  return [...new Set(steps.filter((step) => step.bridge !== 'ci').map((step) => `${product}/${step.component}`))];
}

const refused = (errors: readonly PlanError[]): PlanResult =>
  errors.length <= mostErrors
    ? { errors }
    : { errors: [...errors.slice(0, mostErrors), inRequest('', `and ${errors.length - mostErrors} more errors; mend these first`)] };

const whereOf = (environment: Environment | null): Where =>
  environment === null ? null : { driver: environment.spec.target.driver, target: canonicalJson(environment.spec.target) };

type Found = Readonly<{ steps: readonly PlanStep[]; errors: readonly PlanError[]; remarks?: readonly string[] }>;

function stepsOf(input: PlanInput, kind: Kind, guarded: boolean): Found {
  const { product, environment, running, before, request } = input;
  const where = whereOf(environment);
  if (kind === 'undo' && environment !== null) return undoSteps({ product, environment, running, before, of: request.of ?? '', where });
  if (kind === 'rollback' && environment !== null) {
    const again = rollbackSteps(before, request.release ?? '', environment, where, running);
    if (again !== null) return again;
  }
  if (kind === 'scale' && environment !== null) {
    const { chosen, errors, remarks } = scaledOf(product, environment, running, request);
    return { steps: errors.length > 0 ? [] : runSteps(product, kind, chosen, where), errors, remarks };
  }
  if (isRunKind(kind)) {
    const { chosen, errors } = chosenOf(product, kind, running, input.request);
    if (errors.length > 0) return { steps: [], errors };
    return startsAgain(kind) ? startSteps(input, kind, chosen, where) : { steps: runSteps(product, kind, chosen, where), errors };
  }
  return broughtSteps(input, kind === 'rollback' || kind === 'undo' ? 'deploy' : kind, guarded, where);
}

/** Who was given what is given no more is configured anew; of whom it is not certain what runs, too, and deployed whatever is there. */
function startSteps({ product, running, before }: PlanInput, kind: 'start' | 'restart', chosen: Chosen, where: Where): Found {
  const anew = new Map<string, Readonly<{ former: Former; release: string }>>();
  const unsure = new Set<string>();
  for (const [name, resource] of resourcesOf(product, running)) {
    if (!chosen.has(name) || !isDeployedAgain(before.outdated, resource)) continue;
    const former = formerIn(before, resource, name);
    if (former === null) continue;
    anew.set(name, { former, release: resource.version });
    if (isUnsure(resource)) unsure.add(name);
  }
  const steps = runSteps(product, kind, chosen, where, anew);
  return {
    steps: steps.map((step) => (unsure.has(step.component) ? forced(step) : step)),
    errors: [],
    remarks: againRemarks(
      [...anew.keys()].filter((name) => !unsure.has(name)),
      [...unsure],
    ),
  };
}

const again = new Set(['compile', 'package', 'deploy']);

/** Done also where it would change nothing. */
const forced = (step: PlanStep): PlanStep =>
  again.has(step.phase) && step.inputs.every(({ name }) => name !== 'force')
    ? { ...step, inputs: [...step.inputs, ...known({ force: 'true' })] }
    : step;

/** Nobody sees of a job that is gone whether it came to its end: where that is not certain it runs again. */
function deploysUnsureJob({ product, running }: PlanInput): (step: PlanStep) => boolean {
  const there = resourcesOf(product, running);
  return ({ component, inputs }) =>
    there.get(component)?.state === 'uncertain' && inputs.some(({ name, value }) => name === 'kind' && value === 'job');
}

function remarksOf(
  { request, product, environment, running, before }: PlanInput,
  kind: Kind,
  steps: readonly PlanStep[],
): readonly string[] {
  if (!bringing.has(kind) || environment === null) return [];
  const release = kind === 'release' || request.named === true ? null : request.release;
  const deployed = new Set([
    ...steps.filter(({ phase }) => phase === 'deploy').map(({ component }) => component),
    ...(request.components.length === 0 ? [] : product.spec.components.map(({ name }) => name)),
  ]);
  return [
    ...(kind === 'release' && request.components.length > 0
      ? [`the rest is as in release ${request.release}, and stays as it runs in ${environment.metadata.name}`]
      : []),
    ...(release === null ? [] : releaseRemarks(request, release, environment.metadata.name, before.tried.get(release))),
    ...leftRemarks(product, environment, running, deployed),
  ];
}

function outsideOf({ product, environment, running, before, request }: PlanInput, kind: Kind, steps: readonly PlanStep[]) {
  const restart = request.restartConsumers === true;
  const asked = { product, running, before, where: whereOf(environment), restart, restartable: giving.has(kind) };
  return consumersOf(asked, giving.has(kind) || startsAgain(kind) ? steps : []);
}

const anewIn = (steps: readonly PlanStep[]): readonly string[] =>
  steps.filter(({ phase }) => phase === 'deploy').map(({ component }) => component);

/** What the plan was made of and somebody may change before its lease is granted: an undo, all of it; whatever deploys again what was deployed before,
 *  how that was; a part of a release, what the rest runs as. */
function uponOf(
  { request, product, running, before }: PlanInput,
  kind: Kind,
  own: readonly PlanStep[],
  outside: readonly PlanStep[],
): Plan['upon'] {
  const { number } = before;
  if (kind === 'undo') return { number, rest: null, components: null };
  const address = (component: string): string => `${product.metadata.name}/${component}`;
  const components = anewIn([...(startsAgain(kind) ? own : []), ...outside]).map(address);
  const isPart = kind === 'release' && request.components.length > 0;
  if (!isPart) return components.length === 0 ? null : { number, rest: null, components };
  const there = running.filter(({ state }) => state !== 'absent');
  return { number, rest: restDigest(product.metadata.name, there, new Set(leaseOf(product.metadata.name, own))), components };
}

/** Steps with their edges, inputs, undo and deadlines, or everything that is wrong, with pointers. Pure, and linear in the product's size.
 *  The same definitions, sources, choices and release give the same digest, whatever version is given later. */
export function plan(input: PlanInput): PlanResult {
  const { request, product, environment } = input;
  if (!isKind(request.kind))
    return refused([inRequest('/kind', `not supported yet: operation ${quoted(request.kind)}; ask for ${kinds.join(', ')}`)]);
  if (environment === null && request.environment !== null) return refused(nowhere(input));
  const guarded = isGuarded(environment);
  const { steps: own, errors, remarks = [] } = stepsOf(input, request.kind, guarded);
  const outside = outsideOf(input, request.kind, own);
  const found = afterRestarted(product, own, outside.steps);
  const isForced = request.force === true ? () => true : deploysUnsureJob(input);
  const steps = found.map((step) => (isForced(step) ? forced(step) : step));
  const left = outside.steps.length === 0 ? [] : tangledIn(steps);
  const all = [
    ...requestErrors(input, request.kind),
    ...errors,
    ...outside.errors,
    ...(left.length === 0 ? [] : [inRequest('/restartConsumers', tangled(left))]),
  ];
  if (all.length > 0) return refused(all);
  const pipeline = pipelineOf(input, guarded);
  const planDigest = digestOf({ pipeline, steps: steps.map(digestOf) });
  if (request.expectedPlan !== null && request.expectedPlan !== planDigest) {
    return refused([
      inRequest('/expectedPlan', `the plan is no longer the one that was expected, it is now ${planDigest}; look at it again by a preview`),
    ]);
  }
  return {
    steps,
    pipeline,
    protected: guarded,
    lease: leaseOf(product.metadata.name, steps),
    planDigest,
    remarks: [...remarksOf(input, request.kind, own), ...remarks, ...outside.remarks].slice(0, mostRemarks),
    onFailure: environment?.spec.onFailure ?? null,
    consumers: outside.consumers,
    upon: uponOf(input, request.kind, own, outside.steps),
  };
}
