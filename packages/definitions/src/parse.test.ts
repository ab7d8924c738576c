import { digestOf } from './canonical.ts';
import { parseDefinitions } from './parse.ts';
import { environment, fixture, library, product, right, service, wrong } from './testing/texts.ts';

const first = '/spec/components/0';

test('the example of three components is right: two documents, digests of their canonical JSON, sources absolute', () => {
  const documents = right(fixture('three/srm.yaml'));
  expect(documents.map(({ kind, name, tenant }) => ({ kind, name, tenant }))).toEqual([
    { kind: 'Product', name: 'three', tenant: 'default' },
    { kind: 'Environment', name: 'development', tenant: 'default' },
  ]);
  expect(documents.map(({ json, digest }) => digestOf(json) === digest)).toEqual([true, true]);
  expect(JSON.stringify(documents[0]?.json)).toContain('"source":{"path":"/base/money"}');
});

test('the smallest service has ten lines', () => {
  const text = `
    - name: web
      source: { path: ./web }
      build: { run: [[npm, ci]], output: dist }
      package: { files: { dist: /app }, workdir: /app }
      workload: { command: [node, main.js] }`;
  expect(product(text).trim().split('\n')).toHaveLength(10);
  expect(wrong(product(text))).toEqual([]);
});

test('JSON text is read too, and gives the digest that YAML gives', () => {
  const [yaml] = right(product(library('money')));
  const [json] = right(JSON.stringify(yaml?.json));
  expect(json).toEqual(yaml);
});

test('the order of keys makes no other document', () => {
  const [one] = right(product("    - { name: money, type: library, source: { path: /m }, build: { run: [[make]], output: 'dist' } }"));
  const [two] = right(product("    - { build: { output: 'dist', run: [[make]] }, source: { path: /m }, type: library, name: money }"));
  expect(two?.digest).toBe(one?.digest);
});

test('everything of the definitions page is read, and what is not built yet is refused by name, with its place', () => {
  const parsed = parseDefinitions(fixture('everything.yaml'), { base: '/base' });
  const errors = 'errors' in parsed ? parsed.errors : [];
  expect(errors.map(({ document, pointer, line, column, detail }) => `${document} ${pointer} ${line}:${column} ${detail}`)).toEqual([
    'Product/shop /spec/secrets 6:3 not supported yet: secrets',
    'Product/shop /spec/components/0/source/git 10:17 not supported yet: source.git; use source.path, a folder',
    'Product/shop /spec/components/0/source/ref 10:56 not supported yet: source.ref',
    'Product/shop /spec/components/1/type 13:7 not supported yet: type external',
    'Product/shop /spec/components/2/image 16:7 not supported yet: image; use source, build and package',
    'Product/shop /spec/components/2/workload/kind 18:9 not supported yet: kind stateful; a service may have volumes',
    'Product/shop /spec/components/2/workload/variables/POSTGRES_PASSWORD 19:62 not supported yet: ${secrets.db-password}',
    'Product/shop /spec/components/2/outputs/url/value 23:32 not supported yet: ${secrets.db-password}',
    'Product/shop /spec/components/2/outputs/url/secret 23:116 not supported yet: secret outputs',
    'Product/shop /spec/components/3/imageOf 25:7 not supported yet: imageOf; use source, build and package',
    'Product/shop /spec/components/4/source/git 29:17 not supported yet: source.git; use source.path, a folder',
    'Product/shop /spec/components/4/source/ref 29:61 not supported yet: source.ref',
    'Product/shop /spec/components/4/package/base 31:18 not supported yet: package.base',
    'Product/shop /spec/components/4/dependsOn/1/soft 33:47 not supported yet: soft dependencies',
    'Product/shop /spec/components/4/dependsOn/2/product 33:63 not supported yet: dependencies on other products',
    'Product/shop /spec/components/4/workload/variables/AUTH_URL 38:78 not supported yet: ${products.identity.auth.url}',
    'Product/shop /spec/components/5/from 42:7 not supported yet: from; write the component here',
    'DeploymentSpec/replicated /metadata 46:1 not supported yet: deployment specs of all tenants; give metadata.tenant',
    'DeploymentSpec/replicated /metadata/name 46:19 replicated ships with SRM; choose another name',
    'Environment/production /spec/target/driver 58:13 not supported yet: target driver kubernetes; use process',
    'Environment/production /spec/secrets 59:3 not supported yet: secrets',
    'Environment/production /spec/bind 60:3 not supported yet: bind',
  ]);
});

test.each([
  [
    'build.job',
    service('web', { build: { job: 'shop/web' } }),
    `${first}/build/job: not supported yet: build.job; use build.run and build.output`,
  ],
  [
    'package.dockerfile',
    service('web', { package: { dockerfile: 'Dockerfile' } }),
    `${first}/package/dockerfile: not supported yet: package.dockerfile; use package.files`,
  ],
  [
    'files',
    service('web', { workload: { command: ['a'], files: { '/etc/a': { content: 'a' } } }, outputs: {} }),
    `${first}/workload/files: not supported yet: files of a workload; put them into the package`,
  ],
  ['strategy', service('web', { strategy: { canary: 10 } }), `${first}/strategy: not supported yet: strategy; the word is reserved`],
  [
    'containers',
    service('web', { workload: { command: ['a'], containers: {} }, outputs: {} }),
    `${first}/workload/containers: not supported yet: containers; the word is reserved`,
  ],
])('%s is refused by name', (_name, component, expected) => {
  expect(wrong(product(component))).toEqual([expected]);
});

test.each(['auto', 'hold', 'keep', { command: ['node', 'down.js', '${ports.http}'] }])('a component says how it is undone: %j', (undo) => {
  expect(wrong(product(service('web', { undo })))).toEqual([]);
});

test('an undo command takes the placeholders that the workload takes', () => {
  expect(wrong(product(service('web', { undo: { command: ['node', '${components.nobody.url}'] } })))).toEqual([
    `${first}/undo/command/1: \${components.nobody.url}: unknown component "nobody"; known: web`,
  ]);
});

test.each(['windows', 'approvals', 'database', 'base', 'strategy'])('%s of an environment is reserved', (word) => {
  expect(wrong(environment({ [word]: {} }))).toEqual([`/spec/${word}: not supported yet: ${word}; the word is reserved`]);
});

test('an environment may say no driver but process, and nothing more of it', () => {
  expect(wrong(environment({ target: { driver: 'process', namespace: 'a' } }))).toEqual([
    '/spec/target/namespace: not supported yet: namespace of the target process; it takes only driver',
  ]);
});

test('kind Component is read and refused by name', () => {
  const text = JSON.stringify({ apiVersion: 'srm/v1', kind: 'Component', metadata: { name: 'order' }, spec: { sourc: { path: '/a' } } });
  expect(wrong(text)).toEqual([
    '/kind: not supported yet: kind Component; write the component into its product',
    '/spec/sourc: unknown key "sourc"; did you mean "source"?',
  ]);
});

test('keys that begin with x- are kept and mean nothing', () => {
  const [document] = right(product(library('money', { 'x-team': { any: ['thing'] } })));
  expect(JSON.stringify(document?.json)).toContain('"x-team":{"any":["thing"]}');
});

test('all errors at once: of shape, of meaning, of every document, in the order of the text', () => {
  const text = `${product(`${service('web', { dependsOn: ['stor'], sourc: 1 })}\n${service('store', { outputs: 7 })}`)}---\n${environment({ stage: 'prod' })}`;
  expect(wrong(text)).toEqual([
    `${first}/dependsOn/0: unknown component "stor"; did you mean "store"?`,
    `${first}/sourc: unknown key "sourc"; did you mean "source"?`,
    '/spec/components/1/outputs: 7 is not a map',
    '/spec/stage: "prod" is none of development, integration, test, staging, production',
  ]);
});

test('what is not understood of one component is no error of others', () => {
  const text = product(`${service('web', { workload: { command: ['a'], variables: { URL: '${components.store.address}' } }, outputs: {} })}
${service('store', { outputs: 7 })}`);
  expect(wrong(text)).toEqual(['/spec/components/1/outputs: 7 is not a map']);
});

test('of more than a thousand errors it is said how many more there are', () => {
  const shape = wrong(product(Array.from({ length: 600 }, (_, n) => service(`c${n}`, { a: 1, b: 2 })).join('\n')));
  expect([shape.length, shape[0]]).toEqual([1001, ': and 200 more like these; mend these first']);
  const meaning = wrong(product(Array.from({ length: 600 }, (_, n) => service(`c${n}`, { dependsOn: ['x', 'y'] })).join('\n')));
  expect([meaning.length, meaning.at(-1)]).toEqual([1001, ': and 200 more errors; mend these first']);
});

test('without a base, relative sources are refused and absolute ones are not', () => {
  const text = product(`${library('money')}\n${library('http', { source: { path: '/http' } })}`);
  const parsed = parseDefinitions(text, { base: null });
  expect('errors' in parsed ? parsed.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`) : []).toEqual([
    `${first}/source/path: "./money" is relative and it is not known to what; write an absolute path`,
  ]);
});

test('the same document twice in a text is refused', () => {
  expect(wrong(`${environment()}\n---\n${environment()}`)).toEqual(['/metadata/name: Environment dev is there twice; keep one']);
});

test.each([
  ['', ': there is no definition; write a Product, DeploymentSpec or Environment'],
  ['---\n---\n', ': there is no definition; write a Product, DeploymentSpec or Environment'],
  ['hello', ': this is no definition; write apiVersion, kind, metadata and spec'],
  ['- a', ': this is no definition; write apiVersion, kind, metadata and spec'],
])('%j is no definition, and it is said what would be', (text, expected) => {
  expect(wrong(text)).toEqual([expected]);
});

const rest = 'apiVersion: srm/v1, metadata: { name: a }, spec: { stage: test, target: { driver: process } }';

test.each([
  [`{ ${rest} }`, ': "kind" is missing; it is Product, DeploymentSpec or Environment'],
  [`{ kind: List, ${rest} }`, '/kind: unknown kind "List"; it is Product, DeploymentSpec or Environment'],
  [`{ kind: Enviroment, ${rest} }`, '/kind: unknown kind "Enviroment"; did you mean "Environment"?'],
  [`{ kind: constructor, ${rest} }`, '/kind: unknown kind "constructor"; it is Product, DeploymentSpec or Environment'],
])('%j is of no kind, and the rest of it is as it should be', (text, expected) => {
  expect(wrong(text)).toEqual([expected]);
});

test('what is of no kind is told all that is wrong with it, too; by the kind that was meant, where one was', () => {
  expect(wrong('{ apiVersion: srm/v2, kind: Produkt }')).toEqual([
    ': "metadata" is missing',
    ': "spec" is missing',
    '/apiVersion: "srm/v2" is not "srm/v1"; write "srm/v1"',
    '/kind: unknown kind "Produkt"; did you mean "Product"?',
  ]);
  expect(wrong('{ apiVersion: srm/v1, kind: Produkt, metadata: { name: shop }, spec: { components: [] } }')).toEqual([
    '/kind: unknown kind "Produkt"; did you mean "Product"?',
    '/spec/components: the list is too short; give at least 1',
  ]);
  expect(wrong('{ apiVersion: v1, kind: List, items: [] }')).toEqual([
    ': "metadata" is missing',
    ': "spec" is missing',
    '/apiVersion: "v1" is not "srm/v1"; write "srm/v1"',
    '/kind: unknown kind "List"; it is Product, DeploymentSpec or Environment',
    '/items: unknown key "items"; known: apiVersion, kind, metadata, spec',
  ]);
});
