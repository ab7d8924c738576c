/**
 * An operation and its steps as they are known here. `asked.all()` reads all steps, `asked.named(ids)` some, `asked.operation()` the operation.
 * An event costs the steps it is about and those that wait for them, not all there are; what was heard is kept until a reading has it.
 */
export function known(asked, now) {
  const unread = new Map();
  let before = null;
  let steps = new Map();
  let behind = new Map();
  let lookedAt = 0;
  const all = async () => {
    const items = await asked.all();
    steps = new Map(items.map((step) => [step.id, step]));
    behind = new Map();
    for (const { id, dependsOn } of items) for (const one of dependsOn) behind.set(one, [...(behind.get(one) ?? []), id]);
  };
  const touched = () =>
    [...unread.keys()].flatMap((id) => [id, ...(behind.get(id) ?? []).filter((one) => steps.get(one)?.state === 'planned')]);
  const some = async () => {
    const due = now() - lookedAt > patience;
    const silent = due ? [...steps.values()].filter(({ state }) => state === 'requested').map(({ id }) => id) : [];
    if (due) lookedAt = now();
    const ids = [...new Set([...touched(), ...silent])];
    for (const step of ids.length === 0 ? [] : await asked.named(ids)) steps.set(step.id, step);
    if (isBarrierGone([...steps.values()])) await all();
  };
  return {
    /** An event of the stream. */
    hear: ({ number, text }) => {
      const step = JSON.parse(text ?? '{}').data?.step;
      if (typeof step === 'string') unread.set(step, number);
    },
    /** `{ operation, steps }`: the operation is read first, so the steps are never older than it. */
    async read() {
      const operation = await asked.operation();
      await (before === null || conditionOf(before) !== conditionOf(operation) ? all() : some());
      before = operation;
      for (const [id, number] of unread) if (number <= operation.number) unread.delete(id);
      return { operation, steps: [...steps.values()] };
    },
  };
}

/** After so many milliseconds what was asked of a bridge and has not begun is read again: no event tells that it is silent. */
const patience = 15_000;

/** What every step may wait for: where it changes, all of them are read. */
const conditionOf = ({ status, planDigest, waitingFor, frozen }) =>
  JSON.stringify([status, planDigest, waitingFor?.for, waitingFor?.since, frozen]);

/** Steps still say that they wait until everything is built, and everything is. */
const isBarrierGone = (steps) =>
  steps.some(({ waitingFor }) => waitingFor.some((wait) => wait.for === 'barrier')) &&
  !steps.some(({ phase, state }) => (phase === 'compile' || phase === 'package') && state !== 'succeeded' && state !== 'skipped');
