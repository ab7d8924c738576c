import type { Former } from './before.ts';
import { given, known, needsInput, type PlanStep, stepId, stepOf, type Where } from './step.ts';

const madeAnew = new Set(['values', 'configuration', 'force', 'release']);

/** Configures, deploys and, where there are outputs, publishes a component as it was done before: the same image, spec, parameters and items;
 *  the addresses of others as they are now. `release`: which one it is of, where the plan as a whole is of none. */
export function againSteps(former: Former, where: Where, dependsOn: readonly string[], release: string | null): readonly PlanStep[] {
  const { component, outputs, undo, noReturn, deadline } = former;
  const configure = stepOf(component, 'configure', where, dependsOn, [
    ...known(Object.fromEntries([...former.configure].filter(([name]) => name !== 'needs'))),
    ...needsInput(former.needs),
  ]);
  const inputs = [
    ...known(Object.fromEntries([...former.deploy].filter(([name]) => !madeAnew.has(name)))),
    ...(release === null ? [] : known({ release })),
    given('values', configure.id, 'values'),
    given('configuration', configure.id, 'configuration'),
  ];
  const deploy = { ...stepOf(component, 'deploy', where, [configure.id], inputs), deadline, undo, noReturn };
  if (outputs.length === 0) return [configure, deploy];
  const published = [...outputs].sort().map((name) => given(`output:${name}`, deploy.id, name));
  const publish = stepOf(component, 'publish', where, [deploy.id], published);
  return [configure, deploy, undo === 'keep' || undo === 'hold' ? { ...publish, undo, noReturn } : publish];
}

/** The step after which whoever needs the component can go on. */
export const lastOf = ({ component, outputs }: Former): string => stepId(component, outputs.length > 0 ? 'publish' : 'deploy');
