/** Writes today's messages as released/<version>.avsc, a list of their schemas. `npm run schemas:release`, once a release of SRM; kept for ever: events are. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const here = (path) => new URL(path, import.meta.url);
const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8'));
const schemas = readdirSync(here('avro'))
  .filter((file) => file.endsWith('.avsc'))
  .sort()
  .map((file) => JSON.parse(readFileSync(here(`avro/${file}`), 'utf8')));
const file = here(`released/${version}.avsc`);
const text = `[\n${schemas.map((schema) => JSON.stringify(schema)).join(',\n')}\n]\n`;

if (existsSync(file) && readFileSync(file, 'utf8') !== text) {
  console.error(`the messages of ${version} are released already, and others: raise the version in schemas/package.json`);
  process.exit(1);
}
writeFileSync(file, text);
