import type { Job } from '@srm/bridge';
import { behaves } from './draw-behaviour.ts';
import { drawnProducts, type DrawnProducts } from './draw-definitions.ts';
import { drawnFreezes, drawnOperations, type DrawnFreeze, type DrawnOperation } from './draw-operations.ts';
import type { Rates } from './faults.ts';
import type { Defined } from './laws/index.ts';
import { chance, type Chance } from './random.ts';
import type { Behaviour } from './target.ts';

export type Drawn = Readonly<{
  yaml: string;
  defined: Defined;
  /** Products that are defined anew before the operation with this place, from 0; null: they stay as they are. */
  redefined: DrawnProducts['again'];
  operations: readonly DrawnOperation[];
  freezes: readonly DrawnFreeze[];
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
  | keyof Rates
  | 'skew'
  | 'rebalance'
  | 'poison'
  | 'forged'
  | 'silent'
  | 'nextDay'
  | 'instances'
  | 'acts'
  | 'targets'
  | 'freezes'
  | 'redefined'
>;

const minute = 60_000;

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
    freezes: without.has('freezes') ? [] : draw.freezes,
    redefined: without.has('redefined') ? null : draw.redefined,
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
  const products = drawnProducts(by);
  const atOnce = by.is(0.4);
  return {
    yaml: products.yaml,
    defined: products.defined,
    redefined: products.again,
    operations: drawnOperations(by, products, atOnce),
    freezes: drawnFreezes(by),
    atOnce,
    rates,
    instances: by.of([1, 2]),
    storm: by.of([1, 3, 10]) * minute,
    skew: by.of([0, 0, 0, 2000, 90_000]),
    rebalance: by.is(0.3) ? 1000 + by.below(10_000) : null,
    poison: by.is(0.2) ? 1 + by.below(6) : 0,
    forged: by.is(0.2) ? 1 + by.below(6) : 0,
    silent: by.is(0.12)
      ? { service: by.of(['ci-bridge', 'sem-bridge', 'sem-bridge', 'scm-bridge', 'query-api', 'orchestrator']), after: by.below(30_000) }
      : null,
    nextDay: by.is(0.3),
    behaviour: behaves(seed, by.of([0, 0, 0.03, 0.1, 0.2]), by.of([0, 0.05, 0.2])),
  };
}
