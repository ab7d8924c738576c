import { clusterOfCalled, clusterOfKey, clusterOf } from './clusters.ts';
import type { Called } from './replay.ts';
import { mayFail } from './scenario.ts';
import type { Step, Stepping } from './steps.ts';
import type { State } from './state.ts';

/** `begun`: the cluster that alone goes on, since it has not spoken yet; `asleep`: what was tried before, and would come to the same now. */
export type Turn = Readonly<{ begun: string; asleep: readonly string[] }>;

export const anybody: Turn = { begun: '', asleep: [] };
/** What an operator may say. */
const cancel = 'cancel';

/** Where nothing that a cluster does is looked at by others before it speaks, and no decision concerns it before it takes a command. */
export const hasTurns = ({ scenario }: Stepping): boolean => {
  const { ahead, handlers, operations, instances, budget } = scenario;
  const isApart = operations === 1 && budget.abandon === 0 && budget.rebalance === 0 && !mayFail(scenario);
  return ahead && handlers === 'whole' && isApart && (instances === 'each' || budget.crash === 0);
};

/** A step of this cluster, or of a decider, where all can be done: what was tried before it need not come after it, unless it is concerned. */
export function turned(on: Stepping, state: State, step: Step, cluster: string): Step {
  if (!hasTurns(on)) return step;
  const { begun, asleep } = state.turn;
  if (asleep.includes(cluster)) return { ...step, asleep: true };
  const { to } = step;
  if (cluster !== '') {
    const before = begun === cluster ? asleep : [...asleep, cancel, ...stirred(on, state).filter((other) => other < cluster)];
    return { ...step, to: { ...to, turn: turnOf(on, to, to.inputs === state.inputs ? cluster : '', before) } };
  }
  const isConcerned = (other: string): boolean =>
    other === cancel || to.stored.at(-1) !== state.stored.at(-1) || said(on, to, other) !== said(on, state, other);
  const others = to.budget.cancel < state.budget.cancel ? asleep : [...asleep, ...stirred(on, state)];
  const before = others.filter((other) => !isConcerned(other));
  return { ...step, to: { ...to, turn: turnOf(on, to, '', before) } };
}

const said = (on: Stepping, state: State, cluster: string): string =>
  Object.entries(state.commands)
    .filter(([key]) => clusterOfKey(on, state, key) === cluster)
    .join(';');

/** Only what could be done at all is asleep. */
function turnOf(on: Stepping, to: State, begun: string, asleep: readonly string[]): Turn {
  const all = [...(to.budget.cancel > 0 ? [cancel] : []), ...stirred(on, to)];
  return { begun, asleep: all.filter((one) => asleep.includes(one)) };
}

/** Clusters in which something may happen, and be it a fault. */
const stirred = (on: Stepping, state: State): readonly string[] =>
  [
    ...new Set([
      ...Object.values(state.bridges[0].handling).map((id) => clusterOf(on, state, id)),
      ...Object.values(state.bridges[0].carrying).map((id) => clusterOf(on, state, id)),
      ...[...Object.keys(state.commands), ...Object.keys(state.past)]
        .filter((key) => key.includes(':'))
        .map((key) => clusterOfKey(on, state, key)),
      ...state.target.flying.map((text) => clusterOfCalled(JSON.parse(text) as Called)),
    ]),
  ].toSorted();

/** Whether at this turn all can be done that can be done at the other. */
export const isFreer = (one: Turn, other: Turn): boolean =>
  (one.begun === '' || one.begun === other.begun) && one.asleep.every((name) => other.asleep.includes(name));
