/** The deciders and their shell, for the search that plays each by itself, and for whoever judges them by what they decided. */
export { advance, type Decided } from './advance.ts';
export { decide } from './decide.ts';
export { decisionsOf } from './decisions.ts';
export type { Decider, History } from './decider.ts';
export { definitionsDecider } from './definitions.ts';
export { environmentDecider } from './environment/index.ts';
export type { EnvironmentState } from './environment/state.ts';
export { operationDecider } from './operation/index.ts';
export type { Operation, PlanStep } from './operation/state.ts';
export { releasesDecider } from './releases.ts';
