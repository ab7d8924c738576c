import type { Operation, Step } from './api.ts';
import type { Picture } from './changes.ts';
import type { Client } from './client.ts';
import type { StreamEvent } from './stream.ts';

/** After so many milliseconds what was asked of a bridge and has not begun is read again: its bridge may be silent, of which no event tells. */
const patience = 15_000;

/**
 * An operation as it is, read so that an event costs the steps it is about and those that wait for them, not all there are.
 * What was heard is kept until a reading has it: a reading that fails loses nothing.
 */
export function looking(client: Client, id: string, now: () => number): (heard: readonly StreamEvent[]) => Promise<Picture> {
  const unread = new Map<string, number>();
  let known: Known | null = null;
  let lookedAt = 0;
  const whole = async (operation: Operation): Promise<Known> => ({ operation, ...orderOf(await client.steps(id)) });
  const read = async (operation: Operation): Promise<Known> => {
    if (known === null || conditionOf(known.operation) !== conditionOf(operation)) return whole(operation);
    const due = now() - lookedAt > patience;
    const names = [...touched(known, unread.keys()), ...(due ? asked(known) : [])];
    if (due) lookedAt = now();
    const changed = names.length === 0 ? [] : await client.stepsNamed(id, [...new Set(names)]);
    for (const step of changed) known.steps.set(step.id, step);
    const next = { ...known, operation };
    return isBarrierGone(next.steps) ? whole(operation) : next;
  };
  return async (heard) => {
    for (const { number, step } of heard) if (step !== null) unread.set(step, number);
    // The operation is read first, so the steps are never older than it.
    const operation = await client.operation(id);
    known = await read(operation);
    for (const [step, number] of unread) if (number <= operation.number) unread.delete(step);
    return { operation, steps: [...known.steps.values()] };
  };
}

type Known = Readonly<{ operation: Operation; steps: Map<string, Step>; behind: ReadonlyMap<string, readonly string[]> }>;

/** The steps by their ids, in the order of the plan, and who waits for each. */
function orderOf(steps: readonly Step[]): Pick<Known, 'steps' | 'behind'> {
  const behind = new Map<string, string[]>();
  for (const { id, dependsOn } of steps)
    for (const before of dependsOn) {
      const waiting = behind.get(before);
      if (waiting === undefined) behind.set(before, [id]);
      else waiting.push(id);
    }
  return { steps: new Map(steps.map((step) => [step.id, step])), behind };
}

/** What every step may wait for: where it changes, all of them are read. */
const conditionOf = ({ status, planDigest, waitingFor, frozen }: Operation): string =>
  JSON.stringify([status, planDigest, waitingFor?.for, waitingFor?.since, frozen]);

/** These steps, and those that are not begun and wait for one of them. */
const touched = ({ steps, behind }: Known, names: Iterable<string>): readonly string[] =>
  [...names].flatMap((name) => [name, ...(behind.get(name) ?? []).filter((one) => steps.get(one)?.state === 'planned')]);

const asked = ({ steps }: Known): readonly string[] => [...steps.values()].filter(({ state }) => state === 'requested').map(({ id }) => id);

/** Steps still say that they wait until everything is built, and everything is. */
function isBarrierGone(steps: ReadonlyMap<string, Step>): boolean {
  const all = [...steps.values()];
  if (!all.some(({ waitingFor }) => waitingFor.some((wait) => wait.for === 'barrier'))) return false;
  return !all.some(({ phase, state }) => (phase === 'compile' || phase === 'package') && state !== 'succeeded' && state !== 'skipped');
}
