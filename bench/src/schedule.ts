import type { OperationInput } from '@srm/orchestrator';
import { failed, pureOperation, requestOf, succeeded, type Command, type Planned } from './pure.ts';

/** Virtual time: a job takes what `durationOf` says, a decision takes nothing. */
export type Timed = Readonly<{ step: string; from: number; until: number; undo: boolean }>;

export type Run = Readonly<{
  /** From the request, or from the failure, to the end. */
  makespan: number;
  jobs: readonly Timed[];
  ended: string | null;
}>;

export type Scheduling = Readonly<{
  planned: Planned;
  /** Jobs that all systems together carry out at a time; what is asked for beyond that waits in the order in which it came. */
  slots: number;
  durationOf: (step: string) => number;
  /** The last job of all fails, and everything is undone: then only the undo is looked at. */
  fails: boolean;
}>;

/** One operation, decided by the real decider, carried out by systems with so many slots. Throws where it ends otherwise than it should. */
export function scheduled({ planned, slots, durationOf, fails }: Scheduling): Run {
  const operation = pureOperation('bench', planned);
  const waiting: Command[] = [...operation.give([requestOf('bench', 'bench')])];
  const running = new Map<Command, number>();
  const jobs: Timed[] = [];
  let [now, began, done, next] = [0, 0, 0, 0];
  const start = (): void => {
    for (; running.size < slots && next < waiting.length; next += 1) {
      const job = waiting[next];
      if (job === undefined) continue;
      const until = now + durationOf(job.data.step);
      running.set(job, until);
      jobs.push({ step: job.data.step, from: now, until, undo: job.type === 'UndoStep' });
    }
  };
  for (start(); running.size > 0; start()) {
    const [job, until] = earliest(running);
    running.delete(job);
    now = until;
    done += 1;
    const last = fails && done === planned.steps.length;
    if (last) began = now;
    const report: OperationInput = last ? failed(job) : succeeded(job);
    waiting.push(...operation.give([report]));
  }
  const { ended } = operation.state();
  const wanted = fails ? 'OperationCompensated' : 'OperationSucceeded';
  if (ended !== wanted) throw new Error(`the operation ended ${ended}, not ${wanted}`);
  return { makespan: now - began, jobs, ended };
}

/** Of those that end together, the one that began first. */
function earliest(running: ReadonlyMap<Command, number>): readonly [Command, number] {
  let best: readonly [Command, number] | null = null;
  for (const one of running) if (best === null || one[1] < best[1]) best = one;
  if (best === null) throw new Error('nothing is running');
  return best;
}

export type Arrows = Readonly<{ id: string; dependsOn: readonly string[] }>;

/** What no schedule can be shorter than: the longest way through the steps, and all the work divided among the slots. A step that is not done takes nothing. */
export function boundOf(steps: readonly Arrows[], slots: number, durationOf: (step: string) => number): number {
  const ends = new Map<string, number>();
  let [longest, work] = [0, 0];
  // Plans are in an order in which a step comes after what it depends on.
  for (const { id, dependsOn } of steps) {
    const duration = durationOf(id);
    const end = duration + dependsOn.reduce((latest, before) => Math.max(latest, endIn(ends, before, id)), 0);
    ends.set(id, end);
    longest = Math.max(longest, end);
    work += duration;
  }
  return Math.max(longest, work / slots);
}

function endIn(ends: ReadonlyMap<string, number>, before: string, id: string): number {
  const end = ends.get(before);
  if (end === undefined) throw new Error(`${id} stands before ${before}, which it depends on`);
  return end;
}

/** The same steps, each after its dependents: the order of an undo. */
export function reversed(steps: readonly Arrows[]): readonly Arrows[] {
  const dependents = new Map<string, string[]>(steps.map(({ id }) => [id, []]));
  for (const { id, dependsOn } of steps) for (const before of dependsOn) dependents.get(before)?.push(id);
  return [...steps].reverse().map(({ id }) => ({ id, dependsOn: dependents.get(id) ?? [] }));
}
