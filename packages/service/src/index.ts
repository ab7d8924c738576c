export * from './service.ts';
export type { Health, PartHealth, SetAside, Trouble } from './health.ts';
export { problem, type ErrorAt, type Problem } from './problem.ts';
export { httpServer, type HttpServer, type HttpServerOptions } from './http-server.ts';
export { runService, type RunningService, type ServiceParts } from './run-service.ts';
export { healthRoutes } from './health-routes.ts';
export { jsonLog, type JsonLogOptions } from './json-log.ts';
export { Secret } from './secret.ts';
export { brokers, folder, folders, mongoAddress, namesOf, oneOf, port, readSettings, secret, text, webAddress, whole } from './settings.ts';
export { type ConfigOf, type Env, type Setting, type Settings } from './settings.ts';
export { documentsAside } from './documents-aside.ts';
export {
  freeze,
  frozenAt,
  oldSince,
  retention,
  swept,
  sweptFrom,
  sweepOf,
  type Mark,
  type Sweep,
  type SweepDocument,
  type SweptDocument,
  type SweptItem,
  type Why,
} from './sweep.ts';
