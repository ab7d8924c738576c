import { carrying, type Step, type Stepping } from './steps.ts';
import { refused, spent, takes } from './serving.ts';
import { added, put, withAt, type Bridge, type Judge, type State } from './state.ts';
import type { Called } from './replay.ts';

/** What happens by itself: targets, and the faults of machines. */
export const happenings = (on: Stepping, state: State): readonly Step[] => [
  ...targets(on, state),
  ...deaths(on, state),
  ...rebalances(on, state),
];

const step = (label: string, to: State, fault = false, broken: readonly string[] = []): Step => ({ label, to, fault, broken });

/** Jobs that last come to their end; starts without an answer arrive, or never do. */
function targets(on: Stepping, state: State): readonly Step[] {
  const { target } = state;
  const ends = Object.entries(target.jobs)
    .filter(([, { end, hangs }]) => end === null && hangs === null)
    .map(([id, job]) => {
      const jobs = put(target.jobs, id, { ...job, end: { state: 'succeeded', outputs: [], unchanged: false } });
      return step(`the job ${id.slice(0, 4)} succeeds`, { ...state, target: { ...target, jobs } });
    });
  const arrivals = target.flying.flatMap((text, n) => {
    const job = JSON.parse(text) as Called;
    const landed = { ...state, target: { ...target, flying: target.flying.toSpliced(n, 1) } };
    const lost = step(`the start of ${job.step} is lost`, landed);
    if (refused(on, landed, job) !== null || target.jobs[job.id] !== undefined) return [lost];
    const { to, broken } = takes(on, landed, job, 'done', { state: 'succeeded', outputs: [], unchanged: false });
    return [lost, step(`the start of ${job.step} arrives late`, to, false, broken)];
  });
  return [...ends, ...arrivals];
}

const idle = (judge: Judge): Judge => ({ caches: judge.caches.map(() => 0), handling: judge.handling.map(() => 0) });
const none: Bridge = { handling: {}, carrying: {} };

/** What a dead instance was handed comes again; who is started anew looks through the whole book. */
function deaths(on: Stepping, state: State): readonly Step[] {
  if (state.budget.crash === 0) return [];
  const steps: Step[] = [];
  const less = spent(state, 'crash');
  const [owner, former] = state.judges;
  if ([...owner.handling, ...owner.caches].some((id) => id !== 0))
    steps.push(step('the orchestrator dies', { ...handedBack(on, less), judges: [idle(owner), former] }, true));
  if (former.handling.some((id) => id !== 0))
    steps.push(step('the former orchestrator dies', { ...less, judges: [owner, idle(former)] }, true));
  const [bridge, other] = state.bridges;
  if (Object.keys(bridge.handling).length + Object.keys(bridge.carrying).length > 0)
    steps.push(step('the bridge dies', looked(on, { ...commandsBack(on, less), bridges: [none, other] }), true));
  if (Object.keys(other.handling).length + Object.keys(other.carrying).length > 0)
    steps.push(step('the former bridge dies', { ...less, bridges: [bridge, none] }, true));
  return steps;
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
    steps.push(step('the orchestrator loses its partitions', { ...handedBack(on, less), judges: [joined, owner] }, true));
  }
  if (Object.keys(bridge.handling).length + Object.keys(bridge.carrying).length > 0)
    steps.push(step('the bridge loses its partitions', looked(on, { ...commandsBack(on, less), bridges: [other, bridge] }), true));
  return steps;
}

function handedBack(on: Stepping, state: State): State {
  let { inputs } = state;
  for (const [n, id] of state.judges[0].handling.entries()) {
    const process = id === 0 ? null : on.library.processes.of(id);
    if (process?.sort === 'judge') inputs = withAt(inputs, n, process.inputs.reduce(added, inputs[n] ?? []));
  }
  return { ...state, inputs };
}

function commandsBack(on: Stepping, state: State): State {
  let { commands } = state;
  for (const [key, id] of Object.entries(state.bridges[0].handling)) {
    const process = on.library.processes.of(id);
    if (process.sort === 'command') commands = put(commands, key, [process.note, ...(commands[key] ?? [])]);
  }
  return { ...state, commands };
}

/** The loops of the owner look at every job that is open in the book. */
function looked(on: Stepping, state: State): State {
  let after = state;
  for (const [path, id] of Object.entries(state.book)) {
    const [, bridge, job] = /^(.*)\.jobs\/(.*)$/.exec(path) ?? [];
    if (bridge === undefined || job === undefined) continue;
    if (on.library.documents.of(id)['open'] === true) after = carrying(on, after, 0, bridge, job);
  }
  return after;
}
