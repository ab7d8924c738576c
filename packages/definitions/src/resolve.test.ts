import { type Chosen, resolveWorkload } from './resolve.ts';
import { replicated, single } from './specs.ts';
import type { Component, DeploymentSpec, Value, Workload } from './types.ts';
import { buildId, componentVersion } from './versions.ts';

const web = (workload: Workload): Component => ({ name: 'web', workload });
const spec = (workload: Workload): DeploymentSpec => ({ ...single, metadata: { name: 'small' }, spec: { for: ['service'], workload } });
const chosen = (values: Readonly<Record<string, readonly [Value, Chosen['rank']]>>): ReadonlyMap<string, Chosen> =>
  new Map(Object.entries(values).map(([name, [value, rank]]) => [name, { value, rank }]));

test('what nobody says is what is usual, and nothing is left open', () => {
  expect(resolveWorkload(web({ command: ['node', 'main.js'] }), single, new Map()).workload).toEqual({
    kind: 'service',
    command: ['node', 'main.js'],
    args: [],
    variables: {},
    volumes: {},
    ports: {},
    readinessProbe: null,
    livenessProbe: null,
    resources: null,
    settle: '0s',
    readyWithin: '30s',
    replicas: 1,
  });
  expect(resolveWorkload(web({ kind: 'job' }), single, new Map()).workload.readyWithin).toBe('600s');
});

test("the component's workload wins over the spec's, entry by entry where there are entries", () => {
  const { workload, origins } = resolveWorkload(
    web({ settle: '2s', variables: { B: 'own' } }),
    spec({ settle: '1s', readyWithin: '1500ms', variables: { A: 'spec', B: 'spec' } }),
    new Map(),
  );
  expect([workload.settle, workload.readyWithin, workload.variables]).toEqual(['2s', '1500ms', { A: 'spec', B: 'own' }]);
  expect(origins).toEqual({
    'workload.settle': 'component',
    'workload.readyWithin': 'spec',
    'workload.variables.A': 'spec',
    'workload.variables.B': 'component',
  });
});

test('a parameter that the environment or the request chose wins over the component, its default does not', () => {
  const replicas = (rank: Chosen['rank']): unknown => {
    const { workload, origins } = resolveWorkload(web({ replicas: 2 }), replicated, chosen({ replicas: [6, rank] }));
    return [workload.replicas, origins['workload.replicas']];
  };
  expect(replicas('spec')).toEqual([2, 'component']);
  expect(replicas('environment')).toEqual([6, 'environment']);
  expect(replicas('request')).toEqual([6, 'request']);
});

test('only parameters are filled in, and what they say is no placeholder', () => {
  const given = web({ command: ['${parameters.mode}', '${config.a}', '$${parameters.mode}'], variables: { A: 'x${parameters.mode}' } });
  const { workload } = resolveWorkload(given, single, chosen({ mode: ['${secrets.key}', 'request'] }));
  expect([workload.command, workload.variables]).toEqual([
    ['$${secrets.key}', '${config.a}', '$${parameters.mode}'],
    { A: 'x$${secrets.key}' },
  ]);
});

test('a probe at a port by name asks its number', () => {
  const { workload } = resolveWorkload(
    web({ ports: { http: { port: 8080 } }, readinessProbe: { httpGet: { path: '/', port: 'http' } } }),
    single,
    new Map(),
  );
  expect(workload.readinessProbe).toEqual({ httpGet: { path: '/', port: 8080 } });
});

const build = { run: [['make']], output: 'dist' };
const parts = { revision: `sha256:${'0'.repeat(64)}`, build, base: null, needs: new Map([['money', 'a'.repeat(64)]]) };

test('a build id follows from source, recipe, base and needs, and from nothing else', () => {
  const id = buildId(parts);
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  expect(buildId({ ...parts, build: { output: 'dist', run: [['make']] } })).toBe(id);
  const others = [
    buildId({ ...parts, revision: `sha256:${'1'.repeat(64)}` }),
    buildId({ ...parts, build: { ...build, run: [['make', 'all']] } }),
    buildId({ ...parts, build: { ...build, output: 'out' } }),
    buildId({ ...parts, base: `sha256:${'2'.repeat(64)}` }),
    buildId({ ...parts, needs: new Map([['money', 'b'.repeat(64)]]) }),
  ];
  expect(new Set([id, ...others]).size).toBe(6);
});

test('a version is the declared one, or 0.0.0, and twelve digits of the build id', () => {
  expect(componentVersion({ name: 'web' }, 'abcdef0123456789')).toBe('0.0.0+abcdef012345');
  expect(componentVersion({ name: 'web', version: '1.4.0-rc.1' }, 'abcdef0123456789')).toBe('1.4.0-rc.1+abcdef012345');
});
