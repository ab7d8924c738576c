import type { FreeLease } from '@srm/schemas';
import { nameIn } from '../address.ts';
import { undoIdOf } from './request.ts';
import { isOpen, undoes, type Operation, type Step } from './state.ts';

type Resource = FreeLease['data']['outcome'][number];

/** What runs now of each component that changed: deployed and not undone, or not certain. What was found as it is to be is of this release, or stopped, if that stays. */
export function outcomeOf(operation: Operation): readonly Resource[] {
  const undone = new Set(operation.undone);
  const stays = operation.trouble === null || !undoes(operation);
  const changed = new Map<string, Resource>();
  for (const step of operation.steps.values()) {
    if (step.undoes !== null || undone.has(step.plan.id)) continue;
    if (
      step.effect === 'none' &&
      !hasPublished(operation, step) &&
      !(isOpen(step) && operation.abandoned !== null) &&
      !(stays && step.unchanged)
    )
      continue;
    const state = stateOf(operation, step);
    if (state === null) continue;
    const resource = resourceOf(operation, step, state);
    const deployed = changed.get(resource.component);
    // Deployed, then stopped: what it is comes from the deploy.
    changed.set(resource.component, deployed === undefined ? resource : { ...deployed, state });
  }
  return [...changed.values()];
}

/** Components of the outcome whose outputs were not published: they give what they gave before. */
export const unpublishedOf = (operation: Operation, outcome: readonly Resource[]): readonly string[] =>
  outcome.flatMap(({ component }) => (published(operation, nameIn(component)) === 'before' ? [component] : []));

const publishOf = ({ steps }: Operation, component: string): Step | undefined => steps.get(`${component}/publish`);

/** What others get of a component: what it gives now, what it gave before, or that is not certain. */
export function published(operation: Operation, component: string): 'now' | 'before' | 'uncertain' {
  const publish = publishOf(operation, component);
  if (publish === undefined) return 'now';
  if (operation.steps.get(undoIdOf(publish.plan.id))?.state === 'succeeded') return 'before';
  if (isHalfUndone(operation, publish)) return 'uncertain';
  if (publish.state === 'succeeded') return 'now';
  return isOpen(publish) || publish.effect !== 'none' ? 'uncertain' : 'before';
}

/** Of a component whose deploy had nothing to do: what others get of it is another thing all the same. */
function hasPublished(operation: Operation, { plan: { action, component } }: Step): boolean {
  const publish = publishOf(operation, component);
  if (action !== 'deploy' || publish === undefined) return false;
  return publish.effect === 'none' ? isOpen(publish) && operation.abandoned !== null : published(operation, component) !== 'before';
}

const leaves: ReadonlyMap<string, Resource['state']> = new Map([
  ['deploy', 'running'],
  ['start', 'running'],
  ['restart', 'running'],
  ['scale', 'running'],
  ['stop', 'stopped'],
  ['destroy', 'absent'],
]);

/** Its undo was begun, may have changed something, and did not succeed. */
function isHalfUndone(operation: Operation, step: Step): boolean {
  const undo = operation.steps.get(undoIdOf(step.plan.id));
  return undo !== undefined && undo.state !== 'succeeded' && (isOpen(undo) || undo.effect !== 'none');
}

function stateOf(operation: Operation, step: Step): Resource['state'] | null {
  const state = leaves.get(step.plan.action) ?? null;
  if (state === null) return null;
  if (step.state !== 'succeeded' || isHalfUndone(operation, step)) return 'uncertain';
  if (step.plan.action === 'deploy' && published(operation, step.plan.component) === 'uncertain') return 'uncertain';
  return inputOf(step, 'kind') === 'job' ? 'completed' : state;
}

const inputOf = (step: Step, name: string): string => step.inputs.find((input) => input.name === name)?.value ?? '';

/** <product>/<component> that a step is about. */
export const addressOf = ({ request }: Operation, { plan }: Step): string => `${request?.product}/${plan.component}`;

const resourceOf = (operation: Operation, step: Step, state: Resource['state']): Resource => ({
  component: addressOf(operation, step),
  state,
  version: inputOf(step, 'release') || (operation.plan?.version ?? operation.plan?.release ?? ''),
  image: inputOf(step, 'image'),
  spec: inputOf(step, 'spec'),
  parameters: inputOf(step, 'parameters'),
  configuration: inputOf(step, 'configuration'),
  outputs: step.plan.action === 'destroy' ? [] : step.outputs,
  operation: operation.id,
  fence: operation.fence,
  replicas: replicasOf(step),
  deployed: step.plan.action === 'deploy' ? operation.id : null,
  given: step.plan.action === 'deploy' && state !== 'uncertain' ? givenTo(step) : null,
});

const ofComponents = 'components.';

/** The outputs of others among the values that it was deployed with; null: its bridge gave no JSON object. */
function givenTo(step: Step): Resource['given'] {
  const values = objectIn(inputOf(step, 'values') || '{}');
  return (
    values &&
    Object.entries(values).flatMap(([name, value]) =>
      name.startsWith(ofComponents) && typeof value === 'string' ? [{ name: name.slice(ofComponents.length), value }] : [],
    )
  );
}

function objectIn(json: string): object | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** Of a deploy, as its workload says; of a scale, as it was asked; of all others it stays. */
function replicasOf(step: Step): number | null {
  if (step.plan.action === 'scale') return Number(inputOf(step, 'replicas'));
  if (step.plan.action !== 'deploy' || inputOf(step, 'workload') === '') return null;
  const workload: unknown = JSON.parse(inputOf(step, 'workload'));
  return typeof workload === 'object' && workload !== null && 'replicas' in workload && typeof workload.replicas === 'number'
    ? workload.replicas
    : null;
}
