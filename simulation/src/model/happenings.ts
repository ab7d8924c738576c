import { handedBack } from './bags.ts';
import { clusterOf, clusterOfCalled, clusterOfJob, clusterOfStep, clusters } from './clusters.ts';
import { carrying, type Step, type Stepping } from './steps.ts';
import { forgotten, spent, takes } from './serving.ts';
import { put, withAt, type Bridge, type Judge, type State } from './state.ts';
import type { Called } from './replay.ts';

/** What happens by itself: targets, and the faults of machines. */
export const happenings = (on: Stepping, state: State): readonly Step[] => [
  ...targets(on, state, null),
  ...deaths(on, state),
  ...rebalances(on, state),
];

const step = (label: string, to: State, fault = false, broken: readonly string[] = [], cluster = ''): Step => ({
  label,
  to,
  fault,
  broken,
  cluster,
});

/** Jobs that last come to their end; starts without an answer arrive. */
export function targets(on: Stepping, state: State, only: string | null): readonly Step[] {
  const { target } = state;
  const ends = Object.entries(target.jobs)
    .filter(([, { end, hangs }]) => end === null && hangs === null)
    .map(([id, job]) => {
      const jobs = put(target.jobs, id, { ...job, end: { state: 'succeeded', outputs: [], unchanged: false } });
      return step(`the job ${id.slice(0, 4)} succeeds`, { ...state, target: { ...target, jobs } }, false, [], clusterOfJob(on, state, id));
    });
  const arrivals = target.flying.map((text, n) => {
    const job = JSON.parse(text) as Called;
    const landed = { ...state, target: { ...target, flying: target.flying.toSpliced(n, 1) } };
    const { to, broken } = takes(on, landed, job, 'done', { state: 'succeeded', outputs: [], unchanged: false });
    return step(`the start of ${job.step} arrives late`, to, false, broken, clusterOfCalled(job));
  });
  return [...ends, ...arrivals].filter(({ cluster }) => only === null || cluster === only);
}

/** What a dead instance was handed comes again; who is started anew looks through the whole book. */
function deaths(on: Stepping, state: State): readonly Step[] {
  if (state.budget.crash === 0) return [];
  const [, former] = state.judges;
  const [, other] = state.bridges;
  const all = on.scenario.instances === 'one';
  const steps = [
    ...(all ? [null] : [...on.scenario.keys.keys()]).map((n) => deathOfJudge(on, state, n)),
    ...(all ? [null] : clusters(on, state)).map((cluster) => deathOfBridge(on, state, cluster)),
  ].filter((one) => one !== null);
  const less = spent(state, 'crash');
  if (former.handling.some((id) => id !== 0))
    steps.push(step('the former orchestrator dies', { ...less, judges: [state.judges[0], idle(former, null)] }, true));
  if (Object.keys(other.handling).length + Object.keys(other.carrying).length > 0)
    steps.push(step('the former bridge dies', { ...less, bridges: [state.bridges[0], none] }, true));
  return steps;
}

const none: Bridge = { handling: {}, carrying: {} };
/** Who dies while it handles nothing loses its cache alone: that is as if it had died a moment before. */
const idle = ({ caches, handling }: Judge, only: number | null): Judge => {
  const cleared = (list: readonly number[]): readonly number[] => list.map((id, n) => (only === null || only === n ? 0 : id));
  return { caches: cleared(caches), handling: cleared(handling) };
};

/** Of the instance of one key, or, null, of the one that holds all; null: there is nothing to die. */
export function deathOfJudge(on: Stepping, state: State, only: number | null): Step | null {
  const [owner, former] = state.judges;
  const isBusy = owner.handling.some((id, n) => id !== 0 && (only === null || only === n));
  if (state.budget.crash === 0 || !isBusy) return null;
  const after = idle(owner, only);
  const label = `the orchestrator${only === null ? '' : ` of ${on.scenario.keys[only]}`} dies`;
  return step(label, { ...inputsBack(on, spent(state, 'crash'), only), judges: [after, former] }, true);
}

export function deathOfBridge(on: Stepping, state: State, only: string | null): Step | null {
  const [bridge, other] = state.bridges;
  const alive = (of: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
    Object.fromEntries(Object.entries(of).filter(([, id]) => only !== null && clusterOf(on, state, id) !== only));
  const after = { handling: alive(bridge.handling), carrying: alive(bridge.carrying) };
  const dead = [bridge.handling, bridge.carrying].map((all) => Object.keys(all).length).reduce((a, b) => a + b);
  const left = [after.handling, after.carrying].map((all) => Object.keys(all).length).reduce((a, b) => a + b);
  if (state.budget.crash === 0 || dead === left) return null;
  const back = commandsBack(on, spent(state, 'crash'), only);
  const label = `the bridge${only === null ? '' : ` of ${only}`} dies`;
  return step(label, forgotten(on, looked(on, { ...back, bridges: [after, other] }, only)), true, [], only ?? '');
}

/** The other instance is handed what was not resolved; the former goes on with what it has. */
function rebalances(on: Stepping, state: State): readonly Step[] {
  if (state.budget.rebalance === 0) return [];
  const less = spent(state, 'rebalance');
  const [owner, former] = state.judges;
  const [bridge, other] = state.bridges;
  const steps: Step[] = [];
  if ([...owner.handling, ...owner.caches].some((id) => id !== 0)) {
    const joined: Judge = { ...former, caches: former.caches.map(() => 0) };
    steps.push(step('the orchestrator loses its partitions', { ...inputsBack(on, less, null), judges: [joined, owner] }, true));
  }
  if (Object.keys(bridge.handling).length + Object.keys(bridge.carrying).length > 0)
    steps.push(
      step('the bridge loses its partitions', looked(on, { ...commandsBack(on, less, null), bridges: [other, bridge] }, null), true),
    );
  return steps;
}

function inputsBack(on: Stepping, state: State, only: number | null): State {
  let { inputs } = state;
  for (const [n, id] of state.judges[0].handling.entries()) {
    const process = id === 0 || (only !== null && only !== n) ? null : on.library.processes.of(id);
    if (process?.sort === 'judge') inputs = withAt(inputs, n, handedBack(on.library.notes, inputs[n] ?? [], process.inputs));
  }
  return { ...state, inputs };
}

function commandsBack(on: Stepping, state: State, only: string | null): State {
  let { commands } = state;
  for (const [key, id] of Object.entries(state.bridges[0].handling)) {
    const process = on.library.processes.of(id);
    if (process.sort === 'command' && (only === null || clusterOf(on, state, id) === only))
      commands = put(commands, key, [process.note, ...(commands[key] ?? [])]);
  }
  return { ...state, commands };
}

/** The loops of the owner look at every job that is open in the book. */
function looked(on: Stepping, state: State, only: string | null): State {
  let after = state;
  for (const [path, id] of Object.entries(state.book)) {
    const [, bridge, job] = /^(.*)\.jobs\/(.*)$/.exec(path) ?? [];
    if (bridge === undefined || job === undefined) continue;
    const document = on.library.documents.of(id);
    if (document['open'] !== true || (only !== null && clusterOfStep(bridge, document['step']) !== only)) continue;
    after = carrying(on, after, 0, bridge, job);
  }
  return after;
}
