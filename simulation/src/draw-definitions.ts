import type { Chance } from './random.ts';

export const environments = ['development', 'staging'] as const;

/** The products of a seed: those of their components that run, by product. */
export type DrawnProducts = Readonly<{ yaml: string; running: ReadonlyMap<string, readonly string[]> }>;

/** Products and environments, as documents. */
export function drawnProducts(by: Chance): DrawnProducts {
  const names = by.is(0.25) ? ['shop', 'desk'] : ['shop'];
  const products = names.map((name) => ({ name, components: components(by, 3 + by.below(4)) }));
  const all = [
    ...products.map(({ name, components: some }) => ({
      apiVersion: 'srm/v1',
      kind: 'Product',
      metadata: { name, tenant: 'acme' },
      spec: { components: some },
    })),
    ...environments.map((name) => ({
      apiVersion: 'srm/v1',
      kind: 'Environment',
      metadata: { name, tenant: 'acme' },
      spec: {
        stage: name,
        ...(by.is(0.2) ? { protected: true } : {}),
        target: { driver: 'process', ...(by.is(0.4) ? { 'x-many': true } : {}) },
      },
    })),
  ];
  return {
    yaml: all.map((document) => JSON.stringify(document)).join('\n---\n'),
    running: new Map(products.map((product) => [product.name, product.components.flatMap((one) => ('outputs' in one ? [one.name] : []))])),
  };
}

/** Components of which each may depend on those before it; libraries may be needed by builds. Jobs give nothing that others could ask for. */
function components(by: Chance, count: number) {
  const names = Array.from({ length: count }, (_, n) => `c${n}`);
  const libraries = names.filter((_, n) => n < 2 && by.is(0.3));
  const jobs = names.filter((name) => !libraries.includes(name) && by.is(0.1));
  const decisive = by.is(0.4);
  return names.map((name, n) => {
    const before = names.slice(0, n);
    const needs = Object.fromEntries(
      before.filter((other) => libraries.includes(other) && by.is(0.5)).map((other) => [other, `lib/${other}`]),
    );
    const build = { needs, run: [['make']], output: 'dist' };
    const source = { path: `/src/${name}` };
    if (libraries.includes(name)) return { name, type: 'library', source, build };
    const stands = before.filter((other) => !libraries.includes(other) && by.is(0.4));
    const dependsOn = stands.filter((other) => jobs.includes(other));
    const asks = stands.filter((other) => !jobs.includes(other));
    const built = { name, source, build, package: { files: { dist: '/app' }, workdir: '/app' }, dependsOn };
    return { ...built, ...run(by, asks, jobs.includes(name)), ...(decisive ? undo(by) : {}) };
  });
}

const undo = (by: Chance) => by.of([{}, { undo: 'keep' }, { undo: 'hold' }, { undo: { command: ['node', 'down.js'] } }] as const);

/** How a component runs, and what it gives. */
function run(by: Chance, asks: readonly string[], job: boolean) {
  const command = ['node', 'main.js'];
  const variables = Object.fromEntries(asks.map((other) => [other.toUpperCase(), `\${components.${other}.url}`]));
  if (job) return { workload: { kind: 'job', command, variables } };
  const volumes = by.is(0.15) ? { volumes: { '/data': { source: 'data', size: '1Gi' } } } : {};
  const workload = { command, variables, ports: { http: { port: 8080 } }, ...volumes };
  return { workload, outputs: { url: 'http://${service.host}:${service.ports.http}' } };
}
