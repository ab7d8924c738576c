import { ahead } from './ahead.ts';
import { interner } from './intern.ts';
import { initial } from './initial.ts';
import { lawsOfEvents } from './laws.ts';
import { covering } from './left.ts';
import { nodes as nodesOf } from './nodes.ts';
import { asking, processes } from './processes.ts';
import type { Note, Plain } from './replay.ts';
import { atRest } from './rest.ts';
import type { Scenario } from './scenario.ts';
import { seen as seenOf } from './seen.ts';
import { packing, standing, type Row, type State } from './state.ts';
import { successors, type Step, type Stepping } from './steps.ts';

export type Searched = Readonly<{
  scenario: string;
  /** Those that no other makes needless. */
  states: number;
  steps: number;
  /** States in which nothing moves any more. */
  ends: number;
  /** Steps from the first state to the farthest. */
  depth: number;
  /** False: it stopped before it had seen all. */
  complete: boolean;
  /** With so many faults, or fewer, it has seen all; -1: not even without one. */
  faults: number;
  /** What is broken with the fewest faults, and a shortest way there. */
  violation: Readonly<{ broken: readonly string[]; trace: readonly string[] }> | null;
}>;

type Found = { row: Row; number: number; depth: number };

/** A step that is taken before all others has its number with this added. */
const before = 0x8000;

/** Every state that can be reached, those with fewer faults first, among them the nearest; until a law is broken. `enough` states at most. */
export async function search(scenario: Scenario, enough = Infinity, told: (states: number) => void = () => {}): Promise<Searched> {
  const on = steppingOf(scenario);
  const { pack, unpack, left } = packing();
  const known = seenOf(standing, covering(left));
  const first = await initial(on);
  first.judges[0].caches.forEach((cache) => on.begun.add(cache));
  const root = pack(first, null, []);
  const most = first.budget.any;
  /** By the number of faults that have happened. */
  const waves: Found[][] = Array.from({ length: most + 1 }, () => []);
  waves[0]?.push({ row: root, number: known.add(root, 0, 0), depth: 0 });
  let states = 0;
  let steps = 0;
  let ends = 0;
  let depth = 0;
  let level = 0;
  const result = (complete: boolean, violation: Searched['violation']): Searched => ({
    scenario: scenario.name,
    states,
    steps,
    ends,
    depth,
    complete,
    faults: complete ? most : level - 1,
    violation,
  });
  const happened = (state: number): number => most - left.budget(known.budgetOf(state)).any;
  const traced = async (number: number, last: number | null, broken: readonly string[]): Promise<Searched> =>
    result(false, { broken, trace: await trace(on, first, [...known.way(number), ...(last === null ? [] : [last])]) });

  for (const [faults, wave] of waves.entries()) {
    level = faults;
    for (let n = 0; n < wave.length; n++) {
      const found = wave[n];
      delete wave[n];
      if (found === undefined || known.isNeedless(found.number)) continue;
      const { row, number } = found;
      const state = unpack(row);
      states += 1;
      depth = Math.max(depth, found.depth);
      if (states % 10_000 === 0) told(states);
      /** Whether one of them leads on: to a state that was found later, or with fewer faults; or what is broken. */
      const taken = (following: readonly Step[], plus: number): boolean | Promise<Searched> => {
        let leadsOn = false;
        for (const [nth, step] of following.entries()) {
          if (step.asleep === true) continue;
          steps += 1;
          if (step.broken.length > 0) return traced(number, nth + plus, step.broken);
          const after = pack(step.to, state, row);
          const fresh = known.add(after, number, nth + plus);
          const at = fresh < 0 ? -1 - fresh : fresh;
          leadsOn ||= happened(at) < happened(number) || (happened(at) === happened(number) && at > number);
          if (fresh < 0) continue;
          waves[most - step.to.budget.any]?.push({ row: after, number: fresh, depth: found.depth + 1 });
        }
        return leadsOn;
      };
      const some = await ahead(on, state);
      const moved = some === null ? false : taken(some, before);
      if (typeof moved !== 'boolean') return moved;
      // Led these back alone, it might go round among them for ever and never look at the others.
      if (!moved) {
        const all = await successors(on, state);
        if (all.every(({ fault }) => fault)) {
          ends += 1;
          const broken = atRest(on, state);
          if (broken.length > 0) return traced(number, null, broken);
        }
        const further = taken(all, 0);
        if (typeof further !== 'boolean') return further;
      }
      if (states >= enough) return result(false, null);
    }
  }
  return result(true, null);
}

function steppingOf(scenario: Scenario): Stepping {
  const nodes = nodesOf(lawsOfEvents, scenario.budget.rebalance > 0);
  const library = { notes: interner<Note>(), documents: interner<Plain>(), processes: processes(), nodes };
  library.notes.id({ topic: '', key: '', type: '', data: {}, number: null });
  library.processes.id({ sort: 'judge', key: '', cache: 0, at: 0, inputs: [], answers: [] });
  return { library, scenario, asked: asking(library), views: interner<string>(), begun: new Set() };
}

/** What happened, in words. */
async function trace(on: Stepping, first: State, way: readonly number[]): Promise<readonly string[]> {
  const told: string[] = [];
  let state = first;
  for (const n of way) {
    const step = n < before ? (await successors(on, state))[n] : (await ahead(on, state))?.[n - before];
    if (step === undefined) throw new Error('the way cannot be gone again');
    told.push(step.label);
    state = step.to;
  }
  return told;
}
