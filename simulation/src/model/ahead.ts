import { clusterOf, clusterOfCalled, clusterOfKey, clusterOfStep } from './clusters.ts';
import { commandsOf, inputsOf } from './deliveries.ts';
import { looks, through } from './handlers.ts';
import { deathOfBridge, deathOfJudge, targets } from './happenings.ts';
import type { Called, Note } from './replay.ts';
import { mayFail } from './scenario.ts';
import { comesToNothing, goesOn, handed, type Place, type Step, type Stepping } from './steps.ts';
import type { State } from './state.ts';
import { turned } from './turns.ts';

/**
 * Steps that may be taken before all others, because whatever else can happen meanwhile commutes with each of them and
 * disables none of them: a persistent set. Null: none is known. Why each is one stands in the decision on the model search.
 */
export async function ahead(on: Stepping, state: State): Promise<readonly Step[] | null> {
  const { scenario } = on;
  if (!scenario.ahead || scenario.budget.rebalance > 0 || (scenario.instances === 'one' && state.budget.crash > 0)) return null;
  return (await speaks(on, state)) ?? (await stale(on, state)) ?? (await begun(on, state)) ?? (await alone(on, state));
}

/** An input from which nothing can come, now or ever, where the shell has its state: it is as if it were taken at once. That a shell which
 *  died meanwhile would have loaded for it is seen where the shell dies before it has resolved the input before. */
async function stale(on: Stepping, state: State): Promise<readonly Step[] | null> {
  const [{ caches, handling }] = state.judges;
  for (const [n, bag] of state.inputs.entries()) {
    const cache = caches[n] ?? 0;
    if (bag.length === 0 || handling[n] !== 0 || cache !== state.stored[n] || on.begun.has(cache)) continue;
    for (const delivery of inputsOf(on, state, n)) {
      const { label, from, process, fault } = delivery;
      if (fault || process.sort !== 'judge' || !process.inputs.every((id) => isStale(on, cache, on.library.notes.of(id)))) continue;
      if (await comesToNothing(on, await handed(on, delivery), n, cache)) return [{ label, to: from, broken: [], fault }];
    }
  }
  return null;
}

function isStale({ library }: Stepping, node: number, { type, data }: Note): boolean {
  const { operation, environment } = library.nodes.of(node);
  const asker = String(data['operation']);
  if (environment !== null) return environment.freed.has(asker) || (type === 'RequestLease' && environment.held.has(asker));
  if (operation === null) return false;
  if (type === 'LeaseGranted') return operation.lease !== 'asked';
  const step = operation.steps.get(String(data['step']));
  if (step === undefined || typeof data['job'] !== 'string') return false;
  const attempt = Number(data['attempt']);
  return attempt < step.attempt || (attempt === step.attempt && Number(data['number']) <= step.report);
}

/** Who is about to speak adds to the end of what others read; who is through is so for himself; a decision of an operation is read
 *  by its own shell alone, but for an abandon, which a law looks at. Only his own death comes between. */
async function speaks(on: Stepping, state: State): Promise<readonly Step[] | null> {
  for (const [key, id] of state.judges[0].handling.entries())
    if (id !== 0 && ((await isSpeaking(on, id)) || (await isDeciding(on, key, id))))
      return [...(await goesOn(on, state, { sort: 'judge', instance: 0, key }, id)), ...one(deathOfJudge(on, state, key))];
  for (const [place, id] of placesOf(state))
    if (await isSpeaking(on, id))
      return [...(await goesOn(on, state, place, id)), ...one(deathOfBridge(on, state, clusterOf(on, state, id)))];
  return null;
}

const one = (step: Step | null): readonly Step[] => (step === null ? [] : [step]);

async function isSpeaking(on: Stepping, id: number): Promise<boolean> {
  const { request } = await on.asked(id);
  return request.do === 'say' || request.do === 'end';
}

async function isDeciding(on: Stepping, key: number, id: number): Promise<boolean> {
  if (on.scenario.budget.abandon > 0 || !on.scenario.keys[key]?.startsWith('operation/')) return false;
  return (await on.asked(id)).request.do === 'insert';
}

const placesOf = (state: State): readonly (readonly [Place, number])[] =>
  (['command', 'carry'] as const).flatMap((sort) =>
    Object.entries(state.bridges[0][sort === 'command' ? 'handling' : 'carrying']).map(
      ([name, id]) => [{ sort, instance: 0, name }, id] as const,
    ),
  );

/** All steps of a cluster to which nobody can say anything before it has said something itself. */
async function alone(on: Stepping, state: State): Promise<readonly Step[] | null> {
  for (const cluster of astir(on, state)) {
    if (state.turn.asleep.includes(cluster) || mayBeCommanded(on, state, cluster)) continue;
    const steps = await of(on, state, cluster);
    if (steps.some(({ fault }) => !fault)) return steps;
  }
  return null;
}

/** A cluster that has begun goes on until it speaks, or can do nothing more. */
async function begun(on: Stepping, state: State): Promise<readonly Step[] | null> {
  const { begun: cluster } = state.turn;
  if (!astir(on, state).includes(cluster)) return null;
  const steps = await of(on, state, cluster);
  return steps.some(({ fault }) => !fault) ? steps.map((step) => turned(on, state, step, cluster)) : null;
}

/** All steps of a cluster. */
async function of(on: Stepping, state: State, cluster: string): Promise<readonly Step[]> {
  const steps: Step[] = [...targets(on, state, cluster), ...one(deathOfBridge(on, state, cluster))];
  for (const key of new Set([...Object.keys(state.commands), ...Object.keys(state.past)]))
    if (key.includes(':') && clusterOfKey(on, state, key) === cluster)
      for (const delivery of commandsOf(on, state, key)) steps.push(...(await through(on, delivery.place, await handed(on, delivery))));
  for (const [place, id] of placesOf(state)) if (clusterOf(on, state, id) === cluster) steps.push(...(await looks(on, state, place, id)));
  return steps;
}

/** Clusters in which something may move. */
const astir = (on: Stepping, state: State): readonly string[] => [
  ...new Set([
    ...placesOf(state).map(([, id]) => clusterOf(on, state, id)),
    ...Object.keys(state.commands).map((key) => clusterOfKey(on, state, key)),
    ...state.target.flying.map((text) => clusterOfCalled(JSON.parse(text) as Called)),
  ]),
];

/** What its operation could still say to a cluster before that has said anything: a cancel. What a shell that loads says again was
 *  handled before, or waits before it: it writes nothing, and what is answered to it comes to nothing. */
function mayBeCommanded(on: Stepping, state: State, cluster: string): boolean {
  const { scenario, library } = on;
  const { budget } = state;
  const { operation } = library.nodes.of(state.stored[0] ?? 0);
  if (scenario.operations > 1 || operation === null || budget.abandon > 0 || budget.deadline > 0) return true;
  if (state.judges[0].handling[0] !== 0) return true;
  // A deadline comes of itself where a job hangs.
  if (Object.values(state.target.jobs).some(({ hangs }) => hangs !== null)) return true;
  // Where all goes well, each step is asked for once, and what follows on others is about others.
  const isCancelled = (state.inputs[0] ?? []).some((id) => library.notes.of(id).type === 'ActOnOperation');
  if (!mayFail(scenario) && budget.cancel === 0 && operation.trouble === null && !isCancelled) return false;
  const open = [...operation.open].map((id) => operation.steps.get(id));
  const own = open.filter((step) => step !== undefined && clusterOfStep(step.plan.bridge, step.plan.id) === cluster);
  const [step] = own;
  if (own.length !== 1 || step === undefined) return true;
  for (const id of state.inputs[0] ?? []) {
    const { type, data } = library.notes.of(id);
    if (data['step'] !== step.plan.id && (mayFail(scenario) || type === 'ActOnOperation')) return true;
  }
  if (step.cancel !== null) return false;
  if (step.undoes !== null) return false;
  return operation.trouble !== null || budget.cancel > 0 || (open.length > 1 && mayFail(scenario));
}
