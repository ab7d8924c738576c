import { readdirSync, readFileSync } from 'node:fs';
import { avroSchemas } from './index.ts';

const folder = (name: string): URL => new URL(`../${name}/`, import.meta.url);
const names = (name: string, end: string): readonly string[] =>
  readdirSync(folder(name)).map((file) => (file.endsWith(end) ? file.slice(0, -end.length) : `${file} is not ${end}`));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Everything in a schema that SRM does not use on its topics, by its place. */
function foreign(schema: unknown, place: string): readonly string[] {
  if (typeof schema === 'string') return ['string', 'int', 'long', 'double', 'boolean'].includes(schema) ? [] : [`${place}: ${schema}`];
  if (Array.isArray(schema)) return schema.length === 2 && schema[0] === 'null' ? foreign(schema[1], place) : [`${place}: a union`];
  if (!isObject(schema)) return [`${place}: ${String(schema)}`];
  if (schema.type === 'enum') return [];
  if (schema.type === 'array') return foreign(schema.items, `${place}[]`);
  if (schema.type !== 'record') return [`${place}: ${String(schema.type)}`];
  return listOf(schema.fields).flatMap((field) => (isObject(field) ? foreignField(field, `${place}.${String(field.name)}`) : [place]));
}

function foreignField(field: Readonly<Record<string, unknown>>, place: string): readonly string[] {
  const nullable = Array.isArray(field.type);
  const wrongDefault = nullable ? field.default !== null : 'default' in field;
  return [...(wrongDefault ? [`${place}: its default`] : []), ...foreign(field.type, place)];
}

test('every message has a schema and a sample, and every sample a message', () => {
  expect([...names('avro', '.avsc')].sort()).toStrictEqual([...avroSchemas.keys()]);
  expect([...names('samples', '.json')].sort()).toStrictEqual([...avroSchemas.keys()]);
});

test.each([...avroSchemas])('%s is a record of that name, says what it is for, and uses only what SRM uses', (name, schema) => {
  const given = isObject(schema) ? schema : {};
  expect({ type: given.type, name: given.name, namespace: given.namespace }).toStrictEqual({ type: 'record', name, namespace: 'srm' });
  expect(given.doc).toMatch(/\.$/);
  expect(foreign(schema, name)).toStrictEqual([]);
});

test.each([...avroSchemas])('the sample of %s has every field, null where there is none', (name, schema) => {
  const sample: unknown = JSON.parse(readFileSync(new URL(`${name}.json`, folder('samples')), 'utf8'));
  const fields = isObject(schema) ? listOf(schema.fields).map((field) => (isObject(field) ? field.name : undefined)) : [];
  expect(isObject(sample) ? Object.keys(sample).sort() : sample).toStrictEqual([...fields].sort());
});
