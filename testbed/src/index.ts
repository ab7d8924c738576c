export { kafka, type Kafka } from './kafka.ts';
export { mongo, mongoName, type Mongo } from './mongo.ts';
export { python, type Python } from './python.ts';
export { registry, type Registry } from './registry.ts';
export type { Part } from './part.ts';
