import {
  below,
  type Chosen,
  type Component,
  type DeploymentSpec,
  type Environment,
  meant,
  misfit,
  own,
  parametersIn,
  type Product,
  quoted,
  shippedSpecs,
} from '@srm/definitions';
import type { MakePlan } from '@srm/schemas';
import { inDocument, inRequest, type PlanError } from './step.ts';

type Asked = MakePlan['data']['perComponent'][number];

/** Where a value was said, for errors about it. */
export type At = Readonly<{ document: string | null; pointer: string }>;

/** What was chosen for one component: its spec, the parameters and items with who chose them. */
export type Choice = Readonly<{
  spec: DeploymentSpec;
  specRank: 'component' | 'environment' | 'request';
  at: At;
  parameters: ReadonlyMap<string, Chosen>;
  config: ReadonlyMap<string, Chosen>;
}>;

export type Choosing = Readonly<{
  product: Product;
  environment: Environment;
  specs: ReadonlyMap<string, DeploymentSpec>;
  asked: ReadonlyMap<string, Readonly<{ asked: Asked; pointer: string }>>;
}>;

export const specsByName = (own: readonly DeploymentSpec[]): ReadonlyMap<string, DeploymentSpec> =>
  new Map([...own, ...shippedSpecs].map((spec) => [spec.metadata.name, spec]));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function askedParameters(text: string | null): Readonly<Record<string, unknown>> | null {
  if (text === null) return {};
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

const usualSpec = 'single';

type Said = Readonly<{ spec: string; rank: Choice['specRank']; at: At }>;

/** Later wins: the component's first, what the environment says, what was asked. */
function specSaid({ product, environment, asked }: Choosing, component: Component, index: number): Said {
  const address = `${product.metadata.name}/${component.name}`;
  const request = asked.get(component.name);
  if (typeof request?.asked.spec === 'string')
    return { spec: request.asked.spec, rank: 'request', at: { document: null, pointer: below(request.pointer, 'spec') } };
  const ours = own(environment.spec.components, address)?.spec;
  const document = `Environment/${environment.metadata.name}`;
  if (ours !== undefined) return { spec: ours, rank: 'environment', at: { document, pointer: below('/spec/components', address, 'spec') } };
  const at = { document: `Product/${product.metadata.name}`, pointer: below('/spec/components', index, 'specs', 0) };
  return { spec: component.specs?.[0] ?? usualSpec, rank: 'component', at };
}

function specErrors(
  component: Component,
  said: Said,
  spec: DeploymentSpec | undefined,
  all: ReadonlyMap<string, DeploymentSpec>,
): readonly PlanError[] {
  const error = (detail: string): readonly PlanError[] => [inDocument(said.at.document, said.at.pointer, detail)];
  const kind = component.workload?.kind ?? 'service';
  if (spec === undefined) return error(`unknown deployment spec ${quoted(said.spec)}${meant(said.spec, [...all.keys()])}`);
  if (component.specs !== undefined && !component.specs.includes(said.spec)) {
    return error(`${component.name} supports only the specs ${component.specs.join(', ')}, not ${said.spec}`);
  }
  return spec.spec.for.includes(kind)
    ? []
    : error(`the spec ${said.spec} is for ${spec.spec.for.join(', ')}, and ${component.name} is a ${kind}`);
}

type Layer = Readonly<{ values: Readonly<Record<string, unknown>>; rank: Chosen['rank']; document: string | null; pointer: string }>;
type Declarations = Readonly<Record<string, Parameters<typeof misfit>[0]>>;

/** Checks the values of each layer against their declarations; the later layer wins. */
function chosen(
  what: string,
  declared: Declarations,
  layers: readonly Layer[],
): Readonly<{ values: Map<string, Chosen>; errors: readonly PlanError[] }> {
  const values = new Map<string, Chosen>();
  const errors: PlanError[] = [];
  for (const [name, parameter] of Object.entries(declared)) {
    if (parameter.default !== undefined) values.set(name, { value: parameter.default, rank: 'spec' });
  }
  for (const { values: given, rank, document, pointer } of layers) {
    for (const [name, value] of Object.entries(given)) {
      const declaration = own(declared, name);
      const wrong =
        declaration === undefined
          ? `unknown ${what} ${quoted(name)}${Object.keys(declared).length === 0 ? '; there are none' : meant(name, Object.keys(declared))}`
          : misfit(declaration, value);
      if (wrong !== null) errors.push(inDocument(document, below(pointer, name), wrong));
      else if (typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number') values.set(name, { value, rank });
    }
  }
  return { values, errors };
}

/** The spec of a component that is deployed, its parameters and configuration items; or everything that is wrong with them. */
export function chooseFor(
  choosing: Choosing,
  component: Component,
  index: number,
): Readonly<{ choice: Choice | null; errors: readonly PlanError[] }> {
  const { product, environment, specs, asked } = choosing;
  const address = `${product.metadata.name}/${component.name}`;
  const said = specSaid(choosing, component, index);
  const spec = specs.get(said.spec);
  const errors: PlanError[] = [...specErrors(component, said, spec, specs)];
  const ours = own(environment.spec.components, address);
  const document = `Environment/${environment.metadata.name}`;
  const request = asked.get(component.name);
  const requested = askedParameters(request?.asked.parameters ?? null);
  if (requested === null && request !== undefined)
    errors.push(inRequest(below(request.pointer, 'parameters'), 'parameters must be a JSON object'));
  const items = chosen('configuration item', component.config ?? {}, [
    { values: ours?.config ?? {}, rank: 'environment', document, pointer: below('/spec/components', address, 'config') },
  ]);
  errors.push(...items.errors, ...unset(choosing, component, index, items.values));
  if (spec === undefined) return { choice: null, errors };
  const declared = spec.spec.parameters?.properties ?? {};
  const parameters = chosen('parameter', declared, [
    { values: ours?.parameters ?? {}, rank: 'environment', document, pointer: below('/spec/components', address, 'parameters') },
    { values: requested ?? {}, rank: 'request', document: null, pointer: below(request?.pointer ?? '', 'parameters') },
  ]);
  errors.push(...parameters.errors, ...missing(choosing, component, index, spec, parameters.values));
  return { choice: { spec, specRank: said.rank, at: said.at, parameters: parameters.values, config: items.values }, errors };
}

/** Items without a value: nothing would provide them. */
function unset(
  { product, environment }: Choosing,
  component: Component,
  index: number,
  values: ReadonlyMap<string, Chosen>,
): readonly PlanError[] {
  return Object.keys(component.config ?? {})
    .filter((name) => !values.has(name))
    .map((name) => {
      const how = `give it a default, or a value in components of environment ${environment.metadata.name}`;
      return inDocument(
        `Product/${product.metadata.name}`,
        below('/spec/components', index, 'config', name),
        `the configuration item ${name} of ${component.name} has no value; ${how}`,
      );
    });
}

/** Parameters that the workload uses, or the spec demands, and nobody gives. */
function missing(
  { product }: Choosing,
  component: Component,
  index: number,
  spec: DeploymentSpec,
  values: ReadonlyMap<string, Chosen>,
): readonly PlanError[] {
  const declared = spec.spec.parameters?.properties ?? {};
  const document = `Product/${product.metadata.name}`;
  const pointer = below('/spec/components', index);
  const used = new Set([
    ...parametersIn(component.workload),
    ...parametersIn(component.outputs),
    ...parametersIn(component.undo),
    ...parametersIn(spec.spec.workload),
  ]);
  const unknown = [...used]
    .filter((name) => own(declared, name) === undefined)
    .map((name) =>
      inDocument(
        document,
        pointer,
        `\${parameters.${name}}: the spec ${spec.metadata.name} has no such parameter${meant(name, Object.keys(declared))}`,
      ),
    );
  const demanded = new Set([...used, ...(spec.spec.parameters?.required ?? [])]);
  const open = [...demanded]
    .filter((name) => own(declared, name) !== undefined && !values.has(name))
    .map((name) =>
      inDocument(
        document,
        pointer,
        `the parameter ${name} of the spec ${spec.metadata.name} has no value for ${component.name}; give one with the request`,
      ),
    );
  return [...unknown, ...open];
}
