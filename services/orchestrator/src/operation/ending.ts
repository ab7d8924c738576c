import { nameIn } from '../address.ts';
import { listed } from '../listed.ts';
import type { Ending } from './events.ts';
import { undoIdOf } from './request.ts';
import { becameOf } from './became.ts';
import { keptSteps, type Kept } from './kept.ts';
import { addressOf, outcomeOf } from './outcome.ts';
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
  if (trouble === null)
    return { type: 'OperationSucceeded', data: { ...data, remarks: saidOf([...unsureOf(operation), ...becameOf(operation)]) } };
  if (trouble.by === 'overtaken') return overtaken(operation, trouble.reason);
  if (left.length > 0) return { type: 'OperationCompensationFailed', data };
  if (trouble.by === 'cancel') return { type: 'OperationCancelled', data };
  return { type: operation.compensating ? 'OperationCompensated' : 'OperationFailed', data };
}

/** What a skipped step may have left half done, and how that is mended. */
function unsureOf(operation: Operation): readonly string[] {
  const { request } = operation;
  const names = outcomeOf(operation).flatMap(({ component, state }) => (state === 'uncertain' ? [nameIn(component)] : []));
  if (names.length === 0) return [];
  const [named, command] = [listed(names, mostNames), names.slice(0, mostNames).map((name) => ` -c ${name}`)];
  return [
    `it is not certain what runs of ${named}; npm run srm -- restart ${request?.product} -e ${request?.environment}${command.join('')}`,
  ];
}

const mostNames = 20;

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
  if (operation.trouble !== null) return [...failures(operation), ...untouched(operation)].join('; ');
  const skipped = [...operation.steps.values()].flatMap(({ state, plan }) => (state === 'skipped' ? [plan.id] : []));
  return `${doneOf(operation)}${skipped.length === 0 ? '' : `, but for what was skipped: ${listed(skipped, mostNames)}`}`;
}

/** What has been done, where all of it is. */
function doneOf({ request, plan }: Operation): string {
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
