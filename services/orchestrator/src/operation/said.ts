import { definitionsKey, environmentKey, operationKey, releasesKey, stepKey, type Message, type RequestOperation } from '@srm/schemas';
import type { FreeLease, PlanningAdvanced, StepRequested, StepSucceeded } from '@srm/schemas';
import { digestOf } from '@srm/definitions';
import { isBridge } from '../bridges.ts';
import { cancelling } from './cancelling.ts';
import type { Said } from '../decider.ts';
import { planningTimerName } from './accept.ts';
import { outcomeOf, unpublishedOf } from './outcome.ts';
import type { OperationEvent } from './events.ts';
import { actsOnWhatRuns, brings, builds, isBuild, isBuildPhase, isUponRelease, type Operation } from './state.ts';
import { deadlineTimer } from './work.ts';

const planningDeadline = 10 * 60_000;
const slice = { length: 200, weight: 256 * 1024 };

/** Commands and inputs that follow from an event, given the operation right after it. */
export function said(event: OperationEvent, operation: Operation): readonly Said[] {
  const { request } = operation;
  if (request === null) return [];
  const { id } = operation;
  switch (event.type) {
    case 'PlanningStarted': {
      const { tenant, product, environment } = request;
      const ask = {
        type: 'DescribeDefinitions',
        data: { operation: id, tenant, product, environment, round: operation.planning.rounds > 1 ? operation.planning.rounds : null },
      };
      return [input(definitionsKey(tenant), ask), planningTimer(operation)];
    }
    case 'PlanningAdvanced':
      return asked(operation, request, event.data);
    case 'PlanCompleted': {
      const { version } = event.data;
      if (version === null || request.preview || !builds(request.kind)) return [];
      const data = {
        ...manifest(operation, request, version),
        contentDigest: contentOf(operation, request),
        components: [],
        from: isUponRelease(operation) ? operation.planning.release : null,
        definition: productOf(operation),
      };
      return [input(releasesKey(request.tenant, request.product), { type: 'OpenManifest', data })];
    }
    case 'OperationWaiting': {
      const { for: reason, operations } = event.data;
      if (reason === 'time')
        return [timer(id, 'start', Math.max(0, Date.parse(request.notBefore ?? operation.time) - Date.parse(operation.time)))];
      if (reason !== 'lease' || operations.length > 0 || request.environment === null) return [];
      const { tenant, environment, product, of } = request;
      const { lease = [], upon = null } = operation.plan ?? {};
      const data = { operation: id, tenant, environment, components: lease, upon: upon === null ? null : { ...upon, product, of } };
      return [input(environmentKey(request.tenant, request.environment), { type: 'RequestLease', data })];
    }
    case 'StepRequested':
      return [run(request, event.data), timer(id, `${event.data.step}/${event.data.attempt}/deadline`, event.data.deadline)];
    case 'StepCancelRequested': {
      const { bridge, why: _why, ...data } = event.data;
      return [command(bridge, stepKey(id, data.step), { type: 'CancelStep', data })];
    }
    case 'OperationAbandoned':
      return [...operation.open].flatMap((step) => abandoned(operation, step));
    case 'StepFailed': {
      const { step, attempt, retryIn } = event.data;
      return retryIn === null ? [] : [timer(id, `${step}/${attempt}/retry`, retryIn)];
    }
    case 'StepSucceeded':
      return built(operation, request, event.data);
    case 'OperationSucceeded':
    case 'OperationFailed':
    case 'OperationCompensated':
    case 'OperationCompensationFailed':
    case 'OperationCancelled':
      return freed(operation, request, event.type);
    default:
      return [];
  }
}

const input = (subject: string, message: Message): Said => ({ topic: 'inputs', subject, message });

const timer = (operation: string, name: string, delay: number): Said => ({
  topic: 'timer',
  subject: operationKey(operation),
  message: { type: 'SetTimer', data: { operation, timer: name, delay } },
});

export const planningTimer = (operation: Operation): Said => timer(operation.id, planningTimerName(operation), planningDeadline);

/** How long its work may take from here on; nothing where that is not limited, or its clock stands. */
export const deadlineSet = ({ id, work, request }: Operation): readonly Said[] =>
  work.since === null || typeof request?.deadline !== 'number'
    ? []
    : [timer(id, deadlineTimer(work), Math.max(0, request.deadline - work.spent))];

function command(bridge: string, subject: string, message: Message): Said {
  if (!isBridge(bridge)) throw new Error(`${bridge} is no bridge`);
  return { topic: bridge, subject, message };
}

const productOf = ({ planning }: Operation): string | null => planning.definitions.find(({ kind }) => kind === 'Product')?.digest ?? null;

const manifest = (operation: Operation, { tenant, product }: RequestOperation['data'], version: string) => ({
  operation: operation.id,
  tenant,
  product,
  version,
});

/** What a version stands for: of a part also which one it is, and what the rest is. */
export function contentOf(operation: Operation, { components }: Pick<RequestOperation['data'], 'components'>): string {
  const { contentDigest, release } = operation.planning;
  if (!isUponRelease(operation)) return contentDigest ?? '';
  return digestOf({ content: contentDigest, components: [...components].sort(), from: release });
}

function asked(operation: Operation, request: RequestOperation['data'], known: PlanningAdvanced['data']): readonly Said[] {
  const { tenant, product, components } = request;
  const about = { operation: operation.id, tenant };
  const environment = request.environment ?? '';
  switch (known.asked) {
    case 'environment': {
      const settled = actsOnWhatRuns(request.kind) || (isUponRelease(operation) && request.release === null) ? product : null;
      return [input(environmentKey(tenant, environment), { type: 'DescribeEnvironment', data: { ...about, environment, settled } })];
    }
    case 'release':
      return [
        input(releasesKey(tenant, product), {
          type: 'DescribeRelease',
          data: { ...about, product, release: known.release ?? request.release },
        }),
      ];
    case 'material': {
      const data = { ...about, documents: known.definitions, components, deadline: planningDeadline };
      return [{ topic: 'ci', subject: operationKey(operation.id), message: { type: 'ResolveMaterial', data } }];
    }
    case 'version': {
      const data = { ...about, product, version: request.version, contentDigest: contentOf(operation, request) };
      return [input(releasesKey(tenant, product), { type: 'RequestVersion', data })];
    }
    case 'plan': {
      const { kind, perComponent, pipeline, expectedPlan, force, of, restartConsumers } = request;
      const { definitions, material, environmentNumber, release, releasesNumber } = known;
      // A preview takes no version: the planner looks whether it could.
      const version = request.preview && builds(kind) ? request.version : null;
      const made = { definitions, material, environmentNumber, version, release, releasesNumber };
      const data = {
        ...about,
        kind,
        product,
        environment: request.environment,
        components,
        perComponent,
        pipeline,
        ...made,
        expectedPlan,
        deadline: planningDeadline,
        force,
        of,
        named: request.release !== null,
        restartConsumers,
      };
      return [{ topic: 'plan', subject: operationKey(operation.id), message: { type: 'MakePlan', data } }];
    }
  }
}

function run(request: RequestOperation['data'], step: StepRequested['data']): Said {
  const { bridge, undoes, restorePoint, ...rest } = step;
  const environment = isBuildPhase(step.phase) ? null : request.environment;
  const data = { ...rest, tenant: request.tenant, product: request.product, environment };
  const message = undoes === null ? { type: 'RunStep', data } : { type: 'UndoStep', data: { ...data, undoes, restorePoint } };
  return command(bridge, stepKey(step.operation, step.step), message);
}

/** A build goes into the manifest as soon as it is there; the last one completes it. */
function built(operation: Operation, request: RequestOperation['data'], { step: id, outputs }: StepSucceeded['data']): readonly Said[] {
  const step = operation.steps.get(id);
  const version = operation.plan?.version ?? null;
  if (step === undefined || !isBuild(step) || step.undoes !== null || version === null) return [];
  const given = (name: string): string | null => outputs.find((output) => output.name === name)?.value ?? null;
  const compiled = operation.steps.get(`${step.plan.component}/compile`);
  const revision = compiled?.inputs.find((one) => one.name === 'revision')?.value ?? '';
  const components = [{ name: step.plan.component, revision, artifact: given('artifact'), image: given('image') }];
  const key = releasesKey(request.tenant, request.product);
  const extend = input(key, { type: 'ExtendManifest', data: { ...manifest(operation, request, version), components } });
  if (operation.unbuilt > 0 || operation.incomplete || request.kind === 'compile') return [extend];
  return [extend, input(key, { type: 'CompleteManifest', data: manifest(operation, request, version) })];
}

/** Whoever is still there is asked to end; nobody waits for it. */
function abandoned(operation: Operation, id: string): readonly Said[] {
  const step = operation.steps.get(id);
  if (step === undefined) return [];
  const { why: _why, bridge, ...data } = cancelling(operation, id, operation.abandoned ?? '', 'cancel');
  return [command(bridge, stepKey(operation.id, id), { type: 'CancelStep', data })];
}

/** Every ending frees, granted or not, and says what runs now. */
function freed(operation: Operation, request: RequestOperation['data'], ending: string): readonly Said[] {
  const { tenant, environment, product, of } = request;
  if (operation.lease === 'none' || environment === null) return [];
  const slices = sliced(outcomeOf(operation));
  const about = { operation: operation.id, tenant, environment, product, ...broughtBy(operation, request), ending, of };
  return slices.map((slice, n) =>
    input(environmentKey(tenant, environment), {
      type: 'FreeLease',
      data: { ...about, outcome: slice, unpublished: unpublishedOf(operation, slice), last: n === slices.length - 1 },
    }),
  );
}

/** The release that the environment is of after it; a part of one that was deployed makes none. */
function broughtBy(operation: Operation, { kind, components }: RequestOperation['data']) {
  const { plan } = operation;
  const part = components.length > 0 && kind === 'deploy';
  const release = brings(kind) && !part ? (plan?.version ?? plan?.release ?? null) : null;
  return { release, from: isUponRelease(operation) ? (plan?.release ?? null) : null };
}

type Outcome = FreeLease['data']['outcome'];

/** Small enough for a message each; at least one. */
function sliced(outcome: Outcome): readonly Outcome[] {
  const slices: Outcome[number][][] = [[]];
  let weight = 0;
  for (const resource of outcome) {
    const size = JSON.stringify(resource).length;
    const last = slices.at(-1) ?? [];
    if (last.length > 0 && (last.length === slice.length || weight + size > slice.weight)) {
      slices.push([resource]);
      weight = size;
    } else {
      last.push(resource);
      weight += size;
    }
  }
  return slices;
}
