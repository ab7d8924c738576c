import { isKept, isToUndo, waitsToBeUndone, type Operation } from './state.ts';

/** Counts, for each step, the dependents that stand on it; those on which nothing stands can be undone first. */
export function startUndoing(operation: Operation): void {
  for (const step of operation.steps.values()) step.standing = operation.dependents.get(step.plan.id)?.length ?? 0;
  const top = [...operation.steps.values()].filter((step) => step.standing === 0).map((step) => step.plan.id);
  freed(operation, top);
}

/** A step is undone: those it stood on may follow. */
export const undoneStep = (operation: Operation, id: string): void => freed(operation, standsOn(operation, id));

/** Somebody decided: these are undone, or stay, and with them what they stand on. */
export function decidedUndo(operation: Operation, steps: readonly string[], how: 'undo' | 'keep', by: string): void {
  for (const id of steps) {
    const step = operation.steps.get(id);
    if (step === undefined || !operation.awaiting.delete(id)) continue;
    operation.decided.set(step.plan.component, { how, by });
    if (how === 'undo') operation.undoable.add(id);
  }
  operation.untold = operation.awaiting.size;
}

/** Lets go of steps on which nothing stands any more: what had an effect is to be undone, or stays; anything else is passed through. */
function freed(operation: Operation, ids: readonly string[]): void {
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const step = operation.steps.get(id);
    if (step === undefined) continue;
    if (isKept(operation, step)) continue;
    if (waitsToBeUndone(operation, step)) {
      operation.awaiting.add(id);
      operation.untold += 1;
    } else if (isToUndo(step)) operation.undoable.add(id);
    else open.push(...standsOn(operation, id));
  }
}

/** The dependencies of a step that have nothing else standing on them once it is gone. */
function standsOn(operation: Operation, id: string): readonly string[] {
  const bare: string[] = [];
  for (const dependency of operation.steps.get(id)?.plan.dependsOn ?? []) {
    const step = operation.steps.get(dependency);
    if (step === undefined) continue;
    step.standing -= 1;
    if (step.standing === 0) bare.push(dependency);
  }
  return bare;
}
