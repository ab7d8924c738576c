/** What a bridge is made of, for the search that plays each part by itself. */
export { book } from './book.ts';
export { carry } from './carry.ts';
export { stepCommands, type StepCommand } from './commands.ts';
export type { Carrying } from './carrying.ts';
export type { Hub } from './hub.ts';
export type { JobDocument } from './job-document.ts';
export type { Way } from './way.ts';
