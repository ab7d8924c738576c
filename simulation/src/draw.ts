import type { Job, Script } from '@srm/bridge';
import { digestOf } from '@srm/definitions';
import type { RequestOperation } from '@srm/schemas';
import type { Rates } from './faults.ts';
import { chance, type Chance } from './random.ts';

export type Drawn = Readonly<{
  yaml: string;
  operations: readonly Readonly<{ asked: Partial<RequestOperation['data']>; cancelAfter: number | null }>[];
  /** Do they run one after the other, or at once? */
  atOnce: boolean;
  rates: Rates;
  instances: 1 | 2;
  script: (job: Job) => Script;
}>;

/** Everything that a seed decides before the start. */
export function drawn(seed: number): Drawn {
  const by = chance(seed);
  const rate = (most: number): number => (by.is(0.5) ? by.next() * most : 0);
  const rates = {
    refused: rate(0.02),
    unacknowledged: rate(0.02),
    doubled: rate(0.3),
    replayed: rate(0.1),
    death: rate(0.003),
    freeze: rate(0.001),
  };
  const failing = by.of([0, 0, 0.03, 0.1]);
  const kinds = ['release', 'release', 'deploy', 'stop', 'start', 'package'] as const;
  const operations = Array.from({ length: 1 + by.below(3) }, (_, n) => ({
    asked: {
      kind: n === 0 ? ('release' as const) : by.of(kinds),
      onFailure: by.of([null, 'keep' as const]),
      pipeline: by.of([null, 'eager' as const, 'buildFirst' as const]),
    },
    cancelAfter: by.is(0.2) ? by.below(60_000) : null,
  }));
  return { yaml: product(by), operations, atOnce: by.is(0.4), rates, instances: by.of([1, 2]), script: scripted(seed, failing) };
}

/** Components of which each may depend on those before it; libraries may be needed by builds. */
function product(by: Chance): string {
  const count = 2 + by.below(4);
  const components = Array.from({ length: count }, (_, n) => {
    const name = `c${n}`;
    const build = { run: [['make']], output: 'dist' };
    if (n === 0 && by.is(0.4)) return { name, type: 'library', source: { path: `/src/${name}` }, build };
    return { name, source: { path: `/src/${name}` }, build, package: { files: { dist: '/app' }, workdir: '/app' } };
  });
  const services = components.map((component, n) => {
    if ('type' in component) return component;
    const before = components
      .slice(0, n)
      .filter((other) => !('type' in other) && by.is(0.4))
      .map((other) => other.name);
    const variables = Object.fromEntries(before.map((other) => [other.toUpperCase(), `\${components.${other}.url}`]));
    const workload = { command: ['node', 'main.js'], variables, ports: { http: { port: 8080 } } };
    return { ...component, workload, outputs: { url: 'http://${service.host}:${service.ports.http}' } };
  });
  const documents = [
    { apiVersion: 'srm/v1', kind: 'Product', metadata: { name: 'shop', tenant: 'acme' }, spec: { components: services } },
    {
      apiVersion: 'srm/v1',
      kind: 'Environment',
      metadata: { name: 'development', tenant: 'acme' },
      spec: { stage: 'development', target: { driver: 'process' } },
    },
  ];
  return documents.map((document) => JSON.stringify(document)).join('\n---\n');
}

/** What a job comes to follows from seed, step and attempt alone: asked twice, the answer is the same. */
const scripted =
  (seed: number, failing: number) =>
  (job: Job): Script => {
    const by = chance(parseInt(digestOf([seed, job.operation, job.step, job.attempt]).slice(7, 15), 16));
    const outputs = {
      artifact: `bpr:${job.component}`,
      image: digestOf([job.operation, job.component]),
      url: `http://${job.component}`,
      values: '{}',
      configuration: digestOf(job.component),
    };
    const looks = by.of([0, 0, 1, 3]);
    if (by.is(failing)) {
      const effect = by.of(['none', 'possible', 'done'] as const);
      return by.of<Script>([
        { does: 'fail', reason: `${job.step} broke`, effect, retryable: by.is(0.3), looks },
        { does: 'refuse', reason: `${job.step} was refused` },
        { does: 'hang', effect: by.of(['possible', 'done'] as const) },
      ]);
    }
    return { does: 'succeed', outputs, looks, unchanged: job.undoes === null && by.is(0.1) };
  };
