import { planOf, text, type Law, type Told } from './evidence.ts';

const phases = ['compile', 'package', 'deploy'];

/** I3: for each dependency edge, in the phases that the edge orders, success of the dependency precedes the command of the dependent;
 *  compile < package < deploy per component. A step that somebody skipped counts as if it had succeeded. */
export const order: Law = ({ operations }) => operations.flatMap(ordered);

function ordered(told: Told): readonly string[] {
  const plan = planOf(told);
  const planned = new Set(plan.map((step) => step.id));
  const needs = new Map(
    plan.map(({ id, component, phase, dependsOn }) => {
      const before = phases.slice(0, Math.max(0, phases.indexOf(phase))).map((earlier) => `${component}/${earlier}`);
      return [id, [...dependsOn, ...before.filter((step) => planned.has(step))]];
    }),
  );
  const finished = new Set<string>();
  const broken: string[] = [];
  for (const event of told.events) {
    if (event.type === 'StepSucceeded' || event.type === 'StepSkipped') finished.add(text(event, 'step'));
    if (event.type !== 'StepRequested') continue;
    const step = text(event, 'step');
    for (const need of needs.get(step) ?? [])
      if (!finished.has(need)) broken.push(`I3 ${told.id}: ${step} was asked for before ${need} had succeeded`);
  }
  return broken;
}
