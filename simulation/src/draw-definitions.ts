import type { Defined } from './laws/index.ts';
import type { Chance } from './random.ts';

export const environments = ['development', 'staging'] as const;

/** The products of a seed: those of their components that run, by product. `again`: the same, where some give another address, in force
 *  when so many operations are through; null: they stay as they are. */
export type DrawnProducts = Readonly<{
  yaml: string;
  again: Readonly<{ yaml: string; turn: number }> | null;
  running: ReadonlyMap<string, readonly string[]>;
  defined: Defined;
}>;

/** Products and environments, as documents. */
export function drawnProducts(by: Chance): DrawnProducts {
  const names = by.is(0.25) ? ['shop', 'desk'] : ['shop'];
  const products = names.map((name) => ({ name, components: components(by, 3 + by.below(4)) }));
  const policies = new Map(environments.map((name) => [name, by.of([null, null, null, 'compensate', 'keep', 'hold'] as const)]));
  const places = environments.map((name) => ({
    apiVersion: 'srm/v1',
    kind: 'Environment',
    metadata: { name, tenant: 'acme' },
    spec: {
      stage: name,
      ...(by.is(0.2) ? { protected: true } : {}),
      ...(policies.get(name) === null ? {} : { onFailure: policies.get(name) }),
      target: { driver: 'process', ...(by.is(0.4) ? { 'x-many': true } : {}) },
    },
  }));
  return {
    yaml: written([...products.map(document), ...places]),
    again: by.is(0.3)
      ? {
          yaml: written(products.map(({ name, components }) => document({ name, components: components.map((one) => moved(by, one)) }))),
          turn: 1 + by.below(2),
        }
      : null,
    running: new Map(
      products.map((product) => [product.name, product.components.flatMap(({ yaml }) => ('outputs' in yaml ? [yaml.name] : []))]),
    ),
    defined: {
      components: new Map(
        products.flatMap((product) => product.components.map(({ yaml, ...says }) => [`${product.name}/${yaml.name}`, says] as const)),
      ),
      policies: new Map([...policies].flatMap(([name, policy]) => (policy === null ? [] : [[name, policy] as const]))),
    },
  };
}

const written = (documents: readonly object[]): string => documents.map((one) => JSON.stringify(one)).join('\n---\n');

const document = ({ name, components }: Readonly<{ name: string; components: readonly Component[] }>) => ({
  apiVersion: 'srm/v1',
  kind: 'Product',
  metadata: { name, tenant: 'acme' },
  spec: { components: components.map(({ yaml }) => yaml) },
});

type Component = Readonly<{
  yaml: Readonly<{ name: string; outputs?: Readonly<{ url: string }> }>;
  builtWith: readonly string[];
  asks: readonly string[];
  job: boolean;
}>;

const moved = (by: Chance, one: Component): Component =>
  one.yaml.outputs === undefined || by.is(0.3) ? one : { ...one, yaml: { ...one.yaml, outputs: { url: `${one.yaml.outputs.url}/v2` } } };

/** Components of which each may depend on those before it; libraries may be needed by builds. Jobs give nothing that others could ask for. */
function components(by: Chance, count: number): readonly Component[] {
  const names = Array.from({ length: count }, (_, n) => `c${n}`);
  const libraries = names.filter((_, n) => n < 2 && by.is(0.3));
  const jobs = names.filter((name) => !libraries.includes(name) && by.is(0.1));
  const decisive = by.is(0.4);
  return names.map((name, n): Component => {
    const before = names.slice(0, n);
    const builtWith = before.filter((other) => libraries.includes(other) && by.is(0.5));
    const build = { needs: Object.fromEntries(builtWith.map((other) => [other, `lib/${other}`])), run: [['make']], output: 'dist' };
    const source = { path: `/src/${name}` };
    if (libraries.includes(name))
      return { yaml: Object.assign({ name }, { type: 'library', source, build }), builtWith, asks: [], job: false };
    const stands = before.filter((other) => !libraries.includes(other) && by.is(0.4));
    const dependsOn = stands.filter((other) => jobs.includes(other));
    const asks = stands.filter((other) => !jobs.includes(other));
    const job = jobs.includes(name);
    const built = { name, source, build, package: { files: { dist: '/app' }, workdir: '/app' }, dependsOn };
    return { yaml: { ...built, ...run(by, asks, job), ...(decisive ? undo(by) : {}) }, builtWith, asks, job };
  });
}

const undo = (by: Chance) => by.of([{}, { undo: 'keep' }, { undo: 'hold' }, { undo: { command: ['node', 'down.js'] } }] as const);

/** How a component runs, and what it gives: its own address, now and then with one that it has from others. */
function run(by: Chance, asks: readonly string[], job: boolean) {
  const command = ['node', 'main.js'];
  const variables = Object.fromEntries(asks.map((other) => [other.toUpperCase(), `\${components.${other}.url}`]));
  if (job) return { workload: { kind: 'job', command, variables } };
  const volumes = by.is(0.15) ? { volumes: { '/data': { source: 'data', size: '1Gi' } } } : {};
  const workload = { command, variables, ports: { http: { port: 8080 } }, ...volumes };
  const handed = asks.length > 0 && by.is(0.15) ? `?of=\${components.${by.of(asks)}.url}` : '';
  return { workload, outputs: { url: `http://\${service.host}:\${service.ports.http}${handed}` } };
}
