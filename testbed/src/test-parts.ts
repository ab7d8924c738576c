import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { kafka, type Kafka } from './kafka.ts';
import { mongo, type Mongo } from './mongo.ts';
import { registry, type Registry } from './registry.ts';

/** A broker, a schema registry and a document server, and the folder that they keep what is theirs in. */
export type RealParts = Readonly<{ folder: string; broker: Kafka; schemas: Registry; store: Mongo; stop: () => Promise<void> }>;

/** All of them, begun together. `stop` ends them and removes the folder. */
export async function realParts(): Promise<RealParts> {
  const folder = await mkdtemp(path.join(tmpdir(), 'srm-parts-'));
  const [broker, schemas, store] = await Promise.all([kafka(folder), registry(folder), mongo(folder)]);
  const stop = async (): Promise<void> => {
    await Promise.all([broker.stop(), schemas.stop(), store.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  return { folder, broker, schemas, store, stop };
}
