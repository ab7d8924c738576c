import { canonicalJson, resolveTemplate } from '@srm/definitions';
import type { Deployment } from './deploy-steps.ts';
import { known, type PlanInputs, type PlanStep } from './step.ts';

export type Undo = Readonly<Pick<PlanStep, 'undo' | 'noReturn'>>;

/** How a deployment is undone, and, where it is a point of no return, why. `guarded`: the environment, where it is protected. */
export function undoOf({ component, resolved }: Pick<Deployment, 'component' | 'resolved'>, guarded: string | null): Undo {
  const { undo = 'auto' } = component;
  if (typeof undo === 'object') return { undo: 'command', noReturn: null };
  if (undo === 'keep') return { undo, noReturn: 'it is not undone (undo: keep), nor is what it needs' };
  if (undo === 'hold') return { undo, noReturn: 'its undo waits for a decision (undo: hold)' };
  if (guarded !== null && Object.keys(resolved.workload.volumes).length > 0)
    return { undo: 'hold', noReturn: `its undo waits for a decision: it has volumes, and ${guarded} is protected` };
  return { undo: 'auto', noReturn: resolved.workload.kind === 'job' ? 'what the job does is not undone: it has no undo command' : null };
}

/** The words of the undo command, for the bridge that runs it; their other placeholders are filled in there. */
export const undoInput = ({ component: { undo }, choice }: Deployment): PlanInputs =>
  typeof undo === 'object' ? known({ undo: canonicalJson(undo.command.map((word) => resolveTemplate(word, choice.parameters))) }) : [];
