import { firstOf } from './bags.ts';
import type { Note } from './replay.ts';
import type { Process } from './processes.ts';
import { spent } from './serving.ts';
import type { Place, Stepping } from './steps.ts';
import { added, put, taken, withAt, without, type State } from './state.ts';

/** What is handed to a handler, and by whom it was judged to be due. */
export type Delivery = Readonly<{ label: string; from: State; place: Place; process: Process; fault: boolean; again: boolean }>;

/** Who owns the partitions is handed what waits, and what comes again. */
export function* deliveries(on: Stepping, state: State): Iterable<Delivery> {
  for (const n of on.scenario.keys.keys()) yield* inputsOf(on, state, n);
  const keys =
    state.budget.repeat > 0 ? new Set([...Object.keys(state.commands), ...Object.keys(state.past)]) : Object.keys(state.commands);
  for (const key of keys) if (key.includes(':')) yield* commandsOf(on, state, key);
}

/** To one decider. */
export function* inputsOf(on: Stepping, state: State, n: number): Iterable<Delivery> {
  yield* handedOver(on, state, n);
  // Who dies while it handles nothing has lost what it had cached: as if it had died before it resolved the input before; here there is none.
  const [owner, former] = state.judges;
  if (state.budget.crash === 0 || owner.handling[n] !== 0 || !on.begun.has(owner.caches[n] ?? 0)) return;
  const all = on.scenario.instances === 'one';
  if (all && owner.handling.some((id) => id !== 0)) return;
  const judge = { ...owner, caches: owner.caches.map((id, at) => (all || at === n ? 0 : id)) };
  for (const delivery of handedOver(on, { ...spent(state, 'crash'), judges: [judge, former] }, n))
    yield { ...delivery, label: `the orchestrator has died since; ${delivery.label}`, fault: true };
}

function* handedOver(on: Stepping, state: State, n: number): Iterable<Delivery> {
  const { notes } = on.library;
  const key = on.scenario.keys[n] ?? '';
  const [owner] = state.judges;
  if (owner.handling[n] !== 0) return;
  const bag = state.inputs[n] ?? [];
  const cache = owner.caches[n] ?? 0;
  const place: Place = { sort: 'judge', instance: 0, key: n };
  const hand = (label: string, from: State, inputs: readonly number[], fault: boolean, again = false): Delivery => ({
    label: `${key} is handed ${label}`,
    from: kept(from, key, inputs),
    place,
    process: { sort: 'judge', key, cache, at: cache, inputs, answers: [] },
    fault,
    again,
  });
  const first = firstOf(notes, bag);
  const take = (from: State, ids: readonly number[]): State => ({ ...from, inputs: withAt(from.inputs, n, ids.reduce(taken, bag)) });
  for (const id of new Set(bag)) {
    const told = briefly(notes.of(id));
    if (first.includes(id)) yield hand(told, take(state, [id]), [id], false);
    else if (state.budget.reorder > 0) yield hand(`${told} too early`, take(spent(state, 'reorder'), [id]), [id], true);
  }
  if (on.scenario.batches && first.length > 1)
    yield hand(first.map((id) => briefly(notes.of(id))).join(' and '), take(state, first), first, false);
  for (const id of state.past[key] ?? []) yield hand(`${briefly(notes.of(id))} again`, spent(state, 'repeat'), [id], true, true);
  for (const due of ofItself(on, state, key)) yield hand(due.label, due.from, [due.note], due.fault);
}

/** To the handler of one key of a bridge. */
export function* commandsOf(on: Stepping, state: State, key: string): Iterable<Delivery> {
  const { notes } = on.library;
  if (state.bridges[0].handling[key] !== undefined) return;
  const bridge = key.slice(0, key.indexOf(':'));
  const place: Place = { sort: 'command', instance: 0, name: key };
  const queue = state.commands[key] ?? [];
  const hand = (label: string, from: State, note: number, rest: readonly number[], fault: boolean): Delivery => {
    const commands = rest.length === 0 ? without(from.commands, key) : put(from.commands, key, rest);
    const process = { sort: 'command', bridge, key, note, answers: [] } as const;
    return { label: `${key} is handed ${label}`, from: kept({ ...from, commands }, key, [note]), place, process, fault, again: false };
  };
  const [head, second] = queue;
  if (head !== undefined) yield hand(briefly(notes.of(head)), state, head, queue.slice(1), false);
  if (state.budget.reorder > 0 && second !== undefined && second !== head)
    yield hand(`${briefly(notes.of(second))} too early`, spent(state, 'reorder'), second, queue.toSpliced(1, 1), true);
  for (const id of state.past[key] ?? []) yield hand(`${briefly(notes.of(id))} again`, spent(state, 'repeat'), id, queue, true);
}

/** As long as something may come again. */
function kept(state: State, key: string, ids: readonly number[]): State {
  if (state.budget.repeat === 0) return state;
  const known = state.past[key] ?? [];
  const more = ids.filter((id) => !known.includes(id));
  return more.length === 0 ? state : { ...state, past: put(state.past, key, more.reduce(added, known)) };
}

type Due = Readonly<{ label: string; from: State; note: number; fault: boolean }>;

/** What operators and timers say: it is handed on the moment it is said. */
function* ofItself(on: Stepping, state: State, key: string): Iterable<Due> {
  const { notes } = on.library;
  const operation = key.slice(key.indexOf('/') + 1);
  for (const action of ['cancel', 'abandon'] as const) {
    if (key !== 'operation/op1' || state.budget[action] === 0 || state.turn.asleep.includes(action)) continue;
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

export const briefly = ({ type, data }: Note): string =>
  [type, data['step'] ?? data['timer'] ?? data['action'], data['number']].filter((one) => one != null).join(' ');
