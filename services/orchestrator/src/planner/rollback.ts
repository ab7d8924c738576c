import { quoted, type Environment, type Running } from '@srm/definitions';
import { nameIn } from '../address.ts';
import type { Operation } from '../operation/state.ts';
import { againSteps, lastOf } from './again.ts';
import { type Before, type Former, formerOf, releasesUnder } from './before.ts';
import { tangled, tangledIn } from './order.ts';
import { inRequest, type PlanError, type PlanStep, type Where } from './step.ts';

/** The steps that run a release as it ran here before. Null: it was never brought here, or too long ago to be remembered. */
export function rollbackSteps(
  { tried, operations }: Before,
  release: string,
  environment: Environment,
  where: Where,
  running: readonly Running[],
): Readonly<{ steps: readonly PlanStep[]; errors: readonly PlanError[]; remarks: readonly string[] }> | null {
  const brought = broughtIn({ tried, operations }, release);
  if (brought === null) return null;
  const formers = [...brought].flatMap(([component, operation]) => (operation === null ? [] : (formerOf(operation, component) ?? [])));
  if (formers.length < brought.size || formers.length === 0) {
    const detail = `it is not known any more how ${quoted(release)} was deployed in ${environment.metadata.name}; deploy it instead`;
    return { steps: [], errors: [inRequest('/release', detail)], remarks: [] };
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
  const left = tangledIn(steps);
  if (left.length > 0) return { steps: [], errors: [inRequest('/release', tangled(left))], remarks: [] };
  return {
    steps,
    errors: [],
    remarks: runsAlready(formers, running) ? [`all of it runs as in release ${release} already: nothing changes but the number`] : [],
  };
}

/** Component → the operation that deployed it for this release: of a part that was released, for the rest whoever brought what it was built upon.
 *  Null as an operation: that is not known any more. Null: the release itself was never brought here. */
function broughtIn(
  { tried, operations }: Pick<Before, 'tried' | 'operations'>,
  release: string,
): ReadonlyMap<string, Operation | null> | null {
  const found = new Map<string, Operation | null>();
  for (const name of releasesUnder(tried, release)) {
    const operation = operations.get(tried.get(name)?.brought ?? '');
    if (operation === undefined) return name === release ? null : found.set(name, null);
    for (const { plan, undoes } of operation.steps.values())
      if (undoes === null && plan.phase === 'deploy' && !found.has(plan.component)) found.set(plan.component, operation);
  }
  return found;
}

/** Is everything what it was then: image, spec, parameters, configuration? */
function runsAlready(formers: readonly Former[], running: readonly Running[]): boolean {
  const now = new Map(running.map((resource) => [nameIn(resource.component), resource]));
  const compared = ['image', 'spec', 'parameters', 'configuration'] as const;
  return formers.every(({ component, deploy }) => {
    const resource = now.get(component);
    const runs = resource?.state === 'running' || resource?.state === 'completed';
    return runs && compared.every((name) => resource[name] === deploy.get(name));
  });
}
