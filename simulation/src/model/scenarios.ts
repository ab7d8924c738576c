import { chain, diamond, fork, join, pair, scenario, single, triangle, type Scenario } from './scenario.ts';
import type { Budget } from './state.ts';

/** A scenario, and after how many states it is enough. */
export type Plan = Readonly<{ scenario: Scenario; enough: number }>;

function of(
  components: Scenario['components'],
  name: string,
  budget: Partial<Budget>,
  more: Partial<Omit<Scenario, 'budget'>> = {},
  enough = Infinity,
): Plan {
  return { scenario: scenario({ name: `${name}: ${JSON.stringify(budget)}`, components, instances: 'each', ...more, budget }), enough };
}

/** Seconds. */
export const small: readonly Plan[] = [
  of(pair, 'pair', {}),
  of(pair, 'pair', { crash: 1 }),
  of(single, 'single', { crash: 1 }, { instances: 'one' }),
  of(pair, 'pair', { repeat: 1 }),
  of(pair, 'pair', { cancel: 1 }),
  of(pair, 'pair', { late: 1 }),
  of(pair, 'pair', { failure: 1 }),
  of(pair, 'pair', { poison: 1 }),
  of(pair, 'pair', { reorder: 1 }),
  of(single, 'single', { abandon: 1 }),
  of(single, 'two operations, single', {}, { operations: 2 }),
];

/** What is asked of three components; `any` of these together is what can be seen whole. */
const all = { crash: 2, repeat: 2, reorder: 1, cancel: 1, late: 1 };

/** Minutes. */
export const whole: readonly Plan[] = [
  of(chain, 'chain', { ...all, any: 2 }),
  of(single, 'single', { ...all, any: 3 }),
  of(pair, 'pair', { ...all, any: 2 }),
  of(fork, 'fork', { ...all, any: 1 }),
  of(join, 'join', { ...all, any: 1 }),
  of(diamond, 'diamond', { ...all, any: 1 }),
  of(chain, 'chain', all, { handlers: 'whole', eager: true }),
  of(triangle, 'triangle', all, { handlers: 'whole', eager: true }),
  of(fork, 'fork', { ...all, any: 3 }, { handlers: 'whole', eager: true }),
  of(diamond, 'diamond', { ...all, any: 3 }, { handlers: 'whole', eager: true }),
  of(chain, 'chain', { repeat: 2, reorder: 1, late: 1 }),
  of(fork, 'fork', { repeat: 2, reorder: 1 }),
  of(diamond, 'diamond', { repeat: 2, reorder: 1 }),
  of(single, 'single', { abandon: 1, crash: 1, late: 1 }),
  of(pair, 'pair', { abandon: 1, crash: 1 }),
  of(pair, 'pair', { poison: 1, crash: 1, repeat: 1 }),
  of(pair, 'pair', { cancel: 1, failure: 1 }),
  of(pair, 'pair, compiled', { cancel: 1 }, { compiled: true }),
  of(single, 'two operations, single', { crash: 1 }, { operations: 2 }, 300_000),
  of(single, 'two operations, single', { cancel: 1 }, { operations: 2 }, 300_000),
  of(single, 'single', { rebalance: 1 }, {}, 300_000),
];

/** Hours. */
export const deep: readonly Plan[] = [
  of(chain, 'chain', { ...all, any: 3 }, {}, 20_000_000),
  of(fork, 'fork', { ...all, any: 2 }, {}, 20_000_000),
  of(diamond, 'diamond', { ...all, any: 2 }, {}, 20_000_000),
  of(pair, 'pair', { ...all, any: 4 }, {}, 20_000_000),
  of(single, 'single', all, {}, 20_000_000),
  of(chain, 'chain', all, {}, 20_000_000),
  of(fork, 'fork', all, { handlers: 'whole', eager: true }),
  of(diamond, 'diamond', all, { handlers: 'whole', eager: true }),
];
