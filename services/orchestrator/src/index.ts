export { orchestrator } from './orchestrator.ts';
export { advance, type Decided } from './advance.ts';
export { operationDecider } from './operation/index.ts';
export type { OperationInput } from './operation/events.ts';
export type { Operation } from './operation/state.ts';
export { plan, type PlanInput } from './planner/plan.ts';
export { nothingBefore } from './planner/before.ts';
