import type { FreeLease } from '@srm/schemas';
import type { Ending } from './events.ts';
import { nameIn } from '../address.ts';
import { undoIdOf } from './request.ts';
import { becameOf } from './became.ts';
import { keptSteps, type Kept } from './kept.ts';
import { actsOnWhatRuns, isOpen, isToUndo, undoes, type Operation, type Step } from './state.ts';

export const plannedEnding = (operation: Operation): Ending => ({
  type: 'OperationPlanned',
  data: { operation: operation.id, planDigest: operation.plan?.planDigest ?? '' },
});

/** How it ends, once nothing is open and nothing is due. */
export function endingOf(operation: Operation): Ending {
  const { trouble } = operation;
  const stays = keptSteps(operation);
  const left = leftOf(operation, stays);
  const kept = shortened(keptOf(operation, stays), (more) => `and ${more} more`);
  const data = { operation: operation.id, reason: reasonOf(operation), counts: countsOf(operation), kept, left };
  if (operation.abandoned !== null)
    return { type: 'OperationFailed', data: { ...data, reason: operation.abandoned, left: abandonedOf(operation) } };
  if (trouble === null) return { type: 'OperationSucceeded', data: { ...data, remarks: saidOf(becameOf(operation)) } };
  if (trouble.by === 'overtaken') return overtaken(operation, trouble.reason);
  if (left.length > 0) return { type: 'OperationCompensationFailed', data };
  if (trouble.by === 'cancel') return { type: 'OperationCancelled', data };
  return { type: operation.compensating ? 'OperationCompensated' : 'OperationFailed', data };
}

const saidOf = (remarks: readonly string[]): readonly string[] | null => (remarks.length === 0 ? null : remarks);

/** What it was asked for fits no more to what others did meanwhile: the request is refused, though late. */
function overtaken({ id, request }: Operation, detail: string): Ending {
  const pointer = request?.kind === 'undo' ? '/of' : '/components';
  return {
    type: 'OperationRefused',
    data: { operation: id, status: 409, reason: detail, errors: [{ pointer, document: null, line: null, column: null, detail }] },
  };
}

/** An ending has to fit into a message: of many, the first, and a word about the rest; the steps have all of it. */
const shortened = <T>(all: readonly T[], rest: (more: number) => T): readonly T[] =>
  all.length <= 100 ? all : [...all.slice(0, 100), rest(all.length - 100)];

function reasonOf(operation: Operation): string {
  const { trouble, request, plan } = operation;
  if (trouble !== null) return [...failures(operation), ...untouched(operation)].join('; ');
  const what =
    selectionOf(request?.kind === 'scale' ? request.perComponent.map(({ name }) => name) : (request?.components ?? [])) +
    [request?.product, plan?.version ?? plan?.release].filter((part) => typeof part === 'string').join(' ');
  if (plan?.steps === 0 && request !== null && actsOnWhatRuns(request.kind))
    return `nothing of ${request.product} had to be ${done[request.kind]} in ${request.environment}`;
  const is = Math.max(request?.components.length ?? 0, request?.perComponent.length ?? 0) > 1 ? 'are' : 'is';
  switch (request?.kind) {
    case 'compile':
      return `${what} is compiled`;
    case 'package':
      return `${what} is packaged`;
    case 'stop':
      return `${what} ${is} stopped in ${request.environment}`;
    case 'start':
      return `${what} ${is} started in ${request.environment}`;
    case 'restart':
      return `${what} ${is} restarted in ${request.environment}`;
    case 'destroy':
      return `${what} ${is} destroyed in ${request.environment}`;
    case 'scale':
      return `${what} ${is} scaled in ${request.environment}`;
    case 'undo':
      return `operation ${request.of} of ${request.product} is undone in ${request.environment}`;
    default:
      return `${what} ${is === 'are' ? 'run' : 'runs'} in ${request?.environment}`;
  }
}

const done: Readonly<Record<string, string>> = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  destroy: 'destroyed',
  scale: 'scaled',
};

/** `left, right of `; of many only their number. */
const selectionOf = (components: readonly string[]): string =>
  components.length === 0 ? '' : `${components.length > 5 ? `${components.length} components` : components.join(', ')} of `;

function failures({ trouble, steps }: Operation): readonly string[] {
  if (trouble === null) return [];
  if (trouble.by === 'cancel' || (trouble.by === 'deadline' && trouble.failed.length === 0)) return [trouble.reason];
  const reasons = trouble.failed.slice(0, 5).map((id) => steps.get(id)?.reason ?? '');
  if (trouble.by === 'deadline') reasons.unshift(trouble.reason);
  return trouble.failed.length > 5 ? [...reasons, `and ${trouble.failed.length - 5} more failed`] : reasons;
}

/** That nothing happened to the environment is worth a word: nobody need look. */
function untouched(operation: Operation): readonly string[] {
  if (!operation.started) return ['nothing was begun'];
  return touchedComponents(operation, (step) => step.plan.undo !== 'none' || step.plan.action === 'restart').size > 0
    ? []
    : ['nothing that runs was touched'];
}

function touchedComponents(operation: Operation, counts: (step: Step) => boolean): ReadonlySet<string> {
  const components = new Set<string>();
  for (const step of operation.steps.values())
    if (step.undoes === null && counts(step) && step.effect !== 'none') components.add(step.plan.component);
  return components;
}

function countsOf(operation: Operation) {
  const counts = new Map<string, number>(
    ['succeeded', 'unchanged', 'failed', 'cancelled', 'skipped', 'notBegun', 'undone'].map((name) => [name, 0]),
  );
  for (const step of operation.steps.values()) {
    const name = step.undoes !== null ? (step.state === 'succeeded' ? 'undone' : null) : countName(step);
    if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, value]) => ({ name, value }));
}

function countName(step: Step): string {
  if (step.state === 'succeeded') return step.unchanged ? 'unchanged' : 'succeeded';
  return step.state === 'failed' || step.state === 'cancelled' || step.state === 'skipped' ? step.state : 'notBegun';
}

/** What stays on purpose: volumes, as undo steps and destroys name them; and, where undo was not wanted, what was done. */
function keptOf(operation: Operation, stays: Kept): readonly string[] {
  const undone = new Set(operation.undone);
  const destroys = [...operation.steps.values()].filter(({ plan }) => plan.action === 'destroy' && !undone.has(plan.id));
  const undos = operation.undone.flatMap((id) => operation.steps.get(undoIdOf(id)) ?? []);
  const named = [...destroys, ...undos].flatMap(({ outputs }) => {
    const kept = outputs.find((output) => output.name === 'kept');
    return kept === undefined ? [] : texts(kept.value);
  });
  if (operation.trouble === null || undoes(operation)) return [...named, ...new Set(stays.values())];
  const touched = touchedComponents(operation, (step) => step.plan.undo !== 'none');
  return [...named, ...[...touched].map((component) => `${component}, as undo was not wanted`)];
}

function texts(json: string): readonly string[] {
  const value: unknown = JSON.parse(json);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Steps that had, or may have had, an effect and could not be undone, each with what a person can do: an undo of the whole operation,
 *  which begins where this one stopped; where nothing of a component is known to be changed, its log. */
function leftOf(operation: Operation, stays: Kept) {
  if (!operation.compensating) return [];
  const undone = new Set(operation.undone);
  const left = [...operation.steps.values()].filter((step) => isToUndo(step) && !undone.has(step.plan.id) && !stays.has(step.plan.id));
  const mendable = new Set(left.length === 0 ? [] : outcomeOf(operation).map(({ component }) => component));
  const named = left.map((step) => {
    const undo = operation.steps.get(undoIdOf(step.plan.id));
    const what =
      undo === undefined
        ? `${step.plan.component}: not undone, since what depends on it could not be`
        : `${step.plan.component}: ${undo.reason}`;
    const mends = mendable.has(addressOf(operation, step)) ? `undo ${operation.id}` : `get log ${operation.id} ${undoIdOf(step.plan.id)}`;
    return { step: step.plan.id, what, command: `npm run srm -- ${mends}` };
  });
  return shortened(named, (more) => andMore(operation, more));
}

const andMore = (operation: Operation, more: number) => ({
  step: '',
  what: `and ${more} more steps; the list of steps has them`,
  command: `npm run srm -- get operation ${operation.id}`,
});

/** What an abandoned operation leaves behind: steps that are open, and effects that were not undone. */
function abandonedOf(operation: Operation) {
  const undone = new Set(operation.undone);
  const left = [...operation.steps.values()].filter((step) => isOpen(step) || (isToUndo(step) && !undone.has(step.plan.id)));
  const named = left.map((step) => ({
    step: step.plan.id,
    what: isOpen(step)
      ? `${step.plan.component}: ${step.plan.bridge}-bridge never said how ${step.plan.id} ended; it may still run`
      : `${step.plan.component}: stays as ${step.plan.id} left it`,
    command: `npm run srm -- get log ${operation.id} ${step.plan.id}`,
  }));
  return shortened(named, (more) => andMore(operation, more));
}

type Resource = FreeLease['data']['outcome'][number];

/** What runs now of each component that changed: deployed and not undone, or not certain. What did not change is of this release, if that stays. */
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
      !(stays && step.unchanged && (step.plan.action === 'deploy' || step.plan.action === 'destroy'))
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
  outcome.flatMap(({ component }) => {
    const publish = operation.steps.get(publishIdOf(nameIn(component)));
    return publish !== undefined && published(operation, publish) === 'before' ? [component] : [];
  });

const publishIdOf = (component: string): string => `${component}/publish`;

/** What others get of a component: what it gives now, what it gave before, or that is not certain. */
function published(operation: Operation, publish: Step): 'now' | 'before' | 'uncertain' {
  if (operation.steps.get(undoIdOf(publish.plan.id))?.state === 'succeeded') return 'before';
  if (isHalfUndone(operation, publish)) return 'uncertain';
  if (publish.state === 'succeeded') return 'now';
  return isOpen(publish) || publish.effect !== 'none' ? 'uncertain' : 'before';
}

/** Of a component whose deploy had nothing to do: what others get of it is another thing all the same. */
function hasPublished(operation: Operation, { plan }: Step): boolean {
  const publish = plan.action === 'deploy' ? operation.steps.get(publishIdOf(plan.component)) : undefined;
  if (publish === undefined) return false;
  return publish.effect === 'none' ? isOpen(publish) && operation.abandoned !== null : published(operation, publish) !== 'before';
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
  const publish = step.plan.action === 'deploy' ? operation.steps.get(publishIdOf(step.plan.component)) : undefined;
  if (publish !== undefined && published(operation, publish) === 'uncertain') return 'uncertain';
  return inputOf(step, 'kind') === 'job' ? 'completed' : state;
}

const inputOf = (step: Step, name: string): string => step.inputs.find((input) => input.name === name)?.value ?? '';

const addressOf = ({ request }: Operation, { plan }: Step): string => `${request?.product}/${plan.component}`;

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
