export { kafka, type Kafka } from './kafka.ts';
export type { Part } from './part.ts';
