import { quoted, type Environment } from '@srm/definitions';
import { againSteps, lastOf } from './again.ts';
import { type Before, formerOf } from './before.ts';
import { inRequest, type PlanError, type PlanStep, type Where } from './step.ts';

/** The steps that run a release as it ran here before. Null: it was never brought here, or too long ago to be remembered. */
export function rollbackSteps(
  { tried, operations }: Before,
  release: string,
  environment: Environment,
  where: Where,
): Readonly<{ steps: readonly PlanStep[]; errors: readonly PlanError[] }> | null {
  const operation = operations.get(tried.get(release)?.brought ?? '');
  if (operation === undefined) return null;
  const components = [...operation.steps.values()].flatMap(({ plan, undoes }) =>
    undoes === null && plan.phase === 'deploy' ? [plan.component] : [],
  );
  const formers = components.flatMap((component) => formerOf(operation, component) ?? []);
  if (formers.length < components.length || formers.length === 0) {
    const detail = `it is not known any more how ${quoted(release)} was deployed in ${environment.metadata.name}; deploy it instead`;
    return { steps: [], errors: [inRequest('/release', detail)] };
  }
  const last = new Map(formers.map((former) => [former.component, lastOf(former)]));
  const steps = formers.flatMap((former) =>
    againSteps(
      former,
      where,
      former.needs.flatMap((need) => last.get(need) ?? []),
      null,
    ),
  );
  return { steps, errors: [] };
}
