export * from './canonical.ts';
export { milliseconds } from './duration.ts';
export { edges, needsOf, topology, type Edge, type Phase } from './graph.ts';
export { parseDefinitions, type DefinitionDocument, type Parsed } from './parse.ts';
export * from './placeholders.ts';
export { shapeErrors } from './shape.ts';
export { replicated, shippedSpecs, single } from './specs.ts';
export { isDeploymentSpec, isEnvironment, isMaterial, isProduct } from './stored.ts';
export type * from './types.ts';
