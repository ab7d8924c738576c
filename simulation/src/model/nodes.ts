import { environmentDecider, operationDecider, type EnvironmentState, type Operation } from '@srm/orchestrator/deciders';
import type { Envelope } from '@srm/schemas';
import { interner } from './intern.ts';
import type { Note, Plain } from './replay.ts';

/** A history of decisions of one key. Those that fold to the same state and end in the same decision are one: what follows of them is the same. */
export type Node = Readonly<{
  key: string;
  decisions: readonly Plain[];
  /** Its events, in order. */
  events: readonly Note[];
  /** First numbers of its decisions. */
  firsts: readonly number[];
  last: number;
  /** An input that was judged by then. */
  by: number;
  /** Of an operation. */
  operation: Operation | null;
  environment: EnvironmentState | null;
  /** The laws that its events break. */
  broken: readonly string[];
}>;

const empty: Node = { key: '', decisions: [], events: [], firsts: [], last: 0, by: 0, operation: null, environment: null, broken: [] };

export type Nodes = Readonly<{
  of: (id: number) => Node;
  /** 0 is no history. */
  root: (key: string) => number;
  /** The history after one more decision, whose messages are `notes`. */
  after: (id: number, decision: Plain, notes: readonly Note[], by: number) => number;
  size: () => number;
}>;

/** `lawsOf` judges the events of a history; `cuts`: histories cut into other decisions are others, since somebody may have an older one in his cache. */
export function nodes(lawsOf: (key: string, events: readonly Note[]) => readonly string[], cuts: boolean): Nodes {
  const all: Node[] = [empty];
  const classes = new Map<string, number>();
  const children = interner<string>();
  const known = new Map<number, number>();
  const add = (node: Node, last: string): number => {
    const key = JSON.stringify([node.key, cuts ? node.firsts : null, fingerprint(node.operation ?? node.environment), last, node.broken]);
    const found = classes.get(key);
    if (found !== undefined) return found;
    all.push(node);
    classes.set(key, all.length - 1);
    return all.length - 1;
  };
  const of = (id: number): Node => all[id] ?? empty;
  return {
    of,
    root: (key) => add({ ...empty, key, ...foldedOf(key, []) }, ''),
    after: (id, decision, notes, by) => {
      const text = JSON.stringify(notes);
      const child = children.id(`${id} ${text}`);
      const before = known.get(child);
      if (before !== undefined) return before;
      const parent = of(id);
      const said = notes.filter(({ topic }) => topic === 'events');
      const events = [...parent.events, ...said];
      const { key } = parent;
      const firsts = [...parent.firsts, Number(decision['first'])];
      const node = { key, decisions: [...parent.decisions, decision], events, firsts, last: Number(decision['last']), by };
      const made = add({ ...node, ...foldedOf(key, events), broken: lawsOf(key, events) }, text);
      known.set(child, made);
      return made;
    },
    size: () => all.length,
  };
}

function foldedOf(key: string, events: readonly Note[]): Pick<Node, 'operation' | 'environment'> {
  if (key.startsWith('operation/')) return { operation: folded(operationDecider, key, events), environment: null };
  return { operation: null, environment: folded(environmentDecider, key, events) };
}

function folded<S extends { number: number }>(
  decider: { empty: (key: string) => S; evolve: (state: S, event: never) => S },
  key: string,
  events: readonly Note[],
): S {
  let state = decider.empty(key);
  for (const { type, data, number } of events) {
    const event = {
      type,
      data: structuredClone(data),
      sequence: number,
      time: '2026-11-24T08:00:00.000Z',
      subject: key,
    } as unknown as Envelope;
    state = decider.evolve(state, event as never);
    state.number = number ?? 0;
  }
  return state;
}

/** The same for states that differ in the order of their sets alone. */
const fingerprint = (state: object | null): string =>
  JSON.stringify(state, (_, value: unknown) => {
    if (value instanceof Map) return [...value].toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    if (value instanceof Set) return [...value].toSorted();
    return value;
  });
