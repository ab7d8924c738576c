import { digestOf } from '@srm/definitions';
import { nameIn, ofProduct } from '../address.ts';
import { listed } from '../listed.ts';
import type { Claim, EnvironmentState, Resource } from './state.ts';

const mostNames = 10;

/** Of what there is of a product besides these components: image by image. */
export const restDigest = (product: string, running: Iterable<Pick<Resource, 'component' | 'image'>>, but: ReadonlySet<string>): string =>
  digestOf(
    [...running]
      .filter(({ component }) => ofProduct(product)(component) && !but.has(component))
      .map(({ component, image }) => `${component} ${image}`)
      .sort(),
  );

/** Why there is nothing to undo, in words; null: nobody has undone it. */
export function undoneAlready({ takenBack }: Readonly<{ takenBack: ReadonlyMap<string, string> }>, of: string): string | null {
  const by = takenBack.get(of);
  return by === undefined ? null : `operation ${of} was undone already by operation ${by}; an undo of that one brings it again`;
}

/** Why what a claim was planned upon is not so any more, and what to do, in words; null: it is. */
export function overtaken(state: EnvironmentState, { components, upon }: Claim): string | null {
  if (upon === null) return null;
  const { product, of, rest, number } = upon;
  const undone = of === null ? null : undoneAlready(state, of);
  if (undone !== null) return undone;
  const since = (component: string): boolean => (state.changed.get(component)?.at ?? 0) > number;
  const mine = (upon.components ?? components).filter(since);
  if (mine.length > 0) return [...changedBy(state, mine), 'ask again, and it is planned upon what runs now'].join('; ');
  const kept = new Set(upon.components ?? []);
  const chosen = new Set(components.filter((component) => !kept.has(component)));
  if (rest === null || restDigest(product, state.running.values(), chosen) === rest) return null;
  const others = [...state.changed.keys()].filter((one) => ofProduct(product)(one) && !chosen.has(one) && since(one));
  return [
    ...changedBy(state, others),
    'with that no whole release would run',
    'ask again, and it is built upon what runs now: what is built already is not built a second time',
  ].join('; ');
}

function changedBy({ changed, running, environment }: EnvironmentState, components: readonly string[]): readonly string[] {
  const names = listed(components.map(nameIn), mostNames);
  const operations = [...new Set(components.flatMap((component) => changed.get(component)?.operation ?? []))];
  const releases = [...new Set(components.flatMap((component) => running.get(component)?.version ?? []))].filter((one) => one !== '');
  return [
    operations.length === 1
      ? `operation ${listed(operations, mostNames)} has changed ${names} in ${environment} since this was planned`
      : `operations ${listed(operations, mostNames)} have changed ${names} in ${environment} since this was planned`,
    ...(releases.length === 0 ? [] : [`what runs there now is of release ${listed(releases, mostNames)}`]),
  ];
}
