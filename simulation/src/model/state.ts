import { interner, type Interner } from './intern.ts';
import type { Json } from './replay.ts';
import type { Turn } from './turns.ts';

/** How often each fault may still happen. */
export type Budget = Readonly<{
  /** All together. */
  any: number;
  /** An instance dies and is started again. */
  crash: number;
  /** A message comes again, at once or any time later. */
  repeat: number;
  /** A message overtakes another of its key. */
  reorder: number;
  cancel: number;
  abandon: number;
  /** A start gets no answer: it takes effect later, or never. */
  late: number;
  /** A job does not come to what it should. */
  failure: number;
  /** A job lasts. */
  slow: number;
  deadline: number;
  /** The partitions go to another instance; the one before does not know and goes on. */
  rebalance: number;
  /** A command that cannot be taken. */
  poison: number;
}>;

export type Status = { readonly [name: string]: Json };

export type Target = Readonly<{
  /** What became of each job that was taken; null: it runs. `hangs`: its step, if it does not end by itself. */
  jobs: Readonly<Record<string, Readonly<{ end: Status | null; hangs: string | null }>>>;
  tombstones: readonly string[];
  /** Starts without an answer that may still take effect. */
  flying: readonly string[];
  /** Component → whose version runs. */
  deployed: Readonly<Record<string, string>>;
  /** Component → the highest fence seen. */
  fences: Readonly<Record<string, number>>;
}>;

/** One instance of the orchestrator: of each key, the history in its cache and the handler under way; 0: none. */
export type Judge = Readonly<{ caches: readonly number[]; handling: readonly number[] }>;
/** One instance of the bridges: handlers by the key of their commands, looks by job. */
export type Bridge = Readonly<{ handling: Readonly<Record<string, number>>; carrying: Readonly<Record<string, number>> }>;

/** Everything. `owner` of the partitions is always the first instance: who loses them becomes the second. */
export type State = Readonly<{
  /** By key: the history in the store; the last event on the topic; what waits, sorted. */
  stored: readonly number[];
  published: readonly number[];
  inputs: readonly (readonly number[])[];
  commands: Readonly<Record<string, readonly number[]>>;
  /** By key of inputs or commands: what was handed over and may come again; nothing is kept once no repeat is left. */
  past: Readonly<Record<string, readonly number[]>>;
  timers: Readonly<{ set: readonly number[]; fired: readonly number[] }>;
  book: Readonly<Record<string, number>>;
  target: Target;
  judges: readonly [Judge, Judge];
  bridges: readonly [Bridge, Bridge];
  budget: Budget;
  /** Who need not do anything now. */
  turn: Turn;
}>;

/** A state as a row of numbers: its parts, and last what is still left to happen. */
export type Row = readonly number[];

type Part = Exclude<keyof State, 'budget' | 'past' | 'turn'>;

/** Packs states into rows; what a state shares with the one before it is not looked at again. */
export function packing() {
  const short = interner<string>((path) => path);
  const records = (record: Readonly<Record<string, number>>): string => {
    let text = '';
    for (const name in record) text += `${short.id(name)}:${record[name]},`;
    return text;
  };
  const bags = (record: Readonly<Record<string, readonly number[]>>): string => {
    let text = '';
    for (const name in record) text += `${short.id(name)}:${String(record[name])};`;
    return text;
  };
  const parts = {
    stored: interner<State['stored']>(String),
    published: interner<State['published']>(String),
    inputs: interner<State['inputs']>((all) => all.join(';')),
    commands: interner<State['commands']>(bags),
    timers: interner<State['timers']>(({ set, fired }) => `${String(set)};${String(fired)}`),
    book: interner<State['book']>(records),
    target: interner<State['target']>(),
    judges: interner<State['judges']>((all) => all.map(({ caches, handling }) => `${String(caches)};${String(handling)}`).join('|')),
    bridges: interner<State['bridges']>((all) =>
      all.map(({ handling, carrying }) => `${records(handling)};${records(carrying)}`).join('|'),
    ),
    past: interner<State['past']>(bags),
    budget: interner<State['budget']>((budget) => Object.values(budget).join()),
    turn: interner<State['turn']>(({ begun, asleep }) => `${begun};${String(asleep)}`),
  };
  const one = <P extends keyof State>(name: P, state: State, before: State | null, row: Row, n: number): number =>
    before !== null && state[name] === before[name] ? (row[n] ?? 0) : (parts[name] as unknown as Interner<State[P]>).id(state[name]);
  return {
    pack: (state: State, before: State | null, row: Row): Row => fields.map((name, n) => one(name, state, before, row, n)),
    unpack: (row: Row): State => {
      const at = <P extends keyof State>(name: P, n: number): State[P] => (parts[name] as unknown as Interner<State[P]>).of(row[n] ?? 0);
      return {
        stored: at('stored', 0),
        published: at('published', 1),
        inputs: at('inputs', 2),
        commands: at('commands', 3),
        timers: at('timers', 4),
        book: at('book', 5),
        target: at('target', 6),
        judges: at('judges', 7),
        bridges: at('bridges', 8),
        past: at('past', 9),
        budget: at('budget', 10),
        turn: at('turn', 11),
      };
    },
    left: { past: parts.past.of, budget: parts.budget.of, turn: parts.turn.of },
  };
}

const of: readonly Part[] = ['stored', 'published', 'inputs', 'commands', 'timers', 'book', 'target', 'judges', 'bridges'];
const fields: readonly (keyof State)[] = [...of, 'past', 'budget', 'turn'];
/** How many of a row's numbers say where everything stands. */
export const standing = of.length;

/** With one entry more, or other; names sorted, so that equal records read the same. */
export function put<T>(record: Readonly<Record<string, T>>, name: string, value: T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries({ ...record, [name]: value }).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function without<T>(record: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(record).filter(([one]) => one !== name));
}

export const withAt = <T>(list: readonly T[], n: number, value: T): readonly T[] => list.map((one, at) => (at === n ? value : one));
export const added = (bag: readonly number[], one: number): readonly number[] => [...bag, one].toSorted((a, b) => a - b);
export const taken = (bag: readonly number[], one: number): readonly number[] => bag.toSpliced(bag.indexOf(one), 1);
