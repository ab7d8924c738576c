import {
  canonicalJson,
  type Chosen,
  type Component,
  milliseconds,
  needsOf,
  type Product,
  type Resolved,
  resolveTemplate,
  templateOf,
  wantsOf,
} from '@srm/definitions';
import type { Choice } from './choice.ts';
import { componentsOf } from './components.ts';
import { needsAmongThese } from './order.ts';
import { undoInput, undoOf, type Undo } from './undo.ts';
import { byName, given, known, needsInput, type PlanInputs, type PlanStep, stepId, stepOf, type Where } from './step.ts';

/** A component as it is to be deployed. `image`: its digest, or null where this plan packages it. */
export type Deployment = Readonly<{ component: Component; version: string; image: string | null; choice: Choice; resolved: Resolved }>;

const slack = 60_000;
const least = 5 * 60_000;

const texts = (values: ReadonlyMap<string, Chosen>): Readonly<Record<string, string>> =>
  Object.fromEntries([...values].map(([name, { value }]) => [name, String(value)]));

const plain = (values: ReadonlyMap<string, Chosen>): Readonly<Record<string, unknown>> =>
  Object.fromEntries([...values].map(([name, { value }]) => [name, value]));

/** The first step that touches the environment: not before the image is there, so that no lease is held while it is built. */
function configureStep(
  { component, choice, image }: Deployment,
  { among, all }: Needs,
  published: ReadonlySet<string>,
  where: Where,
): PlanStep {
  const others = among(component).map((name) => stepId(name, published.has(name) ? 'publish' : 'deploy'));
  const dependsOn = image === null ? [stepId(component.name, 'package'), ...others] : others;
  const inputs = known({ wants: canonicalJson(wantsOf(component)), config: canonicalJson(texts(choice.config)) });
  const needs = all ? [] : needsInput(needsOf(component, 'configure'));
  return stepOf(component.name, 'configure', where, dependsOn, [...inputs, ...needs]);
}

/** Who said what, by name: later wins. */
function origins({ choice, resolved }: Deployment): Readonly<Record<string, string>> {
  const says = { spec: `spec ${choice.spec.metadata.name}`, component: 'component', environment: 'environment', request: 'request' };
  return Object.fromEntries([
    ['spec', choice.specRank],
    ...Object.entries(resolved.origins).map(([name, rank]) => [name, says[rank]]),
    ...[...choice.parameters].map(([name, { rank }]) => [`parameters.${name}`, says[rank]]),
    ...[...choice.config].map(([name, { rank }]) => [`config.${name}`, rank === 'spec' ? 'component' : says[rank]]),
  ]);
}

/** Not the time it should take: the time after which somebody has to look. */
const deadlineOf = ({ settle, readyWithin }: Resolved['workload']): number =>
  Math.max(least, (milliseconds(settle) ?? 0) + (milliseconds(readyWithin) ?? 0) + slack);

function deployStep(deployment: Deployment, where: Where, undo: Undo): PlanStep {
  const { component, version, image, choice, resolved } = deployment;
  const { kind, resources: _resources, ...workload } = resolved.workload;
  const outputs = Object.entries(component.outputs ?? {}).map(([name, output]) => [
    name,
    resolveTemplate(templateOf(output), choice.parameters),
  ]);
  const configure = stepId(component.name, 'configure');
  const pack = stepId(component.name, 'package');
  const inputs: PlanInputs = [
    image === null ? given('image', pack, 'image') : { name: 'image', value: image, step: null, output: null },
    ...known({ version, kind, workload: canonicalJson(workload), outputs: canonicalJson(Object.fromEntries(outputs)) }),
    given('values', configure, 'values'),
    given('configuration', configure, 'configuration'),
    ...known({
      spec: choice.spec.metadata.name,
      parameters: canonicalJson(plain(choice.parameters)),
      origins: canonicalJson(origins(deployment)),
    }),
    ...undoInput(deployment),
  ];
  const step = stepOf(component.name, 'deploy', where, image === null ? [pack, configure] : [configure], inputs);
  return { ...step, ...undo, deadline: deadlineOf(resolved.workload) };
}

/** The addresses of what stays, or waits for a decision, stay or wait with it; no command takes them back. */
function publishStep(component: Component, where: Where, { undo, noReturn }: Undo): PlanStep {
  const deploy = stepId(component.name, 'deploy');
  const inputs = byName(component.outputs ?? {}).map(([name]) => given(`output:${name}`, deploy, name));
  const step = stepOf(component.name, 'publish', where, [deploy], inputs);
  return undo === 'keep' || undo === 'hold' ? { ...step, undo, noReturn } : step;
}

/** Of what is deployed: whether that is all, and what a component needs of the others; where it is a part, also by way of what is not. */
type Needs = Readonly<{ all: boolean; among: (component: Component) => readonly string[] }>;

function needsIn(product: Product, deployments: readonly Deployment[]): Needs {
  const names = new Set(deployments.map(({ component }) => component.name));
  const all = product.spec.components.every(({ name, type }) => type === 'library' || names.has(name));
  if (all) return { all, among: (component) => needsOf(component, 'configure') };
  const defined = componentsOf(product);
  const found = needsAmongThese(names, (name) => {
    const component = defined.get(name);
    return component === undefined ? [] : needsOf(component, 'configure');
  });
  return { all, among: ({ name }) => found.get(name) ?? [] };
}

const hasOutputs = (component: Component): boolean => Object.keys(component.outputs ?? {}).length > 0;

/** Configure, deploy and, where there are outputs, publish each component. `guarded`: the environment, where it is protected. */
export function deploySteps(
  product: Product,
  deployments: readonly Deployment[],
  where: Where,
  guarded: string | null,
): readonly PlanStep[] {
  const published = new Set(product.spec.components.filter(hasOutputs).map((component) => component.name));
  const needs = needsIn(product, deployments);
  return deployments.flatMap((deployment) => {
    const undo = undoOf(deployment, guarded);
    const steps = [configureStep(deployment, needs, published, where), deployStep(deployment, where, undo)];
    return hasOutputs(deployment.component) ? [...steps, publishStep(deployment.component, where, undo)] : steps;
  });
}
