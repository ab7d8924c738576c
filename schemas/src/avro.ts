import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('../avro/', import.meta.url);

/** The Avro schema of each message by its type, as parsed JSON. */
export const avroSchemas: ReadonlyMap<string, object> = new Map(
  readdirSync(folder)
    .filter((file) => file.endsWith('.avsc'))
    .sort()
    .map((file) => [file.slice(0, -'.avsc'.length), JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as object]),
);
