export * from './envelope.ts';
export * from './topics.ts';
export * from './keys.ts';
export { avroSchemas } from './avro.ts';
export { openapiFile } from './openapi.ts';
export type * from './messages.generated.ts';
export type { components as ApiSchemas, paths as ApiPaths } from './api.generated.ts';
