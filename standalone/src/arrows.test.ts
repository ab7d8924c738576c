import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The arrows between rooms, which the compiler does not hold: who may import whom. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const foundation = ['schemas'];
const under = [...foundation, 'messaging', 'documents', 'definitions'];
const services = [...under, 'service', 'bridge'];

const own: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  'packages/messaging': foundation,
  'packages/documents': foundation,
  'packages/definitions': foundation,
  'packages/service': under,
  'packages/bridge': [...under, 'service'],
  'packages/cli': foundation,
  'packages/portal': foundation,
  'services/*': services,
  'services/query-api': [...services, 'portal'],
  standalone: ['*'],
  simulation: ['*'],
  bench: ['*'],
  testbed: ['*'],
};

/** Third-party packages and where they are known: a room, or the beginning of a path. */
const known: Readonly<Record<string, readonly string[]>> = {
  avsc: ['packages/messaging'],
  uuid: ['packages/messaging'],
  kafkajs: [
    'packages/messaging/src/kafka',
    ...['kafka', 'poison', 'signals', 'test-poison'].map((name) => `testbed/src/${name}`),
    'bench/src/kafka',
  ],
  '@kafkajs/confluent-schema-registry': ['packages/messaging/src/registry'],
  libsql: ['packages/messaging', 'packages/documents', 'standalone/src/lock.ts', 'standalone/src/backup.ts', 'bench'],
  mingo: ['packages/documents'],
  mongodb: ['packages/documents', 'services/*/src/main.ts', 'testbed', 'bench/src/mongo'],
  ajv: ['packages/definitions'],
  'ajv-formats': ['packages/definitions'],
  yaml: ['packages/definitions'],
  express: ['packages/service/src/http'],
  pino: ['packages/service', 'services/*/src/main.ts', 'standalone/src/main.ts'],
  'prom-client': ['packages/service/src/process'],
  'tar-stream': ['packages/bridge', 'services/ci-bridge', 'services/sem-bridge', 'standalone/src/backup.ts', 'standalone/src/restore.ts'],
  '@kubernetes/client-node': ['services/sem-bridge/src/kubernetes'],
  chalk: ['packages/cli', 'standalone'],
  commander: ['packages/cli'],
  'log-update': ['packages/cli', 'standalone'],
  '@dagrejs/dagre': ['packages/portal'],
  'openapi-typescript': ['schemas/generate.mjs'],
  '@swc/core': ['packages/messaging/src/typescript.loader.mjs'],
  typescript: ['simulation/src/mutants/copy.ts'],
};

/** Of tests, and of what is only for tests. */
const forTests = ['fast-check', '@jest/globals', 'jest', 'typescript', 'avsc', 'yaml', 'ajv', 'ajv-formats'];
const isForTests = (file: string): boolean => /(\.test|\.law|\.contract|\/contract|\/testing|\/test-[\w-]+)\.ts$/.test(file);

const alike = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]+')}`).test(path);

/** What a text imports, whether for its values or its types. */
function importsIn(text: string): readonly string[] {
  const forms = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"]([^'"]+)['"]/g,
  ];
  return forms.flatMap((form) => [...text.matchAll(form)].flatMap((match) => match[1] ?? []));
}

const roomOf = (file: string): string => (/^(packages|services)\/[^/]+/.exec(file) ?? /^[^/]+/.exec(file))?.[0] ?? '';

/** The sentence of a broken arrow, or null. */
function broken(file: string, imported: string): string | null {
  const refused = (allowed: string): string => `${file} imports ${imported}; ${allowed}`;
  const room = roomOf(file);
  if (imported.startsWith('node:') || imported.startsWith('/')) return null;
  if (imported.startsWith('.')) {
    const inside = join(dirname(file), imported).startsWith(`${room}/`);
    return inside ? null : refused(`a path stays in its room, ${room}: other rooms are imported by name`);
  }
  const [scope = '', name = ''] = imported.split('/');
  if (scope === '@srm') {
    const allowed = own[room] ?? own['services/*'] ?? [];
    return allowed.includes(name) || allowed.includes('*') ? null : refused(`${room} may import ${allowed.join(', ') || 'nothing'}`);
  }
  const third = scope.startsWith('@') ? `${scope}/${name}` : scope;
  if (isForTests(file) && forTests.includes(third)) return null;
  const places = known[third] ?? [];
  if (places.some((place) => alike(place, file))) return null;
  return refused(
    places.length === 0
      ? 'no room knows it: add it to the table in this test, with a reason in docs/decisions'
      : `only ${places.join(', ')} may`,
  );
}

function* files(folder: string): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && !['node_modules', 'dist', 'fixtures', 'samples', '.srm'].includes(entry.name)) yield* files(path);
    else if (/\.(ts|js|mjs)$/.test(entry.name)) yield path;
  }
}

const rooms = (): readonly string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .filter((name) => ['schemas', 'packages', 'services', 'standalone', 'simulation', 'bench', 'testbed'].includes(name));

test('every import follows the arrows', () => {
  const all = rooms().flatMap((room) => [...files(room)]);
  const wrong = all.flatMap((file) =>
    importsIn(readFileSync(join(root, file), 'utf8')).flatMap((imported) => broken(file, imported) ?? []),
  );
  expect(wrong).toEqual([]);
  expect(all.length).toBeGreaterThan(100);
});

test('what a room imports, its package.json names', () => {
  const wrong = rooms()
    .flatMap((room) => [...files(room)])
    .filter((file) => !isForTests(file) && !file.endsWith('.mjs'))
    .flatMap((file) => {
      const named: unknown = JSON.parse(readFileSync(join(root, roomOf(file), 'package.json'), 'utf8')).dependencies;
      const names = Object.keys(named ?? {});
      return importsIn(readFileSync(join(root, file), 'utf8'))
        .filter((imported) => !/^(node:|\.|\/)/.test(imported))
        .filter((imported) => !names.some((name) => imported === name || imported.startsWith(`${name}/`)))
        .map((imported) => `${file} imports ${imported}, which ${roomOf(file)}/package.json does not name`);
    });
  expect(wrong).toEqual([]);
});

test('a broken arrow is told with the file, the import and what is allowed', () => {
  const cases: readonly (readonly [file: string, text: string])[] = [
    ['packages/documents/src/x.ts', `import type { Bus } from '@srm/messaging';`],
    ['services/ci-bridge/src/x.ts', `export * from '@srm/sem-bridge';`],
    ['services/ci-bridge/src/x.ts', `import { a } from '../../sem-bridge/src/a.ts';`],
    ['packages/bridge/src/x.ts', `import {\n  express,\n} from 'express';`],
    ['schemas/src/x.ts', `import 'left-pad';`],
    ['services/query-api/src/x.ts', `import { files } from '@srm/portal';\nimport { x } from './y.ts';\nimport 'node:fs';`],
  ];
  expect(cases.flatMap(([file, text]) => importsIn(text).flatMap((imported) => broken(file, imported) ?? []))).toEqual([
    'packages/documents/src/x.ts imports @srm/messaging; packages/documents may import schemas',
    'services/ci-bridge/src/x.ts imports @srm/sem-bridge; services/ci-bridge may import schemas, messaging, documents, definitions, service, bridge',
    'services/ci-bridge/src/x.ts imports ../../sem-bridge/src/a.ts; a path stays in its room, services/ci-bridge: other rooms are imported by name',
    'packages/bridge/src/x.ts imports express; only packages/service/src/http may',
    'schemas/src/x.ts imports left-pad; no room knows it: add it to the table in this test, with a reason in docs/decisions',
  ]);
});
