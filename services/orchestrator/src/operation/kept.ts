import { isKept, isToUndo, type Operation, type Step } from './state.ts';

/** Steps that an undo leaves as they are → a sentence that says why. */
export type Kept = ReadonlyMap<string, string>;

/** What is kept, and what it stands on: whoever stays would break without it. */
export function keptSteps(operation: Operation): Kept {
  const stays = new Map<string, string>();
  if (operation.trouble === null) return stays;
  const undone = new Set(operation.undone);
  const seen = new Set<string>();
  for (const step of operation.steps.values()) if (isKept(operation, step)) keep(operation, step, undone, seen, stays);
  return stays;
}

function keep(operation: Operation, kept: Step, undone: ReadonlySet<string>, seen: Set<string>, stays: Map<string, string>): void {
  const { component, id, dependsOn } = kept.plan;
  const by = operation.decided.get(component)?.by;
  const why = by === undefined ? `${component}, as its definition says (undo: keep)` : `${component}, as decided by ${by}`;
  stays.set(id, why);
  const open = [...dependsOn];
  for (let below = open.pop(); below !== undefined; below = open.pop()) {
    const step = operation.steps.get(below);
    if (step === undefined || seen.has(below)) continue;
    seen.add(below);
    const needed = step.plan.component === component ? why : `${step.plan.component}, since ${component}, which needs it, stays`;
    if (isToUndo(step) && !undone.has(below) && !stays.has(below)) stays.set(below, needed);
    open.push(...step.plan.dependsOn);
  }
}
