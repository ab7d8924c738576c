export * from './service.ts';
export type { Health, PartHealth, SetAside, Trouble } from './health.ts';
export { problem, type ErrorAt, type Problem } from './problem.ts';
export { httpServer, type HttpServer, type HttpServerOptions } from './http-server.ts';
export { runService, type RunningService, type ServiceParts } from './run-service.ts';
export { healthRoutes } from './health-routes.ts';
export { jsonLog, type JsonLogOptions } from './json-log.ts';
