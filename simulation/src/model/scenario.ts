import type { PlanStep } from '@srm/orchestrator/deciders';
import { mostOf } from './left.ts';
import type { Budget } from './state.ts';

/** What is searched, and how far. */
export type Scenario = Readonly<{
  name: string;
  /** Component → those it depends on. */
  components: Readonly<Record<string, readonly string[]>>;
  /** Is each compiled first? */
  compiled: boolean;
  operations: 1 | 2;
  attempts: number;
  onFailure: 'compensate' | 'hold' | 'keep' | null;
  /** Names of `failures`, or `is refused`. */
  failures: readonly string[];
  /** Does the target keep tombstones, and refuse older fences? */
  tombstones: boolean;
  fencing: 'target' | 'bridge';
  /** Does T cover every call that is under way, also of somebody who was frozen in it? */
  patient: boolean;
  /** May inputs that wait together be judged together? */
  batches: boolean;
  /** Does a loop read the book again at once after it wrote? Fewer states; what others wrote in between it sees at its next look. */
  eager: boolean;
  /** Are handlers mixed with each other at every await, or does each do all that it does in one step? */
  handlers: 'mixed' | 'whole';
  /** Who dies with whom: one instance holds all partitions, or each key has an instance of its own. */
  instances: 'one' | 'each';
  /** May steps that commute with all others be taken before them? Fewer states, the same ends. */
  ahead: boolean;
  budget: Budget;
  /** What follows from the rest. */
  keys: readonly string[];
  bridges: readonly string[];
  timers: RegExp;
}>;

export const nothing: Budget = {
  any: 0,
  crash: 0,
  repeat: 0,
  reorder: 0,
  cancel: 0,
  abandon: 0,
  late: 0,
  failure: 0,
  slow: 0,
  deadline: 0,
  rebalance: 0,
  poison: 0,
};

type Given = Partial<Omit<Scenario, 'budget' | 'keys' | 'bridges' | 'timers'>> & Readonly<{ name: string; budget: Partial<Budget> }>;

export const environmentKey = 'environment/acme/development';

export function scenario({ budget: { any, ...faults }, ...given }: Given): Scenario {
  const all = Object.values(faults).reduce((a, b) => a + b, 0);
  const budget = mostOf({ ...nothing, ...faults, any: any ?? all }, any ?? all);
  const operations = given.operations ?? 1;
  const compiled = given.compiled ?? false;
  const own = ['operation/op1', ...(operations === 2 ? ['operation/op2'] : [])];
  return {
    components: chain,
    attempts: 1,
    onFailure: null,
    failures: ['is refused', 'fails, half done', 'hangs'],
    tombstones: true,
    fencing: 'target',
    patient: true,
    batches: true,
    eager: false,
    handlers: 'mixed',
    instances: 'one',
    ahead: true,
    ...given,
    operations,
    compiled,
    budget,
    keys: [...own, environmentKey],
    bridges: compiled ? ['ci', 'sem'] : ['sem'],
    timers: budget.deadline + budget.failure > 0 ? /\/(retry|deadline)$/ : /\/retry$/,
  };
}

export const single = { a: [] };
export const pair = { a: [], b: ['a'] };
export const chain = { a: [], b: ['a'], c: ['b'] };
export const fork = { a: [], b: ['a'], c: ['a'] };
export const join = { a: [], b: [], c: ['a', 'b'] };
/** As many as three components can have of a diamond. */
export const triangle = { a: [], b: ['a'], c: ['a', 'b'] };
export const diamond = { a: [], b: ['a'], c: ['a'], d: ['b', 'c'] };

export const planOf = ({ components, compiled, attempts }: Scenario): readonly PlanStep[] =>
  Object.entries(components).flatMap(([component, needs]) => {
    const deploy = stepOf(component, 'deploy', 'sem', [
      ...(compiled ? [`${component}/compile`] : []),
      ...needs.map((need) => `${need}/deploy`),
    ]);
    return [...(compiled ? [stepOf(component, 'compile', 'ci', [])] : []), { ...deploy, attempts }];
  });

const stepOf = (component: string, phase: string, bridge: string, dependsOn: readonly string[]): PlanStep => ({
  id: `${component}/${phase}`,
  component,
  phase,
  bridge,
  action: phase,
  driver: 'target',
  target: null,
  dependsOn,
  inputs: [],
  undo: phase === 'deploy' ? 'auto' : 'none',
  deadline: 60_000,
  attempts: 1,
  backoff: 1000,
  noReturn: null,
});

/** Crashes, repeats, reorder and late starts alone make no step fail: at rest everything has succeeded then, or that is a broken law. */
export const mayFail = ({ budget: { failure, poison, deadline } }: Scenario): boolean => failure + poison + deadline > 0;
