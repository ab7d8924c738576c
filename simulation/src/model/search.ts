import { interner } from './intern.ts';
import { initial } from './initial.ts';
import { lawsOfEvents } from './laws.ts';
import { nodes as nodesOf } from './nodes.ts';
import { asking, type Process } from './processes.ts';
import type { Note, Plain } from './replay.ts';
import { atRest } from './rest.ts';
import type { Scenario } from './scenario.ts';
import { seen as seenOf } from './seen.ts';
import { packing, type Row, type State } from './state.ts';
import { successors, type Stepping } from './steps.ts';

export type Searched = Readonly<{
  scenario: string;
  states: number;
  steps: number;
  /** States in which nothing moves any more. */
  ends: number;
  depth: number;
  /** False: it stopped before it had seen all. */
  complete: boolean;
  /** What is broken first, and the shortest way there. */
  violation: Readonly<{ broken: readonly string[]; trace: readonly string[] }> | null;
}>;

/** Every state that can be reached, nearest first; until a law is broken. `enough` states at most. */
export async function search(scenario: Scenario, enough = Infinity, told: (states: number) => void = () => {}): Promise<Searched> {
  const library = {
    notes: interner<Note>(),
    documents: interner<Plain>(),
    processes: interner<Process>(),
    nodes: nodesOf(lawsOfEvents),
  };
  library.notes.id({ topic: '', key: '', type: '', data: {}, number: null });
  library.processes.id({ sort: 'judge', key: '', cache: 0, at: 0, inputs: [], answers: [] });
  const on: Stepping = { library, scenario, asked: asking(library), views: interner<string>() };
  const { pack, unpack } = packing();
  const known = seenOf();
  const first = await initial(on);
  const root = pack(first, null, []);
  let wave: { row: Row; number: number }[] = [{ row: root, number: known.add(root, 0, 0) }];
  let steps = 0;
  let ends = 0;
  let depth = 0;
  const result = (complete: boolean, violation: Searched['violation']): Searched => ({
    scenario: scenario.name,
    states: known.size(),
    steps,
    ends,
    depth,
    complete,
    violation,
  });
  const traced = async (number: number, last: number | null, broken: readonly string[]): Promise<Searched> =>
    result(false, { broken, trace: await trace(on, first, [...known.way(number), ...(last === null ? [] : [last])]) });
  while (wave.length > 0) {
    const next: typeof wave = [];
    for (const { row, number } of wave) {
      const state = unpack(row);
      const following = await successors(on, state);
      if (following.every(({ fault }) => fault)) {
        ends += 1;
        const broken = atRest(on, state);
        if (broken.length > 0) return traced(number, null, broken);
      }
      for (const [n, step] of following.entries()) {
        steps += 1;
        if (step.broken.length > 0) return traced(number, n, step.broken);
        const after = pack(step.to, state, row);
        const fresh = known.add(after, number, n);
        if (fresh >= 0) next.push({ row: after, number: fresh });
      }
      if (known.size() >= enough) return result(false, null);
    }
    wave = next;
    depth += 1;
    told(known.size());
  }
  return result(true, null);
}

/** What happened, in words. */
async function trace(on: Stepping, first: State, way: readonly number[]): Promise<readonly string[]> {
  const told: string[] = [];
  let state = first;
  for (const n of way) {
    const step = (await successors(on, state))[n];
    if (step === undefined) throw new Error('the way cannot be gone again');
    told.push(step.label);
    state = step.to;
  }
  return told;
}
