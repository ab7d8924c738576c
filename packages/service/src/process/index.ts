export { main } from './main.ts';
export { runProcess, type Program, type World } from './run-process.ts';
export { shared, type SharedConfig } from './settings.ts';
export type { Parts } from './parts.ts';
export type { Metrics } from './metrics.ts';
export { ends } from './ends.ts';
