import { edges, type Environment, type Product, type Running } from '@srm/definitions';
import { undoneAlready } from '../environment/upon.ts';
import { outcomeOf } from '../operation/outcome.ts';
import { type Operation, touches } from '../operation/state.ts';
import { againSteps, lastOf } from './again.ts';
import { type Before, type Former, formerOf, needsThen } from './before.ts';
import { needsAmongThese, tangled, tangledIn } from './order.ts';
import { inRequest, known, type PlanError, type PlanStep, stepId, stepOf, type Where } from './step.ts';

type Undoing = Readonly<{
  product: Product;
  environment: Environment;
  running: readonly Running[];
  before: Before;
  of: string;
  where: Where;
}>;
type Result = Readonly<{ steps: readonly PlanStep[]; errors: readonly PlanError[]; remarks: readonly string[] }>;

/** What has to be done to one component so that it is what it was. */
type Turn = Readonly<{
  name: string;
  does: 'deploy' | 'start' | 'stop' | 'scale' | 'destroy';
  /** Of a deploy: how it was deployed, and of which release it was. */
  former: Former | null;
  release: string;
  /** Of a deploy: it was stopped then. */
  thenStop: boolean;
  replicas: number | null;
  publishes: boolean;
}>;

/** The plan that takes an operation back, or everything that is in the way of it. */
export function undoSteps(undoing: Undoing): Result {
  const { before, of, environment } = undoing;
  const operation = before.operations.get(of);
  const wrong = operation === undefined ? `operation ${of} is not known` : impossible(operation, undoing);
  if (operation === undefined || wrong !== null) return refused([wrong ?? '']);
  const found = turnsOf(operation, undoing);
  if (found.errors.length > 0) return refused(found.errors);
  if (found.turns.length === 0)
    return refused([`operation ${of} left nothing in ${environment.metadata.name} that could be taken back; a restart has no undo`]);
  const steps = stepsOf(operation, found.turns, undoing);
  const left = tangledIn(steps);
  if (left.length > 0) return refused([tangled(left)]);
  return { steps, errors: [], remarks: found.remarks };
}

const refused = (details: readonly string[]): Result => ({
  steps: [],
  errors: details.map((detail) => inRequest('/of', detail)),
  remarks: [],
});

/** Why there is nothing to take back, whatever runs. */
function impossible(operation: Operation, { of, product, environment, before }: Undoing): string | null {
  const { request, ended } = operation;
  const place = environment.metadata.name;
  if (request === null) return `operation ${of} is not known`;
  if (request.product !== product.metadata.name || (request.environment !== null && request.environment !== place))
    return `operation ${of} is about ${request.product} in ${request.environment ?? 'no environment'}, not about ${product.metadata.name} in ${place}`;
  if (!touches(request.kind) || request.environment === null)
    return `operation ${of} is a ${request.kind}: it changed nothing in any environment`;
  if (ended === null) return `operation ${of} has not ended: cancel it instead, which undoes what it did, or wait for its end`;
  if (request.preview) return `operation ${of} was a preview: it changed nothing`;
  const already = undoneAlready(before, of);
  if (already !== null) return already;
  return outcomeOf(operation).length === 0 ? `operation ${of} changed nothing in ${place}, or took it back itself` : null;
}

const there = (resource: Running | null | undefined): Running | null =>
  resource === null || resource === undefined || resource.state === 'absent' ? null : resource;

function turnsOf(
  operation: Operation,
  { product, running, before, of }: Undoing,
): Readonly<{ turns: readonly Turn[]; errors: readonly string[]; remarks: readonly string[] }> {
  const prefix = `${product.metadata.name}/`;
  const now = new Map(running.map((resource) => [resource.component, resource]));
  const [turns, errors, remarks]: [Turn[], string[], string[]] = [[], [], []];
  for (const { component: address } of outcomeOf(operation)) {
    const name = address.slice(prefix.length);
    const change = before.changed.get(address);
    if (change?.operation !== of) {
      if (!isUnchanged(operation, name))
        errors.push(`${name} was changed since by operation ${change?.operation ?? 'that is not known any more'}; undo that first`);
      continue;
    }
    const turn = turnOf(name, there(change.was), there(now.get(address)), before);
    if (typeof turn === 'string') errors.push(turn);
    else if (turn !== null) turns.push(turn);
    if (turn !== null && typeof turn !== 'string' && turn.does === 'deploy' && turn.former?.kind === 'job')
      remarks.push(`${name} is a job: it runs again where it is not the same as what ran last`);
  }
  return { turns, errors, remarks };
}

/** Nothing was done to it: only its release was said anew. */
const isUnchanged = ({ steps }: Operation, name: string): boolean =>
  ['deploy', 'start', 'stop', 'scale', 'destroy', 'restart'].every((phase) => {
    const step = steps.get(`${name}/${phase}`);
    return step === undefined || (step.effect === 'none' && step.state === 'succeeded');
  });

/** Null: it is what it was. A text: why it cannot be made so. */
function turnOf(name: string, was: Running | null, now: Running | null, { operations }: Before): Turn | string | null {
  const turn = { name, former: null, release: '', thenStop: false, replicas: null, publishes: (now?.outputs.length ?? 0) > 0 };
  if (was === null) return now === null ? null : { ...turn, does: 'destroy' };
  const same = now !== null && now.state !== 'uncertain' && now.deployed === was.deployed;
  if (same && was.state !== now.state) {
    if (was.state === 'running' && now.state === 'stopped') return { ...turn, does: 'start', replicas: was.replicas };
    if (was.state === 'stopped' && now.state === 'running') return { ...turn, does: 'stop' };
  }
  if (same && was.state === 'running' && now.replicas !== was.replicas && was.replicas !== null)
    return { ...turn, does: 'scale', replicas: was.replicas };
  if (same) return null;
  const operation = operations.get(was.deployed ?? '');
  const former = operation === undefined ? null : formerOf(operation, name);
  if (former === null)
    return `not supported yet: it is not known by which operation the ${name} of before (${was.version}) was deployed; deploy that release instead`;
  return { ...turn, does: 'deploy', former, release: was.version, thenStop: was.state === 'stopped' };
}

const isBackward = ({ does }: Turn): boolean => does === 'stop' || does === 'destroy';

/** What comes back goes in the order in which it needs each other; what goes away after all that needs it now, which is those that go away too, and what needs it no more once it is what it was. */
function stepsOf(operation: Operation, turns: readonly Turn[], { product, where }: Undoing): readonly PlanStep[] {
  const today = new Map<string, string[]>();
  for (const { from, to } of edges(product, 'deploy')) today.set(from, [...(today.get(from) ?? []), to]);
  const formers = new Map(turns.flatMap(({ name, former }) => (former === null ? [] : [[name, former] as const])));
  const forward = turns.filter((turn) => !isBackward(turn));
  const ups = new Map(forward.map(({ name, does, former }) => [name, former === null ? stepId(name, does) : lastOf(former)]));
  const needsThenFirst = needsAmongThese(new Set(ups.keys()), (name) => formers.get(name)?.needs ?? today.get(name) ?? []);
  const needsNow = needsAmongThese(new Set(turns.map(({ name }) => name)), (name) => needsThen(operation, name) ?? today.get(name) ?? []);
  const dependents = new Map<string, string[]>();
  for (const [name, needs] of needsNow) for (const need of needs) dependents.set(need, [...(dependents.get(need) ?? []), name]);
  const downs = new Map(
    turns.flatMap(
      (turn) =>
        (isBackward(turn)
          ? [[turn.name, stepId(turn.name, turn.does)]]
          : turn.thenStop
            ? [[turn.name, stepId(turn.name, 'stop')]]
            : []) as [string, string][],
    ),
  );
  const afterDependents = (name: string): readonly string[] =>
    (dependents.get(name) ?? []).flatMap((other) => downs.get(other) ?? ups.get(other) ?? []);

  const steps = forward.flatMap(({ name, does, former, release, replicas }) => {
    const dependsOn = (needsThenFirst.get(name) ?? []).flatMap((need) => ups.get(need) ?? []);
    if (former !== null) return againSteps(former, where, dependsOn, release);
    return [stepOf(name, does, where, dependsOn, replicas === null ? [] : known({ replicas: String(replicas) }))];
  });
  const away = turns.flatMap((turn) => {
    const { name } = turn;
    if (turn.thenStop) return [stepOf(name, 'stop', where, [ups.get(name) ?? '', ...afterDependents(name)], [])];
    if (!isBackward(turn)) return [];
    const step = stepOf(name, turn.does, where, afterDependents(name), []);
    return turn.does === 'destroy' && turn.publishes ? [step, stepOf(name, 'withdraw', where, [step.id], [])] : [step];
  });
  return [...steps, ...away];
}
