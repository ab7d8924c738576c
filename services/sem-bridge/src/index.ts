export { processDriver, type ProcessOptions } from './process-driver.ts';
export { resourceStates, reviver, stopEverything, type ResourceState } from './resources.ts';
export { semBridge, type SemBridgeParts } from './sem-bridge.ts';
