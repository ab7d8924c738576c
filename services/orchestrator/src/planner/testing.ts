import {
  type DeploymentSpec,
  type Environment,
  isEnvironment,
  isProduct,
  type Manifest,
  parseDefinitions,
  type Product,
  type Running,
  sha256,
} from '@srm/definitions';
import { type Before, nothingBefore } from './before.ts';
import { plan, type Plan, type PlanInput } from './plan.ts';

/** What tests of the planner are given: definitions as people write them, requests with what is usual left out. */
export function definitions(text: string): Readonly<{ product: Product; environment: Environment | null }> {
  const parsed = parseDefinitions(text, { base: '/base' });
  if ('errors' in parsed) throw new Error(JSON.stringify(parsed.errors, null, 1));
  const documents = parsed.documents.map(({ json }) => json as unknown);
  const product = documents.find(isProduct);
  if (product === undefined) throw new Error('the text has no product');
  return { product, environment: documents.find(isEnvironment) ?? null };
}

export const development = (spec: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    apiVersion: 'srm/v1',
    kind: 'Environment',
    metadata: { name: 'development' },
    spec: { stage: 'development', target: { driver: 'process' }, ...spec },
  });

type Given = Readonly<{
  request?: Partial<PlanInput['request']>;
  specs?: readonly DeploymentSpec[];
  dirty?: boolean;
  running?: readonly Running[];
  manifest?: Manifest | null;
  before?: Before;
  /** Component → what its source is; by default its name. */
  sources?: ReadonlyMap<string, string>;
}>;

export function input(text: string, given: Given = {}): PlanInput {
  const { product, environment } = definitions(text);
  const revision = (name: string): string => sha256(given.sources?.get(name) ?? name);
  return {
    request: {
      operation: 'op',
      tenant: 'default',
      kind: 'release',
      product: product.metadata.name,
      environment: environment?.metadata.name ?? null,
      components: [],
      perComponent: [],
      pipeline: null,
      definitions: [],
      material: null,
      environmentNumber: null,
      version: null,
      release: null,
      releasesNumber: null,
      expectedPlan: null,
      deadline: 60_000,
      force: null,
      of: null,
      named: null,
      restartConsumers: null,
      ...given.request,
    },
    product,
    environment,
    specs: given.specs ?? [],
    material: { components: product.spec.components.map(({ name }) => ({ name, revision: revision(name), dirty: given.dirty ?? false })) },
    running: given.running ?? [],
    manifest: given.manifest ?? null,
    before: given.before ?? nothingBefore,
  };
}

/** The plan of an input that is right. */
export function planned(given: PlanInput): Plan {
  const result = plan(given);
  if ('errors' in result) throw new Error(JSON.stringify(result.errors, null, 1));
  return result;
}

/** What is wrong with an input: `document pointer: detail`, one line each. */
export function wrong(given: PlanInput): readonly string[] {
  const result = plan(given);
  return 'errors' in result ? result.errors.map(({ document, pointer, detail }) => `${document ?? 'request'} ${pointer}: ${detail}`) : [];
}

/** Steps in a line each: the id and what it depends on. */
export const told = ({ steps }: Plan): readonly string[] =>
  steps.map(({ id, dependsOn }) => (dependsOn.length === 0 ? id : `${id} after ${dependsOn.join(', ')}`));

/** The inputs of one step in a line each: a value, or the step and output it comes from. */
export const inputsOf = ({ steps }: Plan, id: string): readonly string[] =>
  (steps.find((step) => step.id === id)?.inputs ?? []).map(
    ({ name, value, step, output }) => `${name} = ${value ?? `${step} → ${output}`}`,
  );

export const runs = (component: string, state: Running['state'] = 'running', outputs: readonly string[] = []): Running => ({
  component,
  state,
  version: '1',
  image: sha256('image'),
  spec: 'single',
  parameters: '{}',
  configuration: sha256('configuration'),
  outputs: outputs.map((name) => ({ name, value: 'x', secret: false })),
  operation: 'before',
  fence: 1,
  replicas: null,
  deployed: null,
  given: null,
});
