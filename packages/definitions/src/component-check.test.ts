import { library, product, service, wrong } from './testing/texts.ts';

const first = '/spec/components/0';
const nameRule =
  'is not a name: a lower-case letter, then lower-case letters, digits and hyphens, at most 30 in all; other languages go into title';

test.each([
  'Web',
  'web/..',
  '-web',
  '%2e%2e',
  'a b',
  'ａ',
  'é',
  'e\u0301',
  'w\u200beb',
  '\u202eweb',
  '__proto__',
  'toString',
  'hasOwnProperty',
  '💥',
  '$(id)',
  '`id`',
  'a;b',
  'a'.repeat(31),
  '',
])('%j names no component, and the rule is said', (name) => {
  expect(wrong(product(library(name)))).toEqual([`${first}/name: ${JSON.stringify(name)} ${nameRule}`]);
});

test.each(['constructor', 'con', 'a', 'a'.repeat(30)])('%j is a name like others', (name) => {
  expect(wrong(product(library(name)))).toEqual([]);
});

test('a component named constructor is found by its own name only', () => {
  const depends = (name: string): string => product(service(name, { dependsOn: ['constructor'] }));
  expect(wrong(depends('web'))).toEqual([`${first}/dependsOn/0: unknown component "constructor"; known: web`]);
  expect(
    wrong(
      product(
        service('web', {
          workload: { command: ['a'], variables: { A: '${config.constructor}', B: '${components.web.constructor}' } },
          outputs: {},
        }),
      ),
    ),
  ).toEqual([
    `${first}/workload/variables/A: \${config.constructor}: the configuration item "constructor" is not declared; declare it in config`,
    `${first}/workload/variables/B: \${components.web.constructor}: a component cannot want its own output; use \${service.…} or \${ports.…}`,
  ]);
});

test('two components of one name are refused', () => {
  expect(wrong(product(`${library('money')}\n${library('money')}`))).toEqual([
    '/spec/components/1/name: the name "money" is taken by component 0; choose another',
  ]);
});

test('an empty product is refused', () => {
  expect(wrong(product('    []'))).toEqual(['/spec/components: the list is too short; give at least 1']);
});

test('a library neither runs nor is packaged', () => {
  const changes = {
    package: { files: { dist: '/app' } },
    workload: { command: ['a'] },
    outputs: { url: 'a' },
    dependsOn: [],
    config: {},
    specs: ['single'],
  };
  const keys = ['package', 'workload', 'outputs', 'dependsOn', 'config', 'specs'];
  expect(wrong(product(library('money', changes)))).toEqual(
    keys.map((key) => `${first}/${key}: a library is compiled and never runs: leave ${key} out, or leave out type: library`),
  );
});

test('what is built here says source, build, package and what runs', () => {
  expect(wrong(product('    - { name: web }'))).toEqual([
    `${first}: "source" is missing; say where its source is: source: { path: … }`,
    `${first}: "build" is missing; say how it is built: build: { run: [[…]], output: … }`,
    `${first}: "package" is missing; say what goes into the image: package: { files: { dist: /app }, workdir: /app }; or say type: library`,
    `${first}: "workload" is missing; say what runs: workload: { command: […] }; or say type: library`,
  ]);
  expect(wrong(product(service('web', { workload: {}, build: {}, package: {}, source: {}, outputs: {} })))).toEqual([
    `${first}/source: "path" is missing: the folder of the source`,
    `${first}/build: "run" is missing: the commands that build it`,
    `${first}/build: "output" is missing: the folder that the build leaves`,
    `${first}/package: "files" is missing: what of the build goes where in the image`,
    `${first}/workload: "command" is missing; an image that is built here has none of its own`,
  ]);
});

test('needs name components that are built, each at a path of its own inside the folder', () => {
  const build = { run: [['make']], output: 'dist', needs: { web: 'a', monney: 'b', money: '.', http: 'v/h', tcp: 'v//h/' } };
  expect(wrong(product([service('web', { build }), library('money'), library('http'), library('tcp')].join('\n')))).toEqual([
    `${first}/build/needs/web: a component cannot need itself; leave it out`,
    `${first}/build/needs/monney: unknown component "monney"; did you mean "money"?`,
    `${first}/build/needs/money: this would replace the whole folder; give it a path inside, as in vendor/money`,
    `${first}/build/needs/tcp: the path "v//h/" is there twice; one path each`,
  ]);
});

test.each(['/abs', '../up', 'a/../../b', '..', 'a\\b'])('%j is no path inside the folder', (path) => {
  expect(wrong(product(library('money', { build: { run: [['make']], output: path } })))).toEqual([
    `${first}/build/output: ${JSON.stringify(path)} is not a relative path without ..`,
  ]);
});

test('dependsOn names other components that run, each once', () => {
  const dependsOn = ['web', 'stor', 'money', 'store', { component: 'store' }];
  expect(wrong(product(`${service('web', { dependsOn })}\n${service('store')}\n${library('money')}`))).toEqual([
    `${first}/dependsOn/0: a component cannot depend on itself; leave it out`,
    `${first}/dependsOn/1: unknown component "stor"; did you mean "store"?`,
    `${first}/dependsOn/2: money is a library and never runs; name it in build.needs`,
    `${first}/dependsOn/4/component: store is there twice; keep one`,
  ]);
});

test('a cycle is named whole, of builds and of what runs', () => {
  const needs = (other: string) => ({ build: { run: [['make']], output: 'dist', needs: { [other]: 'v' } } });
  const text = product(
    [
      library('a', needs('b')),
      library('b', needs('a')),
      service('c', { dependsOn: ['d'] }),
      service('d', { workload: { command: ['x'], variables: { E: '${components.e.url}' } }, outputs: { url: 'd' } }),
      service('e', { dependsOn: ['c'] }),
    ].join('\n'),
  );
  expect(wrong(text)).toEqual([
    `${first}: a cycle of build.needs: a → b → a; take one of these out`,
    '/spec/components/2: a cycle of dependsOn and ${components.…}: c → d → e → c; take one of these out',
  ]);
});

test('a cycle of builds is none of what runs, and the other way about', () => {
  const build = { run: [['make']], output: 'dist', needs: { b: 'v' } };
  expect(wrong(product(`${service('a', { build })}\n${service('b', { dependsOn: ['a'] })}`))).toEqual([]);
});

test('a cycle of 10,000 is found without recursion and named up to a thousand', () => {
  const size = 10_000;
  const components = Array.from({ length: size }, (_, n) => ({
    name: `c${n}`,
    type: 'library',
    source: { path: '/s' },
    build: { run: [['make']], output: 'dist', needs: { [`c${(n + 1) % size}`]: 'v' } },
  }));
  const errors = wrong(JSON.stringify({ apiVersion: 'srm/v1', kind: 'Product', metadata: { name: 'big' }, spec: { components } }));
  expect(errors).toHaveLength(1);
  expect(errors[0]?.endsWith('c999 → … (10000 components) → c0; take one of these out')).toBe(true);
});

test('placeholders name what is declared', () => {
  const variables = {
    A: '${components.store.address}',
    B: '${components.stor.url}',
    C: '${components.store}',
    D: '${config.beta}',
    E: '${ports.https}',
    F: '${volumes.data}',
    G: '${service.port}',
    H: '${service.ports.htp}',
    I: '${component.store.url}',
    J: '$${components.nobody.url} ${ports.http}',
    K: '${ports.http',
    L: '${files.a}',
    M: '${}',
  };
  const web = service('web', { workload: { command: ['a'], ports: { http: { port: 8080 } }, variables } });
  const at = `${first}/workload/variables`;
  expect(wrong(product(`${web}\n${service('store')}`))).toEqual([
    `${at}/A: \${components.store.address}: store has no output "address"; known: url`,
    `${at}/B: \${components.stor.url}: unknown component "stor"; did you mean "store"?`,
    `${at}/C: \${components.store}: write it as \${components.<component>.<output>}`,
    `${at}/D: \${config.beta}: the configuration item "beta" is not declared; declare it in config`,
    `${at}/E: \${ports.https}: the port "https" is not declared; declare it in workload.ports; did you mean "http"?`,
    `${at}/F: \${volumes.data}: the volume "data" is not declared; declare it in workload.volumes, as source`,
    `${at}/G: \${service.port}: it is not \${service.host} or \${service.ports.<port>}`,
    `${at}/H: \${service.ports.htp}: the port "htp" is not declared; declare it in workload.ports; did you mean "http"?`,
    `${at}/I: \${component.store.url}: unknown placeholder; did you mean "components"?`,
    `${at}/K: a placeholder is not closed: "}" is missing; a text with "\${" in it is written "$\${"`,
    `${at}/L: not supported yet: \${files.a}`,
    `${at}/M: \${}: unknown placeholder; known: components, config, parameters, ports, service, volumes`,
  ]);
});

test('placeholders count in commands, probes and outputs too', () => {
  const workload = {
    command: ['${a.b}'],
    args: ['${config.x}'],
    ports: { http: { port: 8080 } },
    readinessProbe: { exec: { command: ['${config.y}'] } },
    livenessProbe: { httpGet: { path: '/${config.z}', port: 'http', httpHeaders: [{ name: 'A', value: '${config.w}' }] } },
  };
  const pointers = wrong(product(service('web', { workload, outputs: { url: '${ports.http}', at: { value: '${config.v}' } } }))).map(
    (line) => line.split(':')[0],
  );
  expect(pointers).toEqual(
    [
      'workload/command/0',
      'workload/args/0',
      'workload/readinessProbe/exec/command/0',
      'workload/livenessProbe/httpGet/path',
      'workload/livenessProbe/httpGet/httpHeaders/0/value',
      'outputs/url',
      'outputs/at/value',
    ].map((path) => `${first}/${path}`),
  );
});

test('a job has no address', () => {
  expect(wrong(product(service('seed', { workload: { kind: 'job', command: ['a'], ports: { http: { port: 1 } } } })))).toEqual([
    `${first}/outputs/url: \${service.host}: a job has no address that others could use`,
    `${first}/outputs/url: \${service.ports.http}: a job has no address that others could use`,
  ]);
});

test('probes ask one thing, at a declared port', () => {
  const workload = {
    command: ['a'],
    ports: { http: { port: 8080 } },
    readinessProbe: { httpGet: { path: '/ready', port: 8081 } },
    livenessProbe: { httpGet: { path: '/live', port: 'htp' }, exec: { command: ['a'] } },
  };
  const spoiled = { ...workload, livenessProbe: { httpGet: { path: '/live', port: 'htp' } } };
  expect(wrong(product(service('web', { workload })))).toEqual([
    `${first}/workload/readinessProbe/httpGet/port: no port 8081 is declared in workload.ports; known: http 8080`,
    `${first}/workload/livenessProbe: give httpGet or exec, one of the two`,
  ]);
  expect(wrong(product(service('web', { workload: spoiled })))[1]).toBe(
    `${first}/workload/livenessProbe/httpGet/port: no port "htp" is declared in workload.ports; did you mean "http"?`,
  );
});

test('volumes and ports are there once', () => {
  const workload = {
    command: ['a'],
    ports: { http: { port: 8080 }, admin: { port: 8080 } },
    volumes: { '/a': { source: 'data' }, '/b': { source: 'data' } },
  };
  expect(wrong(product(service('web', { workload })))).toEqual([
    `${first}/workload/ports/admin/port: the port 8080 is there twice; one number each`,
    `${first}/workload/volumes/~1b/source: the volume "data" is there twice; one path each`,
  ]);
});

test.each([
  ['1e9d', '"1e9d" is not a duration: a whole number and ms, s, m or h, as in 30s'],
  ['-1s', '"-1s" is not a duration: a whole number and ms, s, m or h, as in 30s'],
  ['30', '"30" is not a duration: a whole number and ms, s, m or h, as in 30s'],
  ['25h', '"25h" is too long; at most 24h'],
])('%j is no time to get ready within', (readyWithin, detail) => {
  expect(wrong(product(service('web', { workload: { command: ['a'], readyWithin }, outputs: {} })))).toEqual([
    `${first}/workload/readyWithin: ${detail}`,
  ]);
});

test.each([0.5, -1, 1e309, Number.NaN, '3', '${config.n}'])('%j is no number of replicas', (replicas) => {
  expect(wrong(product(service('web', { workload: { command: ['a'], replicas }, outputs: {} })))).toHaveLength(1);
});

test('defaults fit the type of their item', () => {
  const config = {
    beta: { type: 'boolean', default: 'no' },
    level: { type: 'integer', default: 1.5 },
    rate: { type: 'number', default: 2, maximum: 1 },
    who: { type: 'string', default: 'a', enum: ['b'] },
  };
  expect(wrong(product(service('web', { config })))).toEqual([
    `${first}/config/beta/default: "no" is not true or false`,
    `${first}/config/level/default: 1.5 is not a whole number`,
    `${first}/config/rate/default: 2 is too large; at most 1`,
    `${first}/config/who/default: "a" is none of "b"`,
  ]);
});

test('a value of the wrong kind says what is wanted, and numbers that are meant as texts how', () => {
  expect(wrong(product(service('web', { workload: { command: 'node', variables: { PORT: 8080, ON: true } }, outputs: {} })))).toEqual([
    `${first}/workload/command: "node" is not a list`,
    `${first}/workload/variables/PORT: 8080 is not a text; write it in quotes: "8080"`,
    `${first}/workload/variables/ON: true is not a text; write it in quotes: "true"`,
  ]);
});
