import { readdirSync, readFileSync } from 'node:fs';
import avsc from 'avsc';
import { avroSchemas } from './index.ts';

const folder = new URL('../released/', import.meta.url);
const releases = readdirSync(folder).map((file): [string, readonly avsc.schema.RecordType[]] => [
  file.replace('.avsc', ''),
  JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
]);

/** Why today's messages cannot read those, each in a sentence. */
function unreadable(today: ReadonlyMap<string, object>, released: readonly avsc.schema.RecordType[]): readonly string[] {
  return released.flatMap((schema) => {
    const known = today.get(schema.name ?? '');
    if (known === undefined) return [`${schema.name} is gone: what was written can never be read again`];
    try {
      avsc.Type.forSchema(known as avsc.Schema).createResolver(avsc.Type.forSchema(schema));
      return [];
    } catch (error) {
      return [`${schema.name}: ${(error as Error).message.split('\n')[0]}`];
    }
  });
}

test.each(releases)('all that was written by the messages of %s is read by today’s', (_, released) => {
  expect(released.length).toBeGreaterThan(50);
  expect(unreadable(avroSchemas, released)).toStrictEqual([]);
});

test('a message that is gone, a new field without a default and another type are told by name', () => {
  const record = (name: string, ...fields: readonly avsc.schema.RecordType['fields'][number][]): avsc.schema.RecordType => ({
    type: 'record',
    name,
    namespace: 'srm',
    fields: [...fields],
  });
  const text = { name: 'text', type: 'string' };
  const released = [record('A', text), record('B', text), record('C', text), record('D', text)];
  const today = new Map([
    ['A', record('A', text, { name: 'size', type: ['null', 'int'], default: null })],
    ['B', record('B', text, { name: 'size', type: 'int' })],
    ['C', record('C', { name: 'text', type: 'int' })],
  ]);
  expect(unreadable(today, released)).toStrictEqual([
    'B: no matching field for default-less srm.B.size',
    'C: cannot read "string" as "int"',
    'D is gone: what was written can never be read again',
  ]);
});
