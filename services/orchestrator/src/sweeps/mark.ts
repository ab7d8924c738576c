import type { Mark, Why } from '@srm/service';
import type { EnvironmentState } from '../environment/state.ts';
import type { Operation } from '../operation/state.ts';
import type { ReleasesState } from '../releases.ts';

export type Roots = Readonly<{
  environments: readonly EnvironmentState[];
  releases: readonly ReleasesState[];
  /** Those that have not ended. */
  operations: readonly Operation[];
}>;

/** So many releases stay deployable in each environment. */
const lastReleases = 5;

type Needs = Readonly<{ artifacts: Map<string, Why>; images: Map<string, Why> }>;

/** What is needed, and by whom; of several the first that is named here. Pure. */
export function markOf({ environments, releases, operations }: Roots): Mark {
  const needs: Needs = { artifacts: new Map(), images: new Map() };
  for (const environment of environments) needRunning(needs, environment);
  for (const environment of environments) needReleases(needs, environment, releases);
  for (const product of releases)
    if (product.newest !== null)
      needRelease(needs, product, product.newest, { sort: 'newest', of: `${product.product} ${product.newest}` });
  for (const operation of operations) needOperation(needs, operation, releases);
  return { open: operations.map(({ id }) => id).sort(), artifacts: [...needs.artifacts], images: [...needs.images] };
}

function need(into: Map<string, Why>, name: string | null, why: Why): void {
  if (name !== null && name !== '' && !into.has(name)) into.set(name, why);
}

/** What runs, and what was there before it: an undo goes back to that. */
function needRunning({ images }: Needs, { tenant, environment, running, changed }: EnvironmentState): void {
  const place = (component: string): string => `${tenant}/${environment}/${component}`;
  for (const [component, { image }] of running) need(images, image, { sort: 'runs', of: place(component) });
  for (const [component, { was }] of changed) need(images, was?.image ?? null, { sort: 'before', of: place(component) });
}

/** The releases that were brought there last: a rollback goes back to each of them. */
function needReleases(needs: Needs, { tenant, environment, tried }: EnvironmentState, releases: readonly ReleasesState[]): void {
  for (const [product, all] of tried) {
    const brought = [...all].flatMap(([release, { brought }]) => (brought === null ? [] : [release]));
    const known = releases.find((one) => one.tenant === tenant && one.product === product);
    for (const release of brought.slice(-lastReleases))
      needRelease(needs, known, release, { sort: 'release', of: `${tenant}/${environment}/${product} ${release}` });
  }
}

function needRelease({ artifacts, images }: Needs, product: ReleasesState | undefined, release: string | null, why: Why): void {
  for (const { artifact, image } of product?.versions.get(release ?? '')?.components.values() ?? []) {
    need(artifacts, artifact, why);
    need(images, image, why);
  }
}

/** Whatever an operation names. As long as it has no plan, whatever it could choose: all of its product. */
function needOperation(needs: Needs, operation: Operation, releases: readonly ReleasesState[]): void {
  const { request, planning, plan, steps } = operation;
  const why: Why = { sort: 'operation', of: operation.id };
  const own = releases.find(({ tenant, product }) => tenant === request?.tenant && product === request.product);
  const versions = plan === null ? [...(own?.versions.keys() ?? [])] : [planning.release, planning.version, request?.release ?? null];
  for (const version of versions) needRelease(needs, own, version, why);
  for (const { plan: planned, inputs, outputs, restorePoint } of steps.values()) {
    const text = JSON.stringify([planned.inputs, inputs, outputs, restorePoint]);
    for (const [address] of text.matchAll(/bpr:[a-z0-9-]+\/[a-z0-9-]+\/[0-9a-f]{64}@sha256:[0-9a-f]{64}/g))
      need(needs.artifacts, address, why);
    for (const [digest] of text.matchAll(/sha256:[0-9a-f]{64}/g)) need(needs.images, digest, why);
  }
}
