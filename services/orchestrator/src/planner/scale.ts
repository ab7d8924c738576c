import { below, type Environment, type Product, quoted, type Running } from '@srm/definitions';
import type { MakePlan } from '@srm/schemas';
import { componentsOf, resourcesOf } from './components.ts';
import { type Chosen, misnamed } from './selection.ts';
import { inRequest, type PlanError } from './step.ts';

/** Targets where a component is one process. */
const single = new Set(['process']);

/** What a scale touches and how many each is to have, or everything that is wrong with it. Where one is all there can be, one is no step but a remark. */
export function scaledOf(
  product: Product,
  environment: Environment,
  running: readonly Running[],
  request: Pick<MakePlan['data'], 'perComponent'>,
): Readonly<{ chosen: Chosen; errors: readonly PlanError[]; remarks: readonly string[] }> {
  const there = resourcesOf(product, running);
  const defined = componentsOf(product);
  const chosen = new Map<string, Readonly<{ publishes: boolean; replicas: number | null }>>();
  const errors: PlanError[] = [];
  const remarks: string[] = [];
  const driver = environment.spec.target.driver;
  if (request.perComponent.length === 0) errors.push(inRequest('/perComponent', 'a scale needs components: [{ name, replicas }]'));
  for (const [index, { name, replicas }] of request.perComponent.entries()) {
    const at = below('/perComponent', index, 'name');
    const wrong = misnamed(name, at, 'scale', defined, there);
    const state = there.get(name)?.state ?? 'absent';
    const amount = amountError(name, replicas, single.has(driver) ? driver : null);
    if (amount !== null) errors.push(inRequest(below('/perComponent', index, 'replicas'), amount));
    if (chosen.has(name)) errors.push(inRequest(at, `${name} is there twice; keep one`));
    if (wrong.length > 0) errors.push(...wrong);
    else if (state === 'stopped')
      errors.push(inRequest(at, `${name} is stopped in ${environment.metadata.name}; start it first, then scale it`));
    else if (state === 'uncertain')
      errors.push(inRequest(at, `it is not certain what runs of ${name} in ${environment.metadata.name}; restart it first, then scale it`));
    else if (state === 'absent')
      errors.push(inRequest(at, `${quoted(name)} does not run in ${environment.metadata.name}; deploy it first`));
    else if (amount === null && single.has(driver))
      remarks.push(`${name} runs as one process in ${environment.metadata.name}, as asked: nothing is to be done`);
    else chosen.set(name, { publishes: false, replicas });
  }
  return { chosen, errors, remarks };
}

function amountError(name: string, replicas: number | null, one: string | null): string | null {
  if (replicas === null) return `how many of ${name} are to run? say replicas`;
  if (replicas === 0) return `0 of ${name} would be a stop: use stop, a start brings back as many as there were`;
  return one === null || replicas === 1 ? null : `not supported yet by target ${one}: one replica; ${replicas} of ${name} were asked for`;
}
