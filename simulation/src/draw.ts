import type { Job } from '@srm/bridge';
import { digestOf } from '@srm/definitions';
import type { ActOnOperation, RequestOperation } from '@srm/schemas';
import type { Rates } from './faults.ts';
import { chance, type Chance } from './random.ts';
import type { Behaviour } from './target.ts';

/** An operator's command, said after so many milliseconds. `step`: one that failed, any, or none is named; `at`: judged now, earlier, or not said. */
export type DrawnAct = Readonly<{
  after: number;
  action: ActOnOperation['data']['action'];
  step: 'failed' | 'any' | null;
  at: 'now' | 'stale' | null;
  times: 1 | 2;
}>;

export type DrawnOperation = Readonly<{ asked: Partial<RequestOperation['data']>; after: number; acts: readonly DrawnAct[] }>;

export type Drawn = Readonly<{
  yaml: string;
  operations: readonly DrawnOperation[];
  /** Do they run one after the other, or at once? */
  atOnce: boolean;
  rates: Rates;
  instances: 1 | 2;
  /** For how long the faults go on, in milliseconds. */
  storm: number;
  /** Milliseconds by which clocks may be wrong. */
  skew: number;
  /** Milliseconds between two rebalances; null: none. */
  rebalance: number | null;
  /** Senseless records thrown onto the topics. */
  poison: number;
  /** Reports that nobody's bridge wrote. */
  forged: number;
  /** A service that dies in the storm and is not started again before it is over. */
  silent: Readonly<{ service: string; after: number }> | null;
  /** A day later, all that was ever said is said again. */
  nextDay: boolean;
  behaviour: (job: Job) => Behaviour;
}>;

/** The names of what is drawn, each of which can be left out to see whether it matters. */
export type Without = ReadonlySet<
  keyof Rates | 'skew' | 'rebalance' | 'poison' | 'forged' | 'silent' | 'nextDay' | 'instances' | 'acts' | 'targets'
>;

const minute = 60_000;
const environments = ['development', 'staging'];

/** Everything that a seed decides before the start. */
export function drawn(seed: number, without: Without = new Set()): Drawn {
  const by = chance(seed);
  const draw = whole(seed, by);
  const rates = { ...draw.rates };
  for (const name of Object.keys(rates) as (keyof Rates)[]) if (without.has(name)) rates[name] = 0;
  return {
    ...draw,
    rates,
    instances: without.has('instances') ? 1 : draw.instances,
    skew: without.has('skew') ? 0 : draw.skew,
    rebalance: without.has('rebalance') ? null : draw.rebalance,
    poison: without.has('poison') ? 0 : draw.poison,
    forged: without.has('forged') ? 0 : draw.forged,
    silent: without.has('silent') ? null : draw.silent,
    nextDay: !without.has('nextDay') && draw.nextDay,
    operations: without.has('acts') ? draw.operations.map((one) => ({ ...one, acts: [] })) : draw.operations,
    behaviour: without.has('targets') ? behaves(seed, 0, 0) : draw.behaviour,
  };
}

function whole(seed: number, by: Chance): Drawn {
  const rate = (most: number): number => (by.is(0.5) ? by.next() * most : 0);
  const rates: Rates = {
    refused: rate(0.02),
    unacknowledged: rate(0.02),
    slow: rate(0.01),
    doubled: rate(0.3),
    replayed: rate(0.1),
    reordered: rate(0.3),
    delayed: rate(0.01),
    death: rate(0.003),
    freeze: rate(0.001),
  };
  const products = by.is(0.25) ? ['shop', 'desk'] : ['shop'];
  const sizes = products.map(() => 3 + by.below(4));
  const operations = Array.from({ length: 1 + by.below(4) }, (_, n) => operation(by, n, products, sizes));
  return {
    yaml: definitions(by, products, sizes),
    operations,
    atOnce: by.is(0.5),
    rates,
    instances: by.of([1, 2]),
    storm: by.of([1, 3, 10]) * minute,
    skew: by.of([0, 0, 0, 2000, 90_000]),
    rebalance: by.is(0.3) ? 1000 + by.below(10_000) : null,
    poison: by.is(0.2) ? 1 + by.below(6) : 0,
    forged: by.is(0.2) ? 1 + by.below(6) : 0,
    silent: by.is(0.1)
      ? { service: by.of(['ci-bridge', 'sem-bridge', 'scm-bridge', 'query-api', 'orchestrator']), after: by.below(30_000) }
      : null,
    nextDay: by.is(0.3),
    behaviour: behaves(seed, by.of([0, 0, 0.03, 0.1]), by.of([0, 0.05, 0.2])),
  };
}

const kinds = ['release', 'release', 'release', 'deploy', 'deploy', 'compile', 'package', 'stop', 'start', 'restart', 'destroy'] as const;
const actions = ['cancel', 'cancel', 'hold', 'resume', 'retry', 'skip', 'giveUp', 'abandon'] as const;

function operation(by: Chance, n: number, products: readonly string[], sizes: readonly number[]): DrawnOperation {
  const of = by.below(products.length);
  const some = Array.from({ length: sizes[of] ?? 0 }, (_, component) => `c${component}`).filter(() => by.is(0.4));
  const acts = by.is(0.35) ? Array.from({ length: 1 + by.below(4) }, () => act(by)) : [];
  return {
    asked: {
      kind: n === 0 ? 'release' : by.of(kinds),
      product: products[of] ?? 'shop',
      environment: by.is(0.8) ? 'development' : by.of(environments),
      components: by.is(0.25) ? some : [],
      onFailure: by.of([null, null, 'compensate' as const, 'hold' as const, 'keep' as const]),
      pipeline: by.of([null, 'eager' as const, 'buildFirst' as const]),
      preview: by.is(0.05),
      force: by.of([null, null, true]),
    },
    after: by.is(0.5) ? 0 : by.below(20_000),
    acts,
  };
}

const act = (by: Chance): DrawnAct => ({
  after: by.of([5_000, 60_000]) * by.next(),
  action: by.of(actions),
  step: by.of(['failed' as const, 'failed' as const, 'any' as const, null, null]),
  at: by.of(['now' as const, 'stale' as const, null, null]),
  times: by.is(0.3) ? 2 : 1,
});

/** Components of which each may depend on those before it; libraries may be needed by builds. */
function definitions(by: Chance, products: readonly string[], sizes: readonly number[]): string {
  const all = [
    ...products.map((name, n) => ({
      apiVersion: 'srm/v1',
      kind: 'Product',
      metadata: { name, tenant: 'acme' },
      spec: { components: components(by, sizes[n] ?? 3) },
    })),
    ...environments.map((name) => ({
      apiVersion: 'srm/v1',
      kind: 'Environment',
      metadata: { name, tenant: 'acme' },
      spec: { stage: name, target: { driver: 'process' } },
    })),
  ];
  return all.map((document) => JSON.stringify(document)).join('\n---\n');
}

function components(by: Chance, count: number): readonly object[] {
  const names = Array.from({ length: count }, (_, n) => `c${n}`);
  const libraries = names.filter((_, n) => n < 2 && by.is(0.3));
  return names.map((name, n) => {
    const before = names.slice(0, n);
    const needs = Object.fromEntries(
      before.filter((other) => libraries.includes(other) && by.is(0.5)).map((other) => [other, `lib/${other}`]),
    );
    const build = { needs, run: [['make']], output: 'dist' };
    const source = { path: `/src/${name}` };
    if (libraries.includes(name)) return { name, type: 'library', source, build };
    const stands = before.filter((other) => !libraries.includes(other) && by.is(0.4));
    const variables = Object.fromEntries(stands.map((other) => [other.toUpperCase(), `\${components.${other}.url}`]));
    const workload = { command: ['node', 'main.js'], variables, ports: { http: { port: 8080 } } };
    const outputs = { url: 'http://${service.host}:${service.ports.http}' };
    return { name, source, build, package: { files: { dist: '/app' }, workdir: '/app' }, workload, outputs };
  });
}

/** What a job comes to follows from seed, step and attempt alone: asked twice, the answer is the same. */
const behaves =
  (seed: number, failing: number, odd: number) =>
  (job: Job): Behaviour => {
    const by = chance(parseInt(digestOf([seed, job.operation, job.step, job.attempt]).slice(7, 15), 16));
    const outputs = {
      artifact: `bpr:${job.component}`,
      image: digestOf([job.operation, job.component]),
      url: `http://${job.component}`,
      values: '{}',
      configuration: digestOf(job.component),
      kept: '[]',
    };
    const fails = by.is(failing);
    const does = !fails || by.is(0.6);
    const unchanged = !fails && job.undoes === null && by.is(0.1);
    return {
      refuses: fails && by.is(0.3) ? { reason: `${job.step} was refused`, retryable: by.is(0.3) } : null,
      underway: by.is(odd) ? by.of([500, 3000, 8000]) : 0,
      queued: by.is(odd) ? by.below(900) : 0,
      lasts: by.of([0, 0, 200, 2000, 20_000]),
      ends: fails ? by.of(['fails', 'fails', 'hangs'] as const) : 'succeeds',
      retryable: by.is(0.3),
      does: does && !unchanged,
      says: does ? by.of(['possible', 'done'] as const) : by.of(['none', 'possible'] as const),
      unchanged,
      outputs: by.is(odd / 4) ? lies(by, outputs) : outputs,
      deaf: by.is(odd),
      unknownFor: by.is(odd) ? by.of([2000, 40_000]) : 0,
      backwards: by.is(odd),
    };
  };

/** Outputs that are missing, or not what they should be. */
const lies = (by: Chance, outputs: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  by.of<Readonly<Record<string, string>>>([{}, { ...outputs, url: '' }, { ...outputs, values: 'not json' }, { ...outputs, __more: 'x' }]);
