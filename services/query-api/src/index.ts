export { queryApi, type QueryApiParts } from './query-api.ts';
export { rebuild } from './rebuild.ts';
