import { clusterOf } from './clusters.ts';
import { deliveries, type Delivery } from './deliveries.ts';
import { looks, through } from './handlers.ts';
import { happenings } from './happenings.ts';
import { fresh, type Process } from './processes.ts';
import type { Asked } from './replay.ts';
import { forgotten, isThere, served, type Outcome, type Serving } from './serving.ts';
import { put, withAt, without, type Bridge, type Judge, type State } from './state.ts';
import type { Interner } from './intern.ts';
import { turned } from './turns.ts';

export type Step = Readonly<{
  label: string;
  to: State;
  broken: readonly string[];
  fault: boolean;
  /** The cluster whose step it is, if it is known. */
  cluster?: string;
  /** It comes to the same where it was taken before others. */
  asleep?: boolean;
}>;

export type Stepping = Serving &
  Readonly<{
    asked: (process: number) => Asked | Promise<Asked>;
    /** What a loop that rests waits to see changed, as a number. */
    views: Interner<string>;
    /** The histories with which the search begins. */
    begun: Set<number>;
  }>;

export type Place = Readonly<
  { sort: 'judge'; instance: 0 | 1; key: number } | { sort: 'command' | 'carry'; instance: 0 | 1; name: string }
>;

/** All that can happen next. */
export async function successors(on: Stepping, state: State): Promise<readonly Step[]> {
  const steps: Step[] = [];
  const add = (some: readonly Step[], cluster: string): unknown => steps.push(...some.map((one) => turned(on, state, one, cluster)));
  for (const happening of happenings(on, state)) add([happening], happening.cluster ?? '');
  for (const delivery of deliveries(on, state)) {
    const next = await handed(on, delivery);
    if (!(await isRepeatForNothing(on, state, delivery, next)))
      add(await through(on, delivery.place, next), clusterOf(on, state, on.library.processes.id(delivery.process)));
  }
  for (const instance of [0, 1] as const) {
    for (const [key, id] of state.judges[instance].handling.entries())
      if (id !== 0) add(await goesOn(on, state, { sort: 'judge', instance, key }, id), '');
    for (const sort of ['command', 'carry'] as const)
      for (const [name, id] of Object.entries(state.bridges[instance][sort === 'command' ? 'handling' : 'carrying']))
        add(await looks(on, state, { sort, instance, name }, id), clusterOf(on, state, id));
  }
  return steps;
}

/** What comes again, and of which nothing comes, to a shell that has its state. Its death in the midst of it is as if it had died before it resolved the input before. */
async function isRepeatForNothing(on: Stepping, state: State, { place, again }: Delivery, next: readonly Step[]): Promise<boolean> {
  if (!again || place.sort !== 'judge') return false;
  const cache = state.judges[0].caches[place.key] ?? 0;
  return cache === state.stored[place.key] && !on.begun.has(cache) && comesToNothing(on, next, place.key, cache);
}

/** The shell itself says so. */
export async function comesToNothing(on: Stepping, steps: readonly Step[], key: number, cache: number): Promise<boolean> {
  const [step] = steps;
  if (step === undefined || steps.length > 1 || step.broken.length > 0 || step.to.stored[key] !== cache) return false;
  const id = step.to.judges[0].handling[key] ?? 0;
  return id === 0 || (await on.asked(id)).request.do === 'end';
}

/** Of one process: every answer to what it asks. */
export async function goesOn(on: Stepping, state: State, place: Place, id: number): Promise<readonly Step[]> {
  const process = on.library.processes.of(id);
  const asked = await on.asked(id);
  const who = nameOf(place, process);
  if (asked.request.do === 'rest') return rested(on, state, place, id, asked, who);
  if (asked.request.do === 'end')
    return [{ label: `${who} is through`, fault: false, ...ended(on, state, place, process, asked, asked.request.thrown) }];
  const steps: Step[] = [];
  for (const outcome of served(on, state, process, asked.request)) {
    const { to, broken } = await given(on, outcome.to, place, id, outcome);
    steps.push({ label: `${who}: ${outcome.label}`, to, broken: [...(outcome.broken ?? []), ...broken], fault: outcome.fault ?? false });
  }
  if (process.sort === 'carry' && asked.memory !== null) steps.push(...ripens(on, state, place, process, asked.memory.watched, who));
  return steps;
}

const nameOf = (place: Place, process: Process): string => {
  const zombie = place.instance === 1 ? ' (the former)' : '';
  return process.sort === 'judge'
    ? `${process.key}${zombie}`
    : `${process.bridge}${zombie} ${process.sort === 'carry' ? process.job.slice(0, 4) : process.key}`;
};

/** Where nobody else can be at the same history or book meanwhile, a handler is handed its messages and makes its first write at once. */
export async function handed(on: Stepping, { label, from, place, process, fault }: Delivery): Promise<readonly Step[]> {
  const first = await settled(on, from, place, on.library.processes.id(process));
  if (on.scenario.budget.rebalance > 0 || first.process === 0) return [{ label, fault, ...first }];
  const { request } = await on.asked(first.process);
  if (request.do !== 'insert' && request.do !== 'update' && request.do !== 'find') return [{ label, fault, ...first }];
  const steps: Step[] = [];
  for (const outcome of served(on, first.to, on.library.processes.of(first.process), request)) {
    const { to, broken } = await given(on, outcome.to, place, first.process, outcome);
    steps.push({
      label: `${label}, ${outcome.label}`,
      to,
      broken: [...(outcome.broken ?? []), ...broken],
      fault: fault || (outcome.fault ?? false),
    });
  }
  return steps;
}

/** Looks whose answers no other step can change are taken together with the step before. */
const isPrivate = ({ scenario }: Stepping, state: State, { request }: Asked, process: Process): boolean =>
  process.sort === 'judge'
    ? request.do === 'find' && scenario.budget.rebalance === 0
    : (request.do === 'find' && scenario.eager && process.sort === 'carry' && process.answers.length === 0) ||
      (request.do === 'find' && /\.(fences|restorePoints)$/.test(request.collection)) ||
      ((request.do === 'update' || request.do === 'insert') && /\.fences$/.test(request.collection)) ||
      (request.do === 'insert' && isThere(state, request));

type Settled = Readonly<{ to: State; broken: readonly string[]; process: number }>;

/** Answers a process, and goes on to what it asks of the shared world next. */
const given = (on: Stepping, state: State, place: Place, before: number, outcome: Outcome): Promise<Settled> =>
  settled(on, state, place, answered(on, state, before, outcome));

async function settled(on: Stepping, state: State, place: Place, now: number): Promise<Settled> {
  let to = state;
  let id = now;
  for (;;) {
    const known = on.asked(id);
    const asked = 'request' in known ? known : await known;
    const process = on.library.processes.of(id);
    if (asked.head !== null && process.sort === 'carry') {
      id = on.library.processes.id({ ...process, memory: asked.head, answers: [] });
      if (on.scenario.eager) continue;
    } else if (asked.request.do === 'end') {
      // Who dies before it has resolved what it was handed is handed it again.
      if (process.sort !== 'carry' && to.budget.crash > 0) return { to: placed(to, place, id), broken: [], process: id };
      return { ...ended(on, to, place, process, asked, asked.request.thrown), process: 0 };
    } else if (isPrivate(on, to, asked, process)) {
      const [one] = served(on, to, process, asked.request);
      if (one === undefined) throw new Error('a private request is answered in one way');
      to = one.to;
      id = answered(on, to, id, one);
      continue;
    }
    return { to: placed(to, place, id), broken: [], process: id };
  }
}

function answered(on: Stepping, state: State, id: number, { value, error, at }: Outcome): number {
  const process = on.library.processes.of(id);
  const ripe = process.sort === 'carry' ? process.ripe : 0;
  const view = process.sort === 'carry' && process.answers.length === 0 ? viewOf(on, state, process) : 0;
  return on.library.processes.answered(id, { value, error: error ?? null, ripe, view }, at ?? null);
}

function viewOf({ views }: Stepping, { book, target }: State, { bridge, job, ripe }: Extract<Process, { sort: 'carry' }>): number {
  const seen = target.jobs[job] ?? (target.tombstones.includes(job) ? 'tombstone' : null);
  return views.id(JSON.stringify([book[`${bridge}.jobs/${job}`] ?? null, seen, ripe]));
}

/** A rest ends when there is something else to be seen. */
async function rested(on: Stepping, state: State, place: Place, id: number, asked: Asked, who: string): Promise<readonly Step[]> {
  const process = on.library.processes.of(id);
  if (process.sort !== 'carry') return [];
  const { watched } = asked.memory ?? fresh;
  const isSame = process.answers[0]?.view === viewOf(on, state, process) && JSON.stringify(asked.memory) === JSON.stringify(process.memory);
  const ripening = ripens(on, state, place, process, watched, who);
  if (isSame && process.answers.every(({ error }) => error === null)) return ripening;
  const after = await given(on, state, place, id, { label: '', value: null, to: state });
  return [{ label: `${who}: looks again`, to: after.to, broken: after.broken, fault: false }, ...ripening];
}

/** T passes, where the target does not know the job: no call under this right, or an earlier one, is under way any more. */
function ripens(
  on: Stepping,
  state: State,
  place: Place,
  process: Extract<Process, { sort: 'carry' }>,
  watched: number,
  who: string,
): readonly Step[] {
  if (watched === 0 || process.ripe === watched || state.target.jobs[process.job] !== undefined) return [];
  if (on.scenario.patient && (state.target.flying.some((job) => job.includes(process.job)) || holdsCall(on, state, place, process.job)))
    return [];
  const ripe = on.library.processes.id({ ...process, ripe: watched });
  return [{ label: `${who}: T has passed since right ${watched}`, to: placed(state, place, ripe), broken: [], fault: false }];
}

/** Somebody else is about to call start for this job, or in the call. */
function holdsCall({ asked }: Stepping, { bridges }: State, { instance }: Place, job: string): boolean {
  const id = bridges[instance === 0 ? 1 : 0].carrying[job];
  if (id === undefined) return false;
  const now = asked(id);
  return 'request' in now && now.request.do === 'start';
}

export function placed(state: State, place: Place, id: number): State {
  if (place.sort === 'judge') {
    const judge: Judge = { ...state.judges[place.instance], handling: withAt(state.judges[place.instance].handling, place.key, id) };
    return { ...state, judges: place.instance === 0 ? [judge, state.judges[1]] : [state.judges[0], judge] };
  }
  const field = place.sort === 'command' ? 'handling' : 'carrying';
  const old = state.bridges[place.instance];
  const bridge: Bridge = { ...old, [field]: id === 0 ? without(old[field], place.name) : put(old[field], place.name, id) };
  return { ...state, bridges: place.instance === 0 ? [bridge, state.bridges[1]] : [state.bridges[0], bridge] };
}

/** A process is through: what it handled is resolved, what it woke is looked at. */
function ended(
  on: Stepping,
  state: State,
  place: Place,
  process: Process,
  asked: Asked,
  thrown: string | null,
): Readonly<{ to: State; broken: readonly string[] }> {
  const to = placed(state, place, 0);
  const broken = thrown === null ? [] : [`thrown: ${thrown}`];
  if (process.sort === 'judge' && place.sort === 'judge') {
    const cache = thrown === null ? process.at : 0;
    const judge: Judge = { ...to.judges[place.instance], caches: withAt(to.judges[place.instance].caches, place.key, cache) };
    return { to: { ...to, judges: place.instance === 0 ? [judge, to.judges[1]] : [to.judges[0], judge] }, broken };
  }
  if (process.sort === 'command')
    return { to: asked.woken.reduce((after, job) => carrying(on, after, place.instance, process.bridge, job), to), broken };
  return { to: forgotten(on, to), broken };
}

/** A loop looks at this job, if it does not already. */
export function carrying(on: Stepping, state: State, instance: 0 | 1, bridge: string, job: string): State {
  if (state.bridges[instance].carrying[job] !== undefined) return state;
  const id = on.library.processes.id({ sort: 'carry', bridge, job, memory: fresh, ripe: 0, answers: [] });
  return placed(state, { sort: 'carry', instance, name: job }, id);
}
