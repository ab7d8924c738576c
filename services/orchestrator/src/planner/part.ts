import { below, type Manifest, meant, needsOf, type Product, quoted, type Running } from '@srm/definitions';
import { listed } from '../listed.ts';
import { componentsOf, resourcesOf } from './components.ts';
import { inRequest, type PlanError } from './step.ts';

/** The components that were chosen; null: all. */
export type Part = ReadonlySet<string> | null;
export type PartKind = 'compile' | 'package' | 'deploy' | 'release';

const mostNames = 50;
const never: Readonly<Record<PartKind, string>> = { compile: '', package: 'packaged', deploy: 'deployed', release: 'deployed' };

export const chosenIn = (names: readonly string[]): Part => (names.length === 0 ? null : new Set(names));

/** The chosen components of a build, a deploy or a release, or everything that is wrong with the names. */
export function partOf(product: Product, kind: PartKind, names: readonly string[]): Readonly<{ part: Part; errors: readonly PlanError[] }> {
  const defined = componentsOf(product);
  const errors = names.flatMap((name, index): readonly PlanError[] => {
    const component = defined.get(name);
    const at = below('/components', index);
    if (component === undefined) return [inRequest(at, `unknown component ${quoted(name)}${meant(name, [...defined.keys()])}`)];
    if (kind === 'compile' || component.type !== 'library') return [];
    return [inRequest(at, `${name} is a library and is not ${never[kind]}; choose what is built with it`)];
  });
  return { part: chosenIn(names), errors };
}

/** The part, and all that its builds need. */
export function builtWith(product: Product, part: Part): Part {
  if (part === null) return null;
  const defined = componentsOf(product);
  const all = new Set<string>();
  const open = [...part];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const component = defined.get(name);
    if (component === undefined || all.has(name)) continue;
    all.add(name);
    open.push(...needsOf(component, 'compile'));
  }
  return all;
}

export const isChosen = (part: Part, name: string): boolean => part === null || part.has(name);

const runningOf = (product: Product, running: readonly Running[]): ReadonlyMap<string, Running> =>
  new Map([...resourcesOf(product, running)].filter(([, { state }]) => state !== 'absent'));

const them = (names: readonly string[]): string => (names.length === 1 ? 'it' : 'them');

/** What the part needs to be up before and is not there at all. */
export function absentNeeds(product: Product, part: Part, running: readonly Running[], environment: string): readonly PlanError[] {
  if (part === null) return [];
  const there = runningOf(product, running);
  const missing = new Set<string>();
  const needing: string[] = [];
  for (const component of product.spec.components) {
    if (!part.has(component.name)) continue;
    const absent = needsOf(component, 'deploy').filter((name) => !part.has(name) && !there.has(name));
    for (const name of absent) missing.add(name);
    if (absent.length > 0) needing.push(component.name);
  }
  if (missing.size === 0) return [];
  const names = [...missing];
  return [
    inRequest(
      '/components',
      `${listed(needing, mostNames)} ${needing.length === 1 ? 'needs' : 'need'} ${listed(names, mostNames)}, which ${names.length === 1 ? 'is' : 'are'} not in ${environment}; choose ${them(names)} too`,
    ),
  ];
}

/** What of the rest is not in the release that the part is built upon, or, where it is deployed, does not run as in it: the whole would be no release. */
export function baseErrors(
  product: Product,
  part: Part,
  base: Manifest | null,
  ran: Readonly<{ running: readonly Running[]; environment: string }> | null,
): readonly PlanError[] {
  if (part === null) return [];
  if (base === null) return [inRequest('/release', 'the release that the rest is to be as in is not known; name it')];
  const images = new Map(base.components.map(({ name, image }) => [name, image]));
  const rest = product.spec.components.filter(({ name, type }) => type !== 'library' && !part.has(name)).map(({ name }) => name);
  const unbuilt = rest.filter((name) => images.get(name) == null);
  const there = ran === null ? null : runningOf(product, ran.running);
  const others = rest.filter((name) => images.get(name) != null && there !== null && there.get(name)?.image !== images.get(name));
  const errors: PlanError[] = [];
  const is = (names: readonly string[]): string => (names.length === 1 ? 'is' : 'are');
  if (unbuilt.length > 0) {
    const detail = `${listed(unbuilt, mostNames)} ${is(unbuilt)} not in release ${base.version}; choose ${them(unbuilt)} too, or another base`;
    errors.push(inRequest('/components', detail));
  }
  if (others.length > 0) {
    const detail = `${listed(others, mostNames)} ${others.length === 1 ? 'does' : 'do'} not run in ${ran?.environment} as in release ${base.version}, so what would run there is no release; choose ${them(others)} too, or package the part and deploy it`;
    errors.push(inRequest('/components', detail));
  }
  return errors;
}
