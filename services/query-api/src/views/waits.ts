import type { OperationView, StepView } from './operation-view.ts';

export type Wait = Readonly<{ for: 'step' | 'barrier' | 'lease' | 'bridge' | 'retry'; what: string }>;

const building: ReadonlySet<string> = new Set(['compile', 'package']);
const finished: ReadonlySet<string> = new Set(['succeeded', 'skipped']);

/** Why a step does not go on, asked of all steps of one operation at once. Pure. */
export function waitsOf(operation: OperationView, steps: readonly StepView[]): (step: StepView) => readonly Wait[] {
  const open = new Set(steps.filter((step) => !finished.has(step.state)).map((step) => step.id));
  const unbuilt = steps.filter((step) => building.has(step.phase) && open.has(step.id)).length;
  const begins = operation.ending === null && operation.status !== 'compensating' && operation.status !== 'cancelling';
  return (step) => {
    if (operation.ending !== null) return [];
    if (step.state === 'requested') return [{ for: 'bridge', what: step.bridge }];
    if (step.state === 'failed' && step.retryAt !== null) return [{ for: 'retry', what: step.retryAt }];
    if (step.state !== 'planned' || !begins) return [];
    const before = step.dependsOn.filter((id) => open.has(id));
    if (before.length > 0) return before.map((id) => ({ for: 'step', what: id }));
    if (building.has(step.phase)) return [];
    if (operation.pipeline === 'buildFirst' && unbuilt > 0) return [{ for: 'barrier', what: String(unbuilt) }];
    return operation.waitingFor === null ? [] : [operation.waitingFor];
  };
}
