export { queryApi, type QueryApiParts } from './query-api.ts';
export { rebuild } from './rebuild.ts';
export type { Disk, Facts } from './status/facts.ts';
export { comparison, type Restored } from './http/restored.ts';
export type { SeenAtTarget } from './restored/compare.ts';
