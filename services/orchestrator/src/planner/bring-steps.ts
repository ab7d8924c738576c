import { below, componentVersion, type Environment, meant, type Product, quoted, resolveWorkload } from '@srm/definitions';
import { type Build, buildsOf, buildSteps } from './build-steps.ts';
import { chooseFor, type Choosing, specsByName } from './choice.ts';
import { type Deployment, deploySteps } from './deploy-steps.ts';
import { absentNeeds, baseErrors, builtWith, isChosen, type Part, type PartKind, partOf } from './part.ts';
import type { PlanInput } from './plan.ts';
import { processErrors } from './process-target.ts';
import { inDocument, inRequest, type PlanError, type PlanStep, type Where } from './step.ts';

type Image = Readonly<{ version: string; image: string | null }>;

/** The build id stands in the address of the artifact: `bpr:<product>/<component>/<build id>@…`. */
const buildIdIn = (artifact: string | null): string | null => /\/([0-9a-f]{64})@/.exec(artifact ?? '')?.[1] ?? null;

/** What is deployed of each component: what this plan builds, or what the release holds. */
function imagesOf(
  { request, product, manifest }: PlanInput,
  kind: PartKind,
  built: ReadonlyMap<string, Build>,
  part: Part,
): Readonly<{ images: ReadonlyMap<string, Image>; errors: readonly PlanError[] }> {
  if (kind === 'release') return { images: new Map([...built].map(([name, { version }]) => [name, { version, image: null }])), errors: [] };
  const named = request.release === null ? 'a release' : `the release ${quoted(request.release)}`;
  if (manifest === null)
    return {
      images: new Map(),
      errors: [inRequest('/release', `there is no such thing as ${named} of ${product.metadata.name}; release or package it first`)],
    };
  const components = new Map(manifest.components.map((component) => [component.name, component]));
  const images = new Map<string, Image>();
  const errors: PlanError[] = [];
  for (const component of product.spec.components) {
    if (component.type === 'library' || !isChosen(part, component.name)) continue;
    const found = components.get(component.name);
    if (found?.image == null) {
      errors.push(inRequest('/release', `${named} has no image of ${component.name}; package it again`));
      continue;
    }
    const id = buildIdIn(found.artifact);
    images.set(component.name, { image: found.image, version: id === null ? manifest.version : componentVersion(component, id) });
  }
  return { images, errors };
}

function deploymentsOf(
  input: PlanInput,
  environment: Environment,
  images: ReadonlyMap<string, Image>,
  part: Part,
): Readonly<{ deployments: readonly Deployment[]; errors: readonly PlanError[] }> {
  const { request, product } = input;
  const items = request.perComponent.map((item, index) => [item.name, { asked: item, pointer: below('/perComponent', index) }] as const);
  const asked = new Map(items.reverse());
  const choosing: Choosing = { product, environment, specs: specsByName(input.specs), asked };
  const deployments: Deployment[] = [];
  const errors: PlanError[] = [...strangers(product, environment)];
  for (const [index, component] of product.spec.components.entries()) {
    if (component.type === 'library' || !isChosen(part, component.name)) continue;
    const { choice, errors: wrong } = chooseFor(choosing, component, index);
    errors.push(...wrong);
    if (choice === null) continue;
    const resolved = resolveWorkload(component, choice.spec, choice.parameters);
    errors.push(...processErrors(product, component, index, choice, resolved.workload));
    const image = images.get(component.name);
    if (image !== undefined) deployments.push({ component, choice, resolved, ...image });
  }
  return { deployments, errors };
}

/** What the environment says of components that the product does not have, or does not deploy. */
function strangers(product: Product, environment: Environment): readonly PlanError[] {
  const names = product.spec.components.filter((component) => component.type !== 'library').map((component) => component.name);
  const known = new Set(names);
  return Object.keys(environment.spec.components ?? {}).flatMap((address) => {
    const [owner, name = ''] = address.split('/');
    if (owner !== product.metadata.name || known.has(name)) return [];
    const detail = `${product.metadata.name} deploys no component ${quoted(name)}${meant(name, names)}`;
    return [inDocument(`Environment/${environment.metadata.name}`, below('/spec/components', address), detail)];
  });
}

/** Builds and deploys, of all or of a part, or everything that is wrong. */
export function broughtSteps(
  input: PlanInput,
  kind: PartKind,
  guarded: boolean,
  where: Where,
): Readonly<{ steps: readonly PlanStep[]; errors: readonly PlanError[] }> {
  const { product, environment, running, request, manifest } = input;
  const { part, errors: misnamed } = partOf(product, kind, request.components);
  if (misnamed.length > 0) return { steps: [], errors: misnamed };
  const built =
    kind !== 'deploy'
      ? buildsOf(product, input.material, guarded, builtWith(product, part))
      : { builds: new Map<string, Build>(), errors: [] };
  const first = kind !== 'deploy' ? buildSteps(product, built.builds, kind !== 'compile', part) : [];
  const place = environment?.metadata.name ?? '';
  const ran = kind === 'release' ? { running, environment: place } : null;
  const noBase = kind === 'package' || kind === 'release' ? baseErrors(product, part, manifest, ran) : [];
  if (kind === 'compile' || kind === 'package' || environment === null) return { steps: first, errors: [...built.errors, ...noBase] };
  const { images, errors: noImages } = imagesOf(input, kind, built.builds, part);
  const { deployments, errors } = deploymentsOf(input, environment, images, part);
  return {
    steps: [...first, ...deploySteps(product, deployments, where, guarded ? place : null)],
    errors: [...built.errors, ...noBase, ...noImages, ...errors, ...(noBase.length > 0 ? [] : absentNeeds(product, part, running, place))],
  };
}
