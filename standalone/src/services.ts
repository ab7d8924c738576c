import type { Clock, Log } from '@srm/messaging';

/** What all services need of the world. */
export type World = Readonly<{
  /** The data folder, held by this process alone. */
  data: string;
  host: string;
  port: number;
  clock: Clock;
  newId: () => string;
  log: Log;
  /** Who asks where a request names nobody. */
  actor: string;
  /** Folders that sources may lie in. */
  roots: readonly string[];
  /** The folder of packages (`node_modules`) that builds find beside their workspace. */
  tools: string;
  /** PATH of builds and of what is deployed. */
  path: string;
}>;

export type Running = Readonly<{ address: string; stop: () => Promise<void> }>;

/** All services in this process, on embedded parts. `stop` drains: running jobs and resources go on by themselves. */
export const startServices = (_: World): Promise<Running> => Promise.reject(new Error('the services are not wired yet'));
