import { clusterOf } from './clusters.ts';
import { deathOfBridge, deathOfJudge } from './happenings.ts';
import { goesOn, type Place, type Step, type Stepping } from './steps.ts';
import type { State } from './state.ts';

/**
 * Where handlers are not mixed with each other, one goes on from its first step until it is through, or its look is over, as one step;
 * or it dies at one of the awaits in between.
 */
export async function through(on: Stepping, place: Place, steps: readonly Step[]): Promise<readonly Step[]> {
  if (on.scenario.handlers === 'mixed') return steps;
  const all: Step[] = [];
  for (const step of steps) {
    const id = at(step.to, place);
    if (step.broken.length > 0 || (await isBetween(on, id))) {
      all.push(step);
      continue;
    }
    const death = deathOf(on, step.to, place, id);
    const next = await through(on, place, await goesOn(on, step.to, place, id));
    all.push(...[...(death === null ? [] : [death]), ...next].map((one) => after(step, one)));
  }
  return all;
}

/** A loop that looks at a job, or rests: its next look. */
export async function looks(on: Stepping, state: State, place: Place, id: number): Promise<readonly Step[]> {
  const steps = await goesOn(on, state, place, id);
  if (on.scenario.handlers === 'mixed' || !(await isResting(on, id))) return through(on, place, steps);
  const all: Step[] = [];
  for (const step of steps) {
    const now = at(step.to, place);
    if (await isResting(on, now)) all.push(step);
    else all.push(...(await looks(on, step.to, place, now)).map((one) => after(step, one)));
  }
  return all;
}

const after = (step: Step, { label, to, broken, fault }: Step): Step => ({
  label: `${step.label}; ${label}`,
  to,
  broken,
  fault: step.fault || fault,
});

const at = ({ judges, bridges }: State, place: Place): number =>
  (place.sort === 'judge'
    ? judges[place.instance].handling[place.key]
    : bridges[place.instance][place.sort === 'command' ? 'handling' : 'carrying'][place.name]) ?? 0;

const isResting = async (on: Stepping, id: number): Promise<boolean> => (await on.asked(id)).request.do === 'rest';

/** Nobody is at an await of his own: he is through, rests, or begins a look. */
async function isBetween(on: Stepping, id: number): Promise<boolean> {
  if (id === 0) return true;
  const process = on.library.processes.of(id);
  return process.sort === 'carry' && (process.answers.length === 0 || (await isResting(on, id)));
}

const deathOf = (on: Stepping, state: State, place: Place, id: number): Step | null => {
  const all = on.scenario.instances === 'one';
  if (place.sort === 'judge') return deathOfJudge(on, state, all ? null : place.key);
  return deathOfBridge(on, state, all ? null : clusterOf(on, state, id));
};
