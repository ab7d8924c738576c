import type { Answer, Asked, Note } from './replay.ts';
import { fresh, type Process } from './processes.ts';
import { served, spent, type Outcome, type Serving } from './serving.ts';
import { put, added, taken, withAt, without, type Bridge, type Judge, type State } from './state.ts';
import { happenings } from './happenings.ts';
import type { Interner } from './intern.ts';

export type Step = Readonly<{ label: string; to: State; broken: readonly string[]; fault: boolean }>;

export type Stepping = Serving &
  Readonly<{
    asked: (process: number) => Asked | Promise<Asked>;
    /** What a loop that rests waits to see changed, as a number. */
    views: Interner<string>;
  }>;

type Place = Readonly<{ sort: 'judge'; instance: 0 | 1; key: number } | { sort: 'command' | 'carry'; instance: 0 | 1; name: string }>;

/** All that can happen next. */
export async function successors(on: Stepping, state: State): Promise<readonly Step[]> {
  const steps: Step[] = [...happenings(on, state)];
  for (const delivery of deliveries(on, state)) steps.push(...(await handed(on, delivery)));
  for (const instance of [0, 1] as const) {
    for (const [key, id] of state.judges[instance].handling.entries())
      if (id !== 0) steps.push(...(await goesOn(on, state, { sort: 'judge', instance, key }, id)));
    for (const sort of ['command', 'carry'] as const)
      for (const [name, id] of Object.entries(state.bridges[instance][sort === 'command' ? 'handling' : 'carrying']))
        steps.push(...(await goesOn(on, state, { sort, instance, name }, id)));
  }
  return steps;
}

/** Of one process: every answer to what it asks. */
async function goesOn(on: Stepping, state: State, place: Place, id: number): Promise<readonly Step[]> {
  const process = on.library.processes.of(id);
  const asked = await on.asked(id);
  const who = nameOf(place, process);
  if (asked.request.do === 'rest') return rested(on, state, place, process, asked, who);
  const steps: Step[] = [];
  for (const outcome of served(on, state, process, asked.request)) {
    const { to, broken } = await given(on, outcome.to, place, process, outcome);
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

/** What is handed to a handler, and by whom it was judged to be due. */
type Delivery = Readonly<{ label: string; from: State; place: Place; process: Process; fault: boolean }>;

/** Where nobody else can be at the same history or book meanwhile, a handler is handed its messages and makes its first write at once. */
async function handed(on: Stepping, { label, from, place, process, fault }: Delivery): Promise<readonly Step[]> {
  const first = await settled(on, from, place, process);
  if (on.scenario.budget.rebalance > 0 || first.process === null || first.process.answers.some(({ error }) => error !== null))
    return [{ label, fault, ...first }];
  const { request } = await on.asked(on.library.processes.id(first.process));
  if (request.do !== 'insert' && request.do !== 'update') return [{ label, fault, ...first }];
  const steps: Step[] = [];
  for (const outcome of served(on, first.to, first.process, request)) {
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
const isPrivate = ({ scenario }: Stepping, { request }: Asked, process: Process): boolean =>
  process.sort === 'judge'
    ? request.do === 'find' && scenario.budget.rebalance === 0
    : (request.do === 'find' && scenario.eager && process.sort === 'carry' && process.answers.length === 0) ||
      (request.do === 'find' && /\.(fences|restorePoints)$/.test(request.collection)) ||
      ((request.do === 'update' || request.do === 'insert') && /\.fences$/.test(request.collection));

type Settled = Readonly<{ to: State; broken: readonly string[]; process: Process | null }>;

/** Answers a process, and goes on to what it asks of the shared world next. */
const given = (on: Stepping, state: State, place: Place, before: Process, outcome: Outcome): Promise<Settled> =>
  settled(on, state, place, answered(on, state, before, outcome));

async function settled(on: Stepping, state: State, place: Place, now: Process): Promise<Settled> {
  let to = state;
  let process = now;
  for (;;) {
    const asked = await on.asked(on.library.processes.id(process));
    if (asked.head !== null && process.sort === 'carry') {
      process = { ...process, memory: asked.head, answers: [] };
      if (on.scenario.eager) continue;
    } else if (asked.request.do === 'end') return { ...ended(on, to, place, process, asked, asked.request.thrown), process: null };
    else if (isPrivate(on, asked, process)) {
      const [one] = served(on, to, process, asked.request);
      if (one === undefined) throw new Error('a private request is answered in one way');
      to = one.to;
      process = answered(on, to, process, one);
      continue;
    }
    return { to: placed(to, place, on.library.processes.id(process)), broken: [], process };
  }
}

function answered(on: Stepping, state: State, process: Process, { value, error, at }: Outcome): Process {
  const ripe = process.sort === 'carry' ? process.ripe : 0;
  const view = process.sort === 'carry' && process.answers.length === 0 ? viewOf(on, state, process) : 0;
  const answer: Answer = { value, error: error ?? null, ripe, view };
  const answers = [...process.answers, answer];
  return process.sort === 'judge' ? { ...process, at: at ?? process.at, answers } : { ...process, answers };
}

function viewOf({ views }: Stepping, { book, target }: State, { bridge, job, ripe }: Extract<Process, { sort: 'carry' }>): number {
  const seen = target.jobs[job] ?? (target.tombstones.includes(job) ? 'tombstone' : null);
  return views.id(JSON.stringify([book[`${bridge}.jobs/${job}`] ?? null, seen, ripe]));
}

/** A rest ends when there is something else to be seen. */
async function rested(on: Stepping, state: State, place: Place, process: Process, asked: Asked, who: string): Promise<readonly Step[]> {
  if (process.sort !== 'carry') return [];
  const { watched } = asked.memory ?? fresh;
  const isSame = process.answers[0]?.view === viewOf(on, state, process) && JSON.stringify(asked.memory) === JSON.stringify(process.memory);
  const ripening = ripens(on, state, place, process, watched, who);
  if (isSame && process.answers.every(({ error }) => error === null)) return ripening;
  const after = await given(on, state, place, process, { label: '', value: null, to: state });
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
  return { to, broken };
}

/** A loop looks at this job, if it does not already. */
export function carrying(on: Stepping, state: State, instance: 0 | 1, bridge: string, job: string): State {
  if (state.bridges[instance].carrying[job] !== undefined) return state;
  const id = on.library.processes.id({ sort: 'carry', bridge, job, memory: fresh, ripe: 0, answers: [] });
  return placed(state, { sort: 'carry', instance, name: job }, id);
}

/** Who owns the partitions is handed what waits. */
function deliveries(on: Stepping, state: State): readonly Delivery[] {
  const { notes } = on.library;
  const steps: Delivery[] = [];
  const [owner] = state.judges;
  for (const [n, key] of on.scenario.keys.entries()) {
    const bag = state.inputs[n] ?? [];
    if (owner.handling[n] !== 0) continue;
    const cache = owner.caches[n] ?? 0;
    const place: Place = { sort: 'judge', instance: 0, key: n };
    const hand = (label: string, from: State, inputs: readonly number[], fault: boolean): unknown =>
      steps.push({
        label: `${key} is handed ${label}`,
        from,
        place,
        process: { sort: 'judge', key, cache, at: cache, inputs, answers: [] },
        fault,
      });
    const first = [...new Set(bag)].filter((id) => isFirst(notes.of(id), bag.map(notes.of)));
    const take = (from: State, ids: readonly number[]): State => ({ ...from, inputs: withAt(from.inputs, n, ids.reduce(taken, bag)) });
    for (const id of new Set(bag)) {
      const told = briefly(notes.of(id));
      const isDue = first.includes(id);
      if (isDue) hand(told, take(state, [id]), [id], false);
      else if (state.budget.reorder > 0) hand(`${told} too early`, take(spent(state, 'reorder'), [id]), [id], true);
      if (isDue && state.budget.repeat > 0) hand(`${told}, which will come again`, spent(state, 'repeat'), [id], true);
    }
    if (on.scenario.batches && first.length > 1)
      hand(first.map((id) => briefly(notes.of(id))).join(' and '), take(state, first), first, false);
    for (const due of ofItself(on, state, key)) hand(due.label, due.from, [due.note], due.fault);
  }
  for (const [key, queue] of Object.entries(state.commands)) {
    if (state.bridges[0].handling[key] !== undefined) continue;
    const bridge = key.slice(0, key.indexOf(':'));
    const hand = (label: string, from: State, note: number, rest: readonly number[], fault: boolean): unknown => {
      const commands = rest.length === 0 ? without(from.commands, key) : put(from.commands, key, rest);
      const place: Place = { sort: 'command', instance: 0, name: key };
      return steps.push({
        label: `${key} is handed ${label}`,
        from: { ...from, commands },
        place,
        process: { sort: 'command', bridge, key, note, answers: [] },
        fault,
      });
    };
    const [head, second] = queue;
    if (head === undefined) continue;
    const told = briefly(notes.of(head));
    hand(told, state, head, queue.slice(1), false);
    if (state.budget.repeat > 0) hand(`${told}, which will come again`, spent(state, 'repeat'), head, [...queue.slice(1), head], true);
    if (state.budget.reorder > 0 && second !== undefined && second !== head)
      hand(`${briefly(notes.of(second))} too early`, spent(state, 'reorder'), second, queue.toSpliced(1, 1), true);
  }
  return steps;
}

type Due = Readonly<{ label: string; from: State; note: number; fault: boolean }>;

/** What operators and timers say: it is handed on the moment it is said. */
function* ofItself(on: Stepping, state: State, key: string): Iterable<Due> {
  const { notes } = on.library;
  const operation = key.slice(key.indexOf('/') + 1);
  for (const action of ['cancel', 'abandon'] as const) {
    if (key !== 'operation/op1' || state.budget[action] === 0) continue;
    const data = { operation, requestId: action, action, step: null, reason: null, at: null, actor: { name: 'li', authenticated: false } };
    yield {
      label: action,
      from: spent(state, action),
      note: notes.id({ topic: 'inputs', key, type: 'ActOnOperation', number: null, data }),
      fault: true,
    };
  }
  for (const id of state.timers.set) {
    const set = notes.of(id);
    const timer = String(set.data['timer']);
    if (set.key !== key) continue;
    const isLate =
      timer.endsWith('/deadline') &&
      !Object.values(state.target.jobs).some(({ end, hangs }) => end === null && hangs !== null && timer.startsWith(`${hangs}/`));
    if (isLate && state.budget.deadline === 0) continue;
    const from = isLate ? spent(state, 'deadline') : state;
    const moved = { set: taken(state.timers.set, id), fired: added(state.timers.fired, id) };
    const note = notes.id({ topic: 'inputs', key, type: 'TimerFired', number: null, data: { operation, timer } });
    yield { label: `timer ${timer}`, from: { ...from, timers: moved }, note, fault: isLate };
  }
}

/** The reports of one job come in their order; who else says something is bound by nothing. */
const isFirst = ({ data }: Note, bag: readonly Note[]): boolean =>
  data['job'] === undefined ||
  !bag.some((other) => other.data['job'] === data['job'] && Number(other.data['number']) < Number(data['number']));

export const briefly = ({ type, data }: Note): string =>
  [type, data['step'] ?? data['timer'] ?? data['action'], data['number']].filter((one) => one != null).join(' ');
