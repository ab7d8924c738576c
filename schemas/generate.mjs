/** Writes src/messages.generated.ts from avro/*.avsc and src/api.generated.ts from openapi.yaml. `npm run types`; a test compares. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const here = (path) => new URL(path, import.meta.url);

const scalars = { string: 'string', int: 'number', long: 'number', double: 'number', boolean: 'boolean' };

function typeOf(schema) {
  if (typeof schema === 'string') return scalars[schema] ?? fail(schema);
  if (Array.isArray(schema)) return schema.length === 2 && schema[0] === 'null' ? `${typeOf(schema[1])} | null` : fail(schema);
  if (schema.type === 'array') return `readonly ${wrapped(typeOf(schema.items))}[]`;
  if (schema.type === 'enum') return schema.symbols.map((symbol) => `'${symbol}'`).join(' | ');
  if (schema.type === 'record') return `Readonly<{ ${schema.fields.map((field) => `${field.name}: ${typeOf(field.type)}`).join('; ')} }>`;
  return fail(schema);
}

const wrapped = (type) => (type.includes('|') && !type.startsWith('Readonly<') ? `(${type})` : type);

function fail(schema) {
  throw new Error(`not used on SRM's topics: ${JSON.stringify(schema)}`);
}

export function messageTypes() {
  const schemas = readdirSync(here('avro'))
    .filter((file) => file.endsWith('.avsc'))
    .sort()
    .map((file) => JSON.parse(readFileSync(here(`avro/${file}`), 'utf8')));
  const types = schemas.map(
    (schema) => `/** ${schema.doc} */\nexport type ${schema.name} = Readonly<{ type: '${schema.name}'; data: ${typeOf(schema)} }>;`,
  );
  return [
    '// Made from avro/*.avsc by `npm run types`. Not edited by hand.',
    ...types,
    `export type AnyMessage =\n${schemas.map((schema) => `  | ${schema.name}`).join('\n')};`,
    '',
  ].join('\n\n');
}

export async function apiTypes() {
  return `// Made from openapi.yaml by \`npm run types\`. Not edited by hand.\n\n${astToString(await openapiTS(here('openapi.yaml'), { alphabetize: true }))}`;
}

if (process.argv[1] === here('generate.mjs').pathname) {
  writeFileSync(here('src/messages.generated.ts'), messageTypes());
  writeFileSync(here('src/api.generated.ts'), await apiTypes());
}
