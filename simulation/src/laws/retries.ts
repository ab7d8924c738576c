import { dataOf, planOf, text, type Law, type Told } from './evidence.ts';

/** Attempts that an undo has; the plan says how many any other step has. */
const undoing = 3;

/** I11: retries are bounded: a step is asked for no more often than its plan says, and once more for each time that somebody said so. */
export const retries: Law = ({ operations }) => operations.flatMap(bounded);

function bounded(told: Told): readonly string[] {
  const planned = new Map(planOf(told).map((step) => [step.id, step.attempts]));
  const asked = new Map<string, number>();
  let resumed = 0;
  for (const event of told.events) {
    if (event.type === 'OperationResumed') resumed += 1;
    if (event.type === 'StepRequested') asked.set(text(event, 'step'), Number(dataOf(event)['attempt']));
  }
  return [...asked].flatMap(([step, attempts]) => {
    const most = (planned.get(step) ?? undoing) + resumed;
    return attempts > most ? [`I11 ${told.id}: ${step} was tried ${attempts} times, and ${most} are the most`] : [];
  });
}
