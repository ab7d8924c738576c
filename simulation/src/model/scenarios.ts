import { chain, diamond, fork, join, pair, scenario, single, type Scenario } from './scenario.ts';
import type { Budget } from './state.ts';

const of = (components: Scenario['components'], name: string, budget: Partial<Budget>, more: Partial<Scenario> = {}): Scenario =>
  scenario({ name: `${name}: ${JSON.stringify(budget)}`, components, ...more, budget });

/** Seconds. */
export const small: readonly Scenario[] = [
  of(pair, 'pair', {}),
  of(pair, 'pair', { crash: 1 }, { instances: 'each' }),
  of(single, 'single', { crash: 1 }),
  of(pair, 'pair', { repeat: 1 }),
  of(pair, 'pair', { cancel: 1 }),
  of(pair, 'pair', { late: 1 }),
  of(pair, 'pair', { failure: 1 }),
  of(pair, 'pair', { poison: 1 }),
  of(pair, 'pair', { reorder: 1 }),
  of(single, 'single', { abandon: 1 }),
  of(single, 'two operations, single', {}, { operations: 2 }),
];

/** Minutes. */
export const whole: readonly Scenario[] = [
  of(single, 'two operations, single', { crash: 1 }, { operations: 2 }),
  of(single, 'single', { abandon: 1, crash: 1 }),
  of(single, 'single', { abandon: 1, late: 1 }),
  of(pair, 'pair', { abandon: 1 }),
  of(pair, 'pair', { cancel: 1, late: 1 }),
  of(pair, 'pair', { crash: 1, late: 1 }),
  of(pair, 'pair', { cancel: 1, repeat: 1 }),
  of(pair, 'pair', { cancel: 1, failure: 1 }),
  of(chain, 'chain', {}),
  of(fork, 'fork', {}),
  of(join, 'join', {}),
  of(diamond, 'diamond', {}),
];
