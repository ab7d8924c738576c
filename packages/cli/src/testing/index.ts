export * from './samples.ts';
export { scriptedServer } from './scripted-server.ts';
export type { Reply, Sent } from './scripted-server.ts';
export { rememberingScreen } from './terminal.ts';
