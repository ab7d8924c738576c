import { readFileSync } from 'node:fs';
import { sha256, type DeploymentSpec } from '@srm/definitions';
import { development, input, inputsOf, planned, runs, told, wrong } from './testing.ts';

const three = readFileSync(new URL('../../../../packages/definitions/fixtures/three/srm.yaml', import.meta.url), 'utf8');
const noEnvironment = three.split('---')[0] ?? '';
const product = noEnvironment;
const within = (spec: Readonly<Record<string, unknown>>): string => `${product}---\n${development(spec)}\n`;
const perComponent = (name: string, spec: string | null, parameters: string | null = null) => ({
  perComponent: [{ name, spec, parameters, replicas: null }],
});

test('a release compiles, packages, configures, deploys and publishes, each after what it needs', () => {
  expect(told(planned(input(three)))).toEqual([
    'money/compile',
    'store/compile',
    'store/package after store/compile',
    'web/compile after money/compile',
    'web/package after web/compile',
    'store/configure after store/package',
    'store/deploy after store/package, store/configure',
    'store/publish after store/deploy',
    'web/configure after web/package, store/publish',
    'web/deploy after web/package, web/configure',
    'web/publish after web/deploy',
  ]);
});

test('a compile compiles, a package compiles and packages; neither needs an environment or a lease', () => {
  const compiled = planned(input(noEnvironment, { request: { kind: 'compile' } }));
  expect(compiled.steps.map(({ id }) => id)).toEqual(['money/compile', 'store/compile', 'web/compile']);
  const packaged = planned(input(noEnvironment, { request: { kind: 'package' } }));
  expect(packaged.steps.map(({ id }) => id)).toEqual(['money/compile', 'store/compile', 'store/package', 'web/compile', 'web/package']);
  expect([compiled.lease, packaged.lease]).toEqual([[], []]);
});

test('each phase has its bridge, driver, target, undo, deadline and attempts', () => {
  const { steps } = planned(input(three));
  const of = (id: string): readonly unknown[] => {
    const step = steps.find((item) => item.id === id);
    return [step?.bridge, step?.action, step?.driver, step?.target, step?.undo, step?.deadline, step?.attempts, step?.backoff];
  };
  const target = '{"driver":"process"}';
  expect(of('web/compile')).toEqual(['ci', 'compile', 'local', null, 'none', 1_800_000, 3, 1000]);
  expect(of('web/package')).toEqual(['ci', 'package', 'local', null, 'none', 600_000, 3, 1000]);
  expect(of('web/configure')).toEqual(['scm', 'configure', 'file', target, 'none', 120_000, 3, 1000]);
  expect(of('web/deploy')).toEqual(['sem', 'deploy', 'process', target, 'auto', 300_000, 1, 1000]);
  expect(of('web/publish')).toEqual(['scm', 'publish', 'file', target, 'auto', 120_000, 3, 1000]);
});

test('inputs are as the bridges read them', () => {
  const plan = planned(input(three));
  const id = /buildId = (.{64})/.exec(inputsOf(plan, 'web/compile').join('\n'))?.[1] ?? '';
  const version = `0.0.0+${id.slice(0, 12)}`;
  expect(inputsOf(plan, 'web/compile')).toEqual([
    'name = three/web',
    `version = ${version}`,
    `buildId = ${id}`,
    'source = {"path":"/base/web"}',
    `revision = ${sha256('web')}`,
    'build = {"output":"dist","run":[["mkdir","-p","dist"],["cp","-R","main.mjs","vendor","dist"]]}',
    'needs = [{"name":"money","path":"vendor/money"}]',
    'need:money = money/compile → artifact',
  ]);
  expect(inputsOf(plan, 'web/package')).toEqual([
    'name = three/web',
    `version = ${version}`,
    'artifact = web/compile → artifact',
    'package = {"files":{"dist":"/app"},"workdir":"/app"}',
  ]);
  expect(inputsOf(plan, 'web/configure')).toEqual([
    'wants = [{"component":"store","name":"components.store.url","output":"url"}]',
    'config = {"greeting":"hello"}',
  ]);
  expect(inputsOf(plan, 'web/deploy').filter((line) => !line.startsWith('workload') && !line.startsWith('origins'))).toEqual([
    'image = web/package → image',
    `version = ${version}`,
    'kind = service',
    'outputs = {"url":"http://${service.host}:${service.ports.http}"}',
    'values = web/configure → values',
    'configuration = web/configure → configuration',
    'spec = single',
    'parameters = {}',
  ]);
  expect(inputsOf(plan, 'store/deploy').find((line) => line.startsWith('workload'))).toBe(
    'workload = {"args":[],"command":["node","main.mjs"],"livenessProbe":null,"ports":{"http":{"port":8080}},' +
      '"readinessProbe":{"httpGet":{"path":"/ready","port":8080}},"readyWithin":"30s","replicas":1,"settle":"0s",' +
      '"variables":{"DATA":"${volumes.data}","PORT":"${ports.http}"},"volumes":{"/data":{"source":"data"}}}',
  );
  expect(inputsOf(plan, 'web/publish')).toEqual(['output:url = web/deploy → url']);
});

const artifact = (name: string, id: string): string => `bpr:three/${name}/${id.repeat(64)}@${sha256('artifact')}`;
const manifest = {
  version: '2026.11.24-1',
  components: [
    { name: 'money', revision: sha256('money'), artifact: artifact('money', 'a'), image: null },
    { name: 'store', revision: sha256('store'), artifact: artifact('store', 'b'), image: sha256('store image') },
    { name: 'web', revision: sha256('web'), artifact: artifact('web', 'c'), image: sha256('web image') },
  ],
};

test('a deploy takes the images of its release and builds nothing', () => {
  const plan = planned(input(three, { request: { kind: 'deploy', release: '2026.11.24-1' }, manifest }));
  expect(told(plan)).toEqual([
    'store/configure',
    'store/deploy after store/configure',
    'store/publish after store/deploy',
    'web/configure after store/publish',
    'web/deploy after web/configure',
    'web/publish after web/deploy',
  ]);
  expect(inputsOf(plan, 'web/deploy').slice(0, 2)).toEqual([`image = ${sha256('web image')}`, 'version = 0.0.0+cccccccccccc']);
});

test('a deploy of no release, or of one that is not complete, is refused', () => {
  expect(wrong(input(three, { request: { kind: 'deploy', release: '9' } }))).toEqual([
    'request /release: there is no such thing as the release "9" of three; release or package it first',
  ]);
  const half = { ...manifest, components: manifest.components.map((component) => ({ ...component, image: null })) };
  expect(wrong(input(three, { request: { kind: 'deploy', release: '1' }, manifest: half }))).toEqual([
    'request /release: the release "1" has no image of store; package it again',
    'request /release: the release "1" has no image of web; package it again',
  ]);
});

test('a dependency without outputs is waited for by its deploy', () => {
  const text = within({})
    .replace("outputs: { url: 'http://${service.host}:${service.ports.http}' }", '')
    .replace(", STORE_URL: '${components.store.url}'", '');
  expect(told(planned(input(text))).filter((line) => line.startsWith('store/publish') || line.startsWith('web/configure'))).toEqual([
    'web/configure after web/package, store/deploy',
  ]);
});

test('the lease is of all that is touched', () => {
  expect(planned(input(three)).lease).toEqual(['three/store', 'three/web']);
});

test.each([
  ['nothing runs', {}, {}, [], 'eager'],
  ['a component runs', {}, {}, [runs('three/web')], 'buildFirst'],
  ['another product runs', {}, {}, [runs('other/web')], 'eager'],
  ['all is stopped', {}, {}, [runs('three/web', 'stopped')], 'eager'],
  ['the stage is production', { stage: 'production' }, {}, [], 'buildFirst'],
  ['the stage is staging', { stage: 'staging' }, {}, [], 'buildFirst'],
  ['the environment is protected', { protected: true }, {}, [], 'buildFirst'],
  ['production is said to be open', { stage: 'production', protected: false }, {}, [], 'eager'],
  ['the environment says so', { pipeline: 'eager' }, {}, [runs('three/web')], 'eager'],
  ['the request says so', { pipeline: 'buildFirst', stage: 'production' }, { pipeline: 'eager' as const }, [runs('three/web')], 'eager'],
])('where %s the pipeline is by rule', (_name, spec, request, running, expected) => {
  expect(planned(input(within(spec), { request, running })).pipeline).toBe(expected);
});

test('changes that are not committed are refused where protected, and not elsewhere', () => {
  expect(planned(input(three, { dirty: true })).protected).toBe(false);
  expect(wrong(input(within({ stage: 'production' }), { dirty: true }))).toEqual(
    ['money', 'store', 'web'].map(
      (name) => `request /environment: the source of ${name} has changes that are not committed; a protected environment takes none`,
    ),
  );
});

const sized: DeploymentSpec = {
  apiVersion: 'srm/v1',
  kind: 'DeploymentSpec',
  metadata: { name: 'sized', tenant: 'default' },
  spec: {
    for: ['service'],
    parameters: {
      type: 'object',
      properties: { heap: { type: 'integer', minimum: 16, maximum: 64, default: 32 }, mode: { type: 'string' } },
    },
    workload: { variables: { HEAP: '${parameters.heap}', MODE: '${parameters.mode}', STORE_URL: 'of the spec' }, readyWithin: '10m' },
  },
};

test('spec < component < environment < request, and the origin of each value is named', () => {
  const text = within({ components: { 'three/web': { spec: 'sized', parameters: { heap: 48, mode: 'a' }, config: { greeting: 'hi' } } } });
  const plan = planned(input(text, { specs: [sized], request: perComponent('web', null, '{"mode":"b"}') }));
  const lines = inputsOf(plan, 'web/deploy');
  const json = (name: string): unknown => JSON.parse(lines.find((line) => line.startsWith(`${name} = `))?.slice(name.length + 3) ?? 'null');
  expect(json('parameters')).toEqual({ heap: 48, mode: 'b' });
  expect(json('workload')).toMatchObject({
    readyWithin: '600s',
    variables: { HEAP: '48', MODE: 'b', STORE_URL: '${components.store.url}' },
  });
  expect(json('origins')).toEqual({
    spec: 'environment',
    'parameters.heap': 'environment',
    'parameters.mode': 'request',
    'config.greeting': 'environment',
    'workload.command': 'component',
    'workload.ports.http': 'component',
    'workload.readinessProbe': 'component',
    'workload.readyWithin': 'spec sized',
    'workload.variables.GREETING': 'component',
    'workload.variables.HEAP': 'environment',
    'workload.variables.MODE': 'request',
    'workload.variables.PORT': 'component',
    'workload.variables.STORE_URL': 'component',
  });
  expect(inputsOf(plan, 'web/configure')[1]).toBe('config = {"greeting":"hi"}');
  expect(plan.steps.find(({ id }) => id === 'web/deploy')?.deadline).toBe(660_000);
});

test('what is wrong with choices is said all at once, where it was chosen', () => {
  const components = {
    'three/web': { spec: 'sized', parameters: { heap: 65, size: 1 }, config: { greting: 'hi', greeting: 1 } },
    'three/stor': {},
    'three/money': {},
    'other/web': { spec: 'nothing' },
  };
  const request = {
    perComponent: [
      { name: 'store', spec: 'singel', parameters: '[]', replicas: null },
      { name: 'money', spec: 'single', parameters: null, replicas: null },
      { name: 'wep', spec: null, parameters: null, replicas: null },
      { name: 'store', spec: null, parameters: null, replicas: null },
    ],
  };
  const at = 'Environment/development /spec/components';
  expect(wrong(input(within({ components }), { specs: [sized], request }))).toEqual([
    'request /perComponent/1/name: money is a library and is not deployed; leave it out',
    'request /perComponent/2/name: unknown component "wep"; did you mean "web"?',
    'request /perComponent/3/name: store is there twice; keep one',
    `${at}/three~1stor: three deploys no component "stor"; did you mean "store"?`,
    `${at}/three~1money: three deploys no component "money"; known: store, web`,
    'request /perComponent/0/spec: unknown deployment spec "singel"; did you mean "single"?',
    'request /perComponent/0/parameters: parameters must be a JSON object',
    `${at}/three~1web/config/greting: unknown configuration item "greting"; did you mean "greeting"?`,
    `${at}/three~1web/config/greeting: 1 is not a text`,
    `${at}/three~1web/parameters/heap: 65 is too large; at most 64`,
    `${at}/three~1web/parameters/size: unknown parameter "size"; known: heap, mode`,
    'Product/three /spec/components/2: the parameter mode of the spec sized has no value for web; give one with the request',
  ]);
});

test('a component takes only the specs it supports, a spec only its kinds', () => {
  const supports = within({}).replace('dependsOn: [store]', 'specs: [single]');
  expect(wrong(input(supports, { specs: [sized], request: perComponent('web', 'sized', '{"mode":"a"}') }))).toEqual([
    'request /perComponent/0/spec: web supports only the specs single, not sized',
  ]);
  const forJobs: DeploymentSpec = { ...sized, spec: { for: ['job'] } };
  expect(wrong(input(three, { specs: [forJobs], request: perComponent('web', 'sized') }))).toEqual([
    'request /perComponent/0/spec: the spec sized is for job, and web is a service',
  ]);
});

test('the process target refuses several instances and limits, and paths into the image', () => {
  expect(wrong(input(three, { request: perComponent('web', 'replicated') }))).toEqual([
    'request /perComponent/0/spec: not supported yet by target process: 3 replicas and resources of web (spec replicated); use the spec single, which runs one process without limits',
  ]);
  const absolute = within({})
    .replace('command: [node, main.mjs]', 'command: [node, /app/main.mjs]')
    .replace('httpGet: { path: /ready, port: 8080 }', 'exec: { command: [/app] }');
  expect(wrong(input(absolute))).toEqual([
    'Product/three /spec/components/1/workload/command/1: not supported yet by target process: "/app/main.mjs" is a path in the image, and a process runs without one; write it relative to workdir /app',
    'Product/three /spec/components/1/workload/readinessProbe/exec/command/0: not supported yet by target process: "/app" is a path in the image, and a process runs without one; write it relative to workdir /app',
  ]);
});

test('an item without a value is refused', () => {
  expect(wrong(input(within({}).replace('{ type: string, default: hello }', '{ type: string }')))).toEqual([
    'Product/three /spec/components/2/config/greeting: the configuration item greeting of web has no value; give it a default, or a value in components of environment development',
  ]);
});

test('items and parameters named like what every object has are their own', () => {
  const text = within({ components: { 'three/web': { config: { constructor: 'x' } } } });
  expect(wrong(input(text))).toEqual([
    'Environment/development /spec/components/three~1web/config/constructor: unknown configuration item "constructor"; known: greeting',
  ]);
  expect(wrong(input(three, { request: perComponent('web', null, '{"__proto__":1,"toString":2}') }))).toEqual([
    'request /perComponent/0/parameters/__proto__: unknown parameter "__proto__"; there are none',
    'request /perComponent/0/parameters/toString: unknown parameter "toString"; there are none',
  ]);
});

test.each(['release', 'deploy', 'start', 'stop'])('a %s needs an environment', (kind) => {
  expect(wrong(input(noEnvironment, { request: { kind }, manifest }))).toEqual([
    `request /environment: a ${kind} needs an environment; name one that is defined`,
  ]);
});

test('what is not built yet is refused by name', () => {
  expect(wrong(input(three, { request: { kind: 'execute' } }))).toEqual([
    'request /kind: not supported yet: operation "execute"; ask for compile, package, deploy, release, start, stop, restart, destroy, scale, rollback, undo',
  ]);
  expect(wrong(input(three, { request: { kind: 'compile', ...perComponent('web', 'single') } }))).toEqual([
    'request /perComponent/0/name: a compile deploys nothing, so it takes neither spec nor parameters; leave perComponent out',
  ]);
});

test('sources that were not looked at are refused', () => {
  expect(wrong({ ...input(noEnvironment, { request: { kind: 'compile' } }), material: { components: [] } })).toEqual(
    ['money', 'store', 'web'].map((name) => `Product/three /spec/components: no source of ${name} was found; look at its source.path`),
  );
});

test('a stop stops what runs, dependents first; a start starts what is stopped, dependencies first', () => {
  const running = [runs('three/store'), runs('three/web'), runs('other/web')];
  expect(told(planned(input(three, { request: { kind: 'stop' }, running })))).toEqual(['web/stop', 'store/stop after web/stop']);
  const stopped = [runs('three/store', 'stopped'), runs('three/web', 'stopped')];
  expect(told(planned(input(three, { request: { kind: 'start' }, running: stopped })))).toEqual([
    'store/start',
    'web/start after store/start',
  ]);
});

test('where nothing runs a stop does nothing, and where all runs a start', () => {
  expect(planned(input(three, { request: { kind: 'stop' } })).steps).toEqual([]);
  expect(planned(input(three, { request: { kind: 'start' }, running: [runs('three/web')] })).steps).toEqual([]);
});

test('what runs and is defined no more is stopped too; what is not certain as well', () => {
  const running = [runs('three/old'), runs('three/web', 'uncertain'), runs('three/store', 'absent')];
  expect(told(planned(input(three, { request: { kind: 'stop' }, running })))).toEqual(['web/stop', 'old/stop']);
});

test('the order holds across a job, which is neither stopped nor started', () => {
  const component = (name: string, dependsOn: readonly string[], kind = 'service') => ({
    name,
    source: { path: '/s' },
    build: { run: [['make']], output: 'o' },
    package: { files: { o: '/app' } },
    dependsOn,
    workload: { kind, command: ['a'] },
  });
  const components = [component('web', ['schema']), component('schema', ['db'], 'job'), component('db', [])];
  const text = `${JSON.stringify({ apiVersion: 'srm/v1', kind: 'Product', metadata: { name: 'shop' }, spec: { components } })}\n---\n${development()}`;
  const running = [runs('shop/web'), runs('shop/schema', 'completed'), runs('shop/db')];
  expect(told(planned(input(text, { request: { kind: 'stop' }, running })))).toEqual(['web/stop', 'db/stop after web/stop']);
  const stopped = [runs('shop/web', 'stopped'), runs('shop/schema', 'completed'), runs('shop/db', 'stopped')];
  expect(told(planned(input(text, { request: { kind: 'start' }, running: stopped })))).toEqual(['db/start', 'web/start after db/start']);
});

test('a job of which it is not certain that it came to its end runs again with the next deploy, also of the same', () => {
  const component = (name: string, kind: string) => ({
    name,
    source: { path: '/s' },
    build: { run: [['make']], output: 'o' },
    package: { files: { o: '/app' } },
    workload: { kind, command: ['a'] },
  });
  const spec = { components: [component('web', 'service'), component('schema', 'job')] };
  const text = `${JSON.stringify({ apiVersion: 'srm/v1', kind: 'Product', metadata: { name: 'shop' }, spec })}\n---\n${development()}`;
  const forcedAt = (state: 'uncertain' | 'completed'): readonly string[] =>
    planned(input(text, { running: [runs('shop/web', state), runs('shop/schema', state)] }))
      .steps.filter(({ inputs }) => inputs.some(({ name }) => name === 'force'))
      .map(({ id }) => id);
  expect([forcedAt('uncertain'), forcedAt('completed')]).toEqual([['schema/deploy'], []]);
});

test('a plan that was expected is carried out, another one is refused', () => {
  const { planDigest } = planned(input(three));
  expect(planned(input(three, { request: { expectedPlan: planDigest, version: '7' } })).planDigest).toBe(planDigest);
  const changed = input(three, { request: { expectedPlan: planDigest }, sources: new Map([['web', 'changed']]) });
  expect(wrong(changed)[0]).toMatch(/^request \/expectedPlan: the plan is no longer the one that was expected, it is now sha256:/);
});

test('a change of a source changes the builds that need it, and no others', () => {
  const builds = (changed: string): readonly (string | undefined)[] => {
    const plan = planned(input(three, { sources: new Map([[changed, 'changed']]) }));
    return ['money', 'store', 'web'].map((name) => inputsOf(plan, `${name}/compile`)[2]);
  };
  const [before, after] = [builds('none'), builds('money')];
  expect(before.map((build, index) => build === after[index])).toEqual([false, true, false]);
});

test('by force what would be unchanged is built and deployed again', () => {
  const forced = (kind: string) => planned(input(three, { request: { kind, force: true } })).steps.flatMap(({ id, inputs }) => (inputs.some(({ name, value }) => name === 'force' && value === 'true') ? [id] : [])); // prettier-ignore
  expect(forced('release')).toEqual([
    'money/compile',
    'store/compile',
    'store/package',
    'web/compile',
    'web/package',
    'store/deploy',
    'web/deploy',
  ]);
  expect(planned(input(three)).planDigest).not.toBe(planned(input(three, { request: { force: true } })).planDigest);
});
