import { isBridge } from '../bridges.ts';
import type {
  Envelope,
  EnvironmentDescribed,
  OperationRefused,
  PlanMade,
  PlanningAdvanced,
  PlanSliced,
  ReleaseDescribed,
} from '@srm/schemas';
import type { OperationEvent, PlanningAnswer } from './events.ts';
import { builds, isUponRelease, touches, type Operation, type Planning } from './state.ts';

type Asked = PlanningAdvanced['data']['asked'];

/** An answer counts when it is the one that was asked for last; any other is late or repeated. */
export function acceptPlanning(operation: Operation, { type, data, time }: Envelope<PlanningAnswer>): readonly OperationEvent[] {
  const { asked } = operation.planning;
  if (operation.plan !== null || operation.trouble !== null || operation.early) return [];
  switch (type) {
    case 'DefinitionsDescribed':
      return asked === 'definitions' && (data.round ?? 1) === operation.planning.rounds ? described(operation, data.documents, time) : [];
    case 'EnvironmentDescribed':
      return asked === 'environment' ? [surveyed(operation, data)] : [];
    case 'ReleaseDescribed':
      return asked === 'release' ? [released(operation, data)] : [];
    case 'ReleaseRefused':
      return asked === 'release' ? [refused(operation, 409, data.reason, [{ pointer: '/release', detail: data.reason }])] : [];
    case 'MaterialResolved':
      return asked === 'material' ? [advanced(operation, { material: data.digest, contentDigest: data.contentDigest })] : [];
    case 'MaterialRefused':
      return asked === 'material' ? [{ type: 'OperationRefused', data: because(operation, 422, data.errors) }] : [];
    case 'PlanSliced':
      return asked === 'plan' && data.slice === operation.planning.slices && samePlan(operation, data.planDigest) ? [planned(data)] : [];
    case 'PlanMade':
      return asked === 'plan' && samePlan(operation, data.planDigest) ? made(operation, data) : [];
    case 'PlanRefused':
      return asked === 'plan' ? [{ type: 'OperationRefused', data: because(operation, statusOf(data.errors), data.errors) }] : [];
    case 'VersionGranted':
      return asked === 'version' && operation.planning.made !== null ? [completed(operation, operation.planning.made, data.version)] : [];
    case 'VersionRefused':
      return asked === 'version' ? [refused(operation, 409, data.reason, [{ pointer: '/version', detail: data.reason }])] : [];
  }
}

/** What runs is known. A rollback without a release goes back to the last that was brought there and is not what runs. */
function surveyed(operation: Operation, { number, environment, releases, current }: EnvironmentDescribed['data']): OperationEvent {
  const { kind, product, release } = operation.request ?? missing();
  if (isUponRelease(operation) && release === null) {
    if (current !== null) return advanced(operation, { environmentNumber: number, release: current });
    const detail = `no release of ${product} runs in ${environment}, so it is not known what the rest is to be: release all of it, or name the base (--base)`;
    return refused(operation, 409, detail, [{ pointer: '/release', detail }]);
  }
  if (kind !== 'rollback' || release !== null) return advanced(operation, { environmentNumber: number });
  const former = (releases ?? []).findLast((one) => one !== current);
  if (former !== undefined) return advanced(operation, { environmentNumber: number, release: former });
  const only =
    current === null
      ? `no release of ${product} was ever brought to ${environment}`
      : `no release of ${product} but ${current}, which runs, was ever brought to ${environment}`;
  const detail = `${only}: name the one to go back to (--to)`;
  return refused(operation, 409, detail, [{ pointer: '/release', detail }]);
}

/** A release is deployed as its own definition says, not as the product is defined today; revision 0: an earlier one, named by its digest. */
function released(operation: Operation, { version, number, definition }: ReleaseDescribed['data']): PlanningAdvanced {
  if (isUponRelease(operation)) return advanced(operation, { release: version, releasesNumber: number });
  const definitions = operation.planning.definitions.map((document) =>
    document.kind !== 'Product' || definition === null || definition === document.digest
      ? document
      : { ...document, digest: definition, revision: 0 },
  );
  return advanced(operation, { release: version, releasesNumber: number, definitions });
}

type Errors = OperationRefused['data']['errors'];

const conflicts: ReadonlySet<string> = new Set(['/expectedPlan', '/version']);
const statusOf = (errors: Errors): number => (errors.every(({ pointer }) => conflicts.has(pointer)) ? 409 : 422);

const because = (operation: Operation, status: number, errors: Errors): OperationRefused['data'] => ({
  operation: operation.id,
  reason: errors.length === 1 ? (errors[0]?.detail ?? '') : `${errors.length} errors: ${errors[0]?.detail ?? ''} …`,
  errors,
  status,
});

const refused = (
  operation: Operation,
  status: number,
  reason: string,
  errors: readonly Readonly<{ pointer: string; detail: string }>[],
): OperationRefused => ({
  type: 'OperationRefused',
  data: {
    operation: operation.id,
    reason,
    status,
    errors: errors.map((error) => ({ document: null, line: null, column: null, ...error })),
  },
});

/** Everything that is missing is said at once. */
function described(operation: Operation, definitions: Planning['definitions'], now: string): readonly OperationEvent[] {
  const { kind, product, environment, tenant, components, perComponent } = operation.request ?? missing();
  const has = (wanted: string): boolean => definitions.some((document) => document.kind === wanted);
  const errors: { pointer: string; detail: string }[] = [];
  if (!has('Product'))
    errors.push({ pointer: '/product', detail: `tenant ${tenant} has no product "${product}"; apply its definition first` });
  if (touches(kind) && environment === null) errors.push({ pointer: '/environment', detail: `a ${kind} needs an environment` });
  if (environment !== null && !has('Environment'))
    errors.push({ pointer: '/environment', detail: `tenant ${tenant} has no environment "${environment}"; apply its definition first` });
  // Who knows the names is the planner, which refuses it with them; those of a deploy are its release's.
  const named = components.length + perComponent.length > 0 && kind !== 'deploy';
  if (has('Product') && errors.length > 0 && environment !== null && named)
    return [{ type: 'PlanningAdvanced', data: { ...advanced(operation, { definitions }).data, asked: 'plan' } }];
  if (errors.length > 0) return [refused(operation, 422, errors.map((error) => error.detail).join('; '), errors)];
  return startsLater(operation, now) ?? [advanced(operation, { definitions })];
}

/** What is there to be planned is planned when its start has come, as things are then. A preview is made at once. */
function startsLater({ id, request, planning }: Operation, now: string): readonly OperationEvent[] | null {
  const start = request?.notBefore ?? null;
  if (start === null || request?.preview === true || planning.rounds > 1 || Date.parse(start) <= Date.parse(now)) return null;
  return [{ type: 'OperationWaiting', data: { operation: id, for: 'time', operations: [], text: `starts at ${start}`, freeze: null } }];
}

/** What is asked next: environment, release, material, plan; only what the kind needs. */
function advanced(operation: Operation, learnt: Partial<Omit<Planning, 'asked'>>): PlanningAdvanced {
  const { slices: _slices, planDigest: _planDigest, asked: _asked, rounds: _rounds, ...known } = { ...operation.planning, ...learnt };
  const { kind, environment } = operation.request ?? missing();
  const asked: Asked =
    environment !== null && known.environmentNumber === null
      ? 'environment'
      : (kind === 'deploy' || kind === 'rollback' || isUponRelease(operation)) && known.releasesNumber === null
        ? 'release'
        : builds(kind) && known.material === null
          ? 'material'
          : 'plan';
  return { type: 'PlanningAdvanced', data: { operation: operation.id, asked, ...known } };
}

const samePlan = (operation: Operation, digest: string): boolean => (operation.planning.planDigest ?? digest) === digest;

const planned = (data: PlanSliced['data']): OperationEvent => ({ type: 'StepsPlanned', data });

/** A plan that cannot be carried out is refused here, whoever made it. */
function made(operation: Operation, data: PlanMade['data']): readonly OperationEvent[] {
  if (data.slices !== operation.planning.slices) return [];
  for (const { plan } of operation.steps.values()) {
    const unknown = plan.dependsOn.find((id) => !operation.steps.has(id));
    if (unknown !== undefined)
      return [refused(operation, 500, `the plan is broken: ${plan.id} depends on ${unknown}, which it does not have`, [])];
    if (!isBridge(plan.bridge))
      return [refused(operation, 500, `the plan is broken: ${plan.id} is for ${plan.bridge}, which is no bridge`, [])];
  }
  const { kind, preview, version } = operation.request ?? missing();
  if (!builds(kind)) return [completed(operation, data, null)];
  if (preview) return [completed(operation, data, version)];
  const { slices: _slices, planDigest: _planDigest, asked: _asked, rounds: _rounds, ...known } = operation.planning;
  const { operation: id, ...plan } = data;
  return [{ type: 'PlanningAdvanced', data: { operation: id, ...known, asked: 'version', made: plan } }];
}

const completed = (operation: Operation, plan: Omit<PlanMade['data'], 'operation'>, version: string | null): OperationEvent => ({
  type: 'PlanCompleted',
  data: { ...plan, operation: operation.id, version, release: operation.planning.release },
});

function missing(): never {
  throw new Error('an operation that nobody asked for');
}
