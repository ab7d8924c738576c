export type { Counts } from './counts.ts';
export { faultyBus } from './faults.ts';
export { house, inhabited } from './house.ts';
export { life } from './life.ts';
export { silent } from './lives.ts';
export { chance } from './random.ts';
export { simulated } from './simulate.ts';
export { requestOf, stage } from './stage.ts';
