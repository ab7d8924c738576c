import { readFileSync } from 'node:fs';
import { parseDefinitions, type DefinitionDocument } from '../parse.ts';

/** Texts that tests read. */
export const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');

const lines = (text: string): string => text.replace(/^\n/, '').replace(/\n\s*$/, '');

/** A product with these components, each indented by four spaces. */
export const product = (components: string): string =>
  `apiVersion: srm/v1\nkind: Product\nmetadata: { name: shop }\nspec:\n  components:\n${lines(components)}\n`;

/** A service that is right, to be spoiled: JSON text of a component with these changes; undefined takes a key out. */
export const service = (name: string, changes: Readonly<Record<string, unknown>> = {}): string =>
  `    - ${JSON.stringify({
    name,
    source: { path: `./${name}` },
    build: { run: [['make']], output: 'dist' },
    package: { files: { dist: '/app' }, workdir: '/app' },
    workload: { command: ['node', 'main.js'], ports: { http: { port: 8080 } } },
    outputs: { url: 'http://${service.host}:${service.ports.http}' },
    ...changes,
  })}`;

/** A library that is right, to be spoiled. */
export const library = (name: string, changes: Readonly<Record<string, unknown>> = {}): string =>
  `    - ${JSON.stringify({ name, type: 'library', source: { path: `./${name}` }, build: { run: [['make']], output: 'dist' }, ...changes })}`;

export const environment = (spec: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    apiVersion: 'srm/v1',
    kind: 'Environment',
    metadata: { name: 'dev' },
    spec: { stage: 'development', target: { driver: 'process' }, ...spec },
  });

/** What is wrong with a text: `pointer: detail`, one line each. */
export function wrong(text: string): readonly string[] {
  const parsed = parseDefinitions(text, { base: '/base' });
  return 'errors' in parsed ? parsed.errors.map((error) => `${error.pointer}: ${error.detail}`) : [];
}

/** The documents of a text that is right. */
export function right(text: string): readonly DefinitionDocument[] {
  const parsed = parseDefinitions(text, { base: '/base' });
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors, null, 1));
  return parsed.documents;
}
