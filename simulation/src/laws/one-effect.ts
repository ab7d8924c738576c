import { dataOf, text, type Law, type Told } from './evidence.ts';

/** I2: each (operation, component, phase, attempt) has at most one effect at the target, and only what was asked for has one;
 *  an attempt is asked for only after the one before has failed or was cancelled. */
export const oneEffect: Law = ({ operations, effects }) => {
  const counts = new Map<string, number>();
  for (const effect of effects) counts.set(effect.job, (counts.get(effect.job) ?? 0) + 1);
  const asked = new Set(
    operations.flatMap(({ events }) => events.flatMap((event) => (event.type === 'StepRequested' ? [text(event, 'job')] : []))),
  );
  return [
    ...[...counts].filter(([, times]) => times > 1).map(([job, times]) => `I2 job ${job} took effect ${times} times`),
    ...effects.filter(({ job }) => !asked.has(job)).map(({ job, step }) => `I2 ${step} took effect as job ${job}, which nobody asked for`),
    ...operations.flatMap(attempts),
  ];
};

function attempts({ id, events }: Told): readonly string[] {
  const closed = new Set<string>();
  const broken: string[] = [];
  for (const event of events) {
    const { step, attempt } = dataOf(event);
    if (event.type === 'StepFailed' || event.type === 'StepCancelled') closed.add(`${String(step)}/${String(attempt)}`);
    if (event.type === 'StepRequested' && Number(attempt) > 1 && !closed.has(`${String(step)}/${Number(attempt) - 1}`))
      broken.push(`I2 ${id}: attempt ${Number(attempt)} of ${String(step)} was asked for before the one before had ended`);
  }
  return broken;
}
