import { buildId, canonicalJson, componentVersion, type Component, type Material, needsOf, type Product, topology } from '@srm/definitions';
import { componentsOf } from './components.ts';
import { isChosen, type Part } from './part.ts';
import { byName, given, inDocument, inRequest, known, type PlanError, type PlanStep, stepId, stepOf } from './step.ts';

export type Build = Readonly<{ id: string; version: string; revision: string }>;

/** The build of each component that is built here, in the order of its needs. */
export function buildsOf(
  product: Product,
  material: Material | null,
  guarded: boolean,
  /** What is built at all. */
  part: Part = null,
): Readonly<{ builds: ReadonlyMap<string, Build>; errors: readonly PlanError[] }> {
  const components = componentsOf(product);
  const revisions = new Map(material?.components.map((item) => [item.name, item]));
  const builds = new Map<string, Build>();
  const errors: PlanError[] = [];
  if (material === null) errors.push(inRequest('', 'the sources were not looked at, so it is not known what would be built; ask again'));
  for (const name of material === null ? [] : topology(product, 'compile').flat()) {
    const component = components.get(name);
    const found = revisions.get(name);
    if (component === undefined || !isChosen(part, name)) continue;
    if (found === undefined) {
      errors.push(
        inDocument(`Product/${product.metadata.name}`, '/spec/components', `no source of ${name} was found; look at its source.path`),
      );
    } else if (found.dirty && guarded) {
      errors.push(
        inRequest('/environment', `the source of ${name} has changes that are not committed; a protected environment takes none`),
      );
    }
    const needs = new Map(needsOf(component, 'compile').map((need) => [need, builds.get(need)?.id ?? '']));
    const revision = found?.revision ?? '';
    const id = buildId({ revision, build: component.build, base: null, needs });
    builds.set(name, { id, version: componentVersion(component, id), revision });
  }
  return { builds, errors };
}

function compileStep(product: string, component: Component, build: Build): PlanStep {
  const needs = byName(component.build?.needs ?? {}).map(([name, path]) => ({ name, path }));
  const inputs = known({
    name: `${product}/${component.name}`,
    version: build.version,
    buildId: build.id,
    source: canonicalJson({ path: component.source?.path }),
    revision: build.revision,
    build: canonicalJson({ run: component.build?.run, output: component.build?.output }),
    needs: canonicalJson(needs),
  });
  const artifacts = needs.map(({ name }) => given(`need:${name}`, stepId(name, 'compile'), 'artifact'));
  const dependsOn = needsOf(component, 'compile').map((name) => stepId(name, 'compile'));
  return stepOf(component.name, 'compile', null, dependsOn, [...inputs, ...artifacts]);
}

function packageStep(product: string, component: Component, build: Build): PlanStep {
  const compile = stepId(component.name, 'compile');
  const content = canonicalJson({ files: component.package?.files, workdir: component.package?.workdir ?? '/' });
  const inputs = [
    ...known({ name: `${product}/${component.name}`, version: build.version }),
    given('artifact', compile, 'artifact'),
    ...known({ package: content }),
  ];
  return stepOf(component.name, 'package', null, [compile], inputs);
}

/** Compile every component that is built, and, where asked, package each that was chosen and runs. */
export const buildSteps = (
  product: Product,
  builds: ReadonlyMap<string, Build>,
  packages: boolean,
  part: Part = null,
): readonly PlanStep[] =>
  product.spec.components.flatMap((component) => {
    const build = builds.get(component.name);
    if (build === undefined) return [];
    const name = product.metadata.name;
    const compiled = compileStep(name, component, build);
    return packages && component.type !== 'library' && isChosen(part, component.name)
      ? [compiled, packageStep(name, component, build)]
      : [compiled];
  });
