import { digestOf, isEnvironment, isProduct, parseDefinitions } from '@srm/definitions';
import { idOf } from '@srm/messaging';
import { advance, nothingBefore, operationDecider, plan, type Operation, type OperationInput, type PlanInput } from '@srm/orchestrator';
import { avroSchemas, operationKey, type Envelope, type Message, type RunStep, type UndoStep } from '@srm/schemas';
import { outputsOf } from './house.ts';
import { definitions, type Phases, type Shape } from './products.ts';
import { said } from './said.ts';

export type Command = RunStep | UndoStep;

/** An operation in memory: the pure core alone, what it asks for answered at once, its jobs handed out. */
export type PureOperation = Readonly<{
  /** Judges inputs until nothing is due; the jobs that were asked for. */
  give: (inputs: readonly OperationInput[]) => readonly Command[];
  state: () => Operation;
}>;

const digest = digestOf('bench');
const time = '2026-11-24T00:00:00.000Z';

const isFields = (value: unknown): value is readonly Readonly<{ name: string }>[] => Array.isArray(value);

/** A message with what is not given being null: that a message has grown is no matter here. */
function complete(type: OperationInput['type'], data: object): OperationInput {
  const schema = avroSchemas.get(type);
  const fields: unknown = schema !== undefined && 'fields' in schema ? schema.fields : [];
  const nothing = isFields(fields) ? Object.fromEntries(fields.map(({ name }) => [name, null])) : {};
  const message: Message = { type, data: { ...nothing, ...data } };
  return message as OperationInput;
}

/** A request as the door says it. */
export const requestOf = (operation: string, product: string, more: Readonly<Record<string, unknown>> = {}): OperationInput =>
  complete('RequestOperation', {
    operation,
    tenant: 'default',
    key: operation,
    bodyDigest: digest,
    kind: 'release',
    product,
    components: [],
    environment: 'development',
    perComponent: [],
    labels: [],
    preview: false,
    actor: { name: 'bench', authenticated: false },
    ...more,
  });

/** What a plan is made of, once for all operations of a product. */
export type Planned = Extract<ReturnType<typeof plan>, { steps: unknown }>;

export function plannedOf(product: string, shape: Shape, phases?: Phases): Planned {
  const read = parseDefinitions(definitions(product, shape, phases), { base: '/' });
  if ('errors' in read) throw new Error(read.errors.map(({ detail }) => detail).join('; '));
  const found = read.documents.map(({ json }) => json);
  const [defined, environment] = [found.find(isProduct), found.find(isEnvironment)];
  if (defined === undefined || environment === undefined) throw new Error('no product, no environment');
  const { data } = requestOf('plan', product);
  const more = {
    definitions: [],
    material: digest,
    environmentNumber: 0,
    version: '1',
    release: null,
    releasesNumber: null,
    named: null,
    deadline: 600_000,
  };
  const request = { ...data, ...more } as PlanInput['request'];
  const components = shape.map((_, n) => ({ name: `c${n}`, revision: digest, dirty: false }));
  const nothing = { specs: [], running: [], manifest: null, before: nothingBefore };
  const made = plan({ request, product: defined, environment, material: { components }, ...nothing });
  if ('errors' in made) throw new Error(made.errors.map(({ detail }) => detail).join('; '));
  return made;
}

/** @param heard is told of what each decision gave */
export function pureOperation(
  id: string,
  planned: Planned,
  heard: (events: readonly Envelope[], inputs: readonly Envelope<OperationInput>[]) => void = () => undefined,
): PureOperation {
  const key = operationKey(id);
  let state = operationDecider.empty(key);
  let count = 0;
  const envelope = (input: OperationInput): Envelope<OperationInput> => {
    count += 1;
    return said(input, { id: idOf('input', id, count), subject: key, time, correlation: id });
  };
  const give = (inputs: readonly OperationInput[]): readonly Command[] => {
    const jobs: Command[] = [];
    for (let waiting = inputs; ;) {
      const judged = waiting.map(envelope);
      const { state: after, decided } = advance(operationDecider, key, state, judged, null);
      heard(
        decided.map(({ event }) => event),
        judged,
      );
      state = after;
      if (decided.length === 0) return jobs;
      const answers: OperationInput[] = [];
      for (const { said } of decided)
        for (const { message } of said) {
          if (isCommand(message)) jobs.push(message);
          else answers.push(...answersTo(message, planned));
        }
      waiting = answers;
    }
  };
  return { give: (inputs) => give(inputs), state: () => state };
}

const isCommand = (message: Envelope): message is Envelope<Command> => message.type === 'RunStep' || message.type === 'UndoStep';

const documents = ['Product', 'Environment'].map((kind) => ({ kind, name: kind, revision: 1, digest }));

/** What the others would say, at once. */
function answersTo({ type, data }: Envelope, planned: Planned): readonly OperationInput[] {
  const operation = 'operation' in data ? String(data.operation) : '';
  const environment = 'development';
  switch (type) {
    case 'DescribeDefinitions':
      return [complete('DefinitionsDescribed', { operation, number: 1, documents })];
    case 'DescribeEnvironment':
      return [complete('EnvironmentDescribed', { operation, environment, number: 0, fence: 0 })];
    case 'ResolveMaterial':
      return [complete('MaterialResolved', { operation, digest, contentDigest: digest })];
    case 'RequestVersion':
      return [complete('VersionGranted', { operation, product: 'bench', version: '1' })];
    case 'RequestLease':
      return [complete('LeaseGranted', { operation, environment, fence: 1, number: 1 })];
    case 'MakePlan':
      return planOf(operation, planned);
    default:
      return [];
  }
}

const slice = 200;

function planOf(operation: string, { steps, planDigest, pipeline, protected: guarded, lease }: Planned): readonly OperationInput[] {
  const slices = Array.from({ length: Math.ceil(steps.length / slice) }, (_, n) =>
    complete('PlanSliced', { operation, planDigest, slice: n, steps: steps.slice(n * slice, (n + 1) * slice) }),
  );
  const whole = { operation, planDigest, slices: slices.length, steps: steps.length, pipeline, protected: guarded, lease };
  return [...slices, complete('PlanMade', whole)];
}

const restorePoint = '{"was":null}';
const about = ({ data }: Command) => {
  const { operation, step, job, attempt, fence, phase, undoes } = { undoes: null, ...data };
  const bridge = phase === 'compile' || phase === 'package' ? 'ci' : phase === 'deploy' ? 'sem' : 'scm';
  const touched = undoes === null && (phase === 'deploy' || phase === 'publish');
  return { operation, step, attempt, job, number: 1, fence, bridge, restorePoint: touched ? restorePoint : null };
};

/** What a bridge says of a job that did nothing and did it well. */
export const succeeded = (command: Command): OperationInput =>
  complete('JobSucceeded', {
    ...about(command),
    outputs: Object.entries(outputsOf(command.data.action)).map(([name, value]) => ({ name, value, secret: false })),
    unchanged: false,
  });

export const failed = (command: Command): OperationInput =>
  complete('JobFailed', { ...about(command), reason: 'it was to fail', code: 'bench', retryable: false, effect: 'possible' });
