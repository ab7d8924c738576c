import { type Component, needsOf, type Product, type Running, wantsOf } from '@srm/definitions';
import type { PlanMade } from '@srm/schemas';
import { nameIn } from '../address.ts';
import { listed } from '../listed.ts';
import { againSteps } from './again.ts';
import { type Before, formerIn } from './before.ts';
import { changesOf, knownOf, templateOf, type Templates, templatesIn } from './changes.ts';
import { componentsOf, resourcesOf } from './components.ts';
import { needsAmongThese } from './order.ts';
import { restartedRemark } from './remarks.ts';
import { inRequest, type PlanError, type PlanStep, stepId, type Where } from './step.ts';

export type Consumer = NonNullable<PlanMade['data']['consumers']>[number];

type Asked = Readonly<{
  product: Product;
  running: readonly Running[];
  before: Before;
  where: Where;
  /** Whether those that run are configured anew and restarted. */
  restart: boolean;
  /** Whether that could have been asked for. */
  restartable: boolean;
}>;
type Found = Readonly<{
  /** Of what stays configured with what is given no more. */
  consumers: readonly Consumer[];
  steps: readonly PlanStep[];
  errors: readonly PlanError[];
  remarks: readonly string[];
}>;

const most = 2000;
const mostNames = 20;

/** What runs outside a plan and is configured with an output that the plan changes, and the steps that configure it anew, where that is wanted.
 *  What is restarted may give another output itself: then those that are configured with that follow. */
export function consumersOf(asked: Asked, planned: readonly PlanStep[]): Found {
  const templates = templatesIn(planned);
  if (templates.size === 0) return { consumers: [], steps: [], errors: [], remarks: [] };
  const outside = runningOutside(asked, templates);
  const known = knownOf(asked.product, asked.running, asked.before);
  const found = new Map<string, Consumer[]>();
  const ids = new Set(planned.map(({ id }) => id));
  const steps: PlanStep[] = [];
  const errors: PlanError[] = [];
  const restarted: string[] = [];
  for (let more = true; more;) {
    more = false;
    const changes = changesOf(known, templates);
    for (const [name, { component, resource }] of outside) {
      const given = givenTo(component, resource);
      const wants = given.filter((want) => changes(want.component, want.output));
      if (wants.length <= (found.get(name)?.length ?? 0)) continue;
      const address = resource.component;
      const of = (other: string): string => `${asked.product.metadata.name}/${other}`;
      found.set(
        name,
        wants.map(({ component: giver, output, was }) => ({ component: address, of: of(giver), output, was })),
      );
      if (!asked.restart || resource.state === 'stopped' || templates.has(name)) continue;
      const former = formerIn(asked.before, resource, name);
      if (former === null) {
        errors.push(
          inRequest('/restartConsumers', `it is not known how ${name} was deployed, so it cannot be configured anew; deploy it too`),
        );
        continue;
      }
      const again = againSteps(former, asked.where, lastSteps(given, ids), resource.version);
      steps.push(...again);
      for (const { id } of again) ids.add(id);
      templates.set(name, templateOf(former.deploy.get('outputs')));
      restarted.push(name);
      more = true;
    }
  }
  const stays = [...found].filter(([name]) => !templates.has(name));
  const consumers = [...found.values()].flat();
  return { consumers: consumers.slice(0, most), steps, errors, remarks: remarksOf(stays, restarted, asked.restartable) };
}

const configured = new Set<Running['state']>(['running', 'stopped', 'uncertain']);

function runningOutside({ product, running }: Asked, templates: Templates) {
  const there = resourcesOf(product, running);
  const outside = new Map<string, Readonly<{ component: Component; resource: Running }>>();
  for (const component of product.spec.components) {
    const resource = there.get(component.name);
    if (resource === undefined || !configured.has(resource.state) || templates.has(component.name)) continue;
    // A job ran with what was given then.
    if (component.workload?.kind !== 'job') outside.set(component.name, { component, resource });
  }
  return outside;
}

type Given = Readonly<{ component: string; output: string; was: string | null }>;

/** The outputs of others that it runs with; where that is not known, those that it would be given now. */
const givenTo = (component: Component, { given }: Running): readonly Given[] =>
  given?.map(({ name, value }) => {
    const [giver = '', output = ''] = name.split('.');
    return { component: giver, output, was: value };
  }) ?? wantsOf(component).map(({ component: giver, output }) => ({ component: giver, output, was: null }));

/** After all that it is configured with and that the plan deploys. */
const lastSteps = (given: readonly Given[], ids: ReadonlySet<string>): readonly string[] => [
  ...new Set(given.flatMap(({ component }) => lastIn(ids, component))),
];

/** Who is configured by a plan waits for those that are restarted with it and that it needs, also by way of others. */
export function afterRestarted(product: Product, own: readonly PlanStep[], restarting: readonly PlanStep[]): readonly PlanStep[] {
  const steps = [...own, ...restarting];
  if (restarting.length === 0) return steps;
  const ids = new Set(restarting.map(({ id }) => id));
  const defined = componentsOf(product);
  const configured = new Set(steps.filter(({ phase }) => phase === 'configure').map(({ component }) => component));
  const needs = needsAmongThese(configured, (name) => {
    const component = defined.get(name);
    return component === undefined ? [] : needsOf(component, 'configure');
  });
  return steps.map((step) => {
    const last = step.phase === 'configure' ? (needs.get(step.component) ?? []).flatMap((name) => lastIn(ids, name)) : [];
    return last.length === 0 ? step : { ...step, dependsOn: [...new Set([...step.dependsOn, ...last])] };
  });
}

/** The step of these after which whoever needs the component can go on. */
const lastIn = (ids: ReadonlySet<string>, name: string): readonly string[] =>
  [stepId(name, 'publish'), stepId(name, 'deploy')].filter((id) => ids.has(id)).slice(0, 1);

const names = (consumers: readonly Consumer[]): string =>
  listed(
    consumers.map(({ of, output }) => `${nameIn(of)}.${output}`),
    mostNames,
  );

function remarksOf(
  stays: readonly (readonly [string, readonly Consumer[]])[],
  restarted: readonly string[],
  restartable: boolean,
): readonly string[] {
  const remarks: string[] = [];
  if (restarted.length > 0) remarks.push(restartedRemark(restarted));
  for (const [name, consumers] of stays.slice(0, mostNames))
    remarks.push(
      `${name} runs with ${names(consumers)}, which may change: then its configuration is outdated until it is restarted or deployed${restartable ? '; restartConsumers (--restart-consumers) restarts it with this operation' : ''}`,
    );
  if (stays.length > mostNames) remarks.push(`and ${stays.length - mostNames} more run with outputs that may change`);
  return remarks;
}
