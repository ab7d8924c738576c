import type { Environment, Product, Running } from '@srm/definitions';
import type { MakePlan } from '@srm/schemas';
import { ofProduct } from '../address.ts';
import type { Tried } from '../environment/state.ts';
import { listed } from '../listed.ts';

const mostNames = 50;

/** How a try ended, in words. */
const ends: Readonly<Record<string, string>> = {
  OperationCompensated: 'was compensated',
  OperationCompensationFailed: 'could not be undone wholly',
  OperationFailed: 'failed',
  OperationCancelled: 'was cancelled',
};

/** Which release is taken where none was named, and how it fared here. */
export function releaseRemarks(
  request: MakePlan['data'],
  release: string,
  environment: string,
  tried: Tried | undefined,
): readonly string[] {
  const named =
    request.kind === 'deploy'
      ? `takes release ${release}, the newest complete one`
      : `goes back to release ${release}, the last that was brought to ${environment} and is not what runs there now`;
  const fate = tried === undefined ? null : tried.undone !== null ? `it was undone there by operation ${tried.undone}` : fared(tried);
  return [fate === null ? named : `${named}; ${fate}`];
}

const fared = ({ ended, operation }: Tried): string | null => {
  const how = ends[ended];
  return how === undefined ? null : `its last try there ${how} (operation ${operation})`;
};

/** What runs of the product and is part of it no more: no deploy touches it. */
export function leftRemarks(
  product: Product,
  environment: Environment,
  running: readonly Running[],
  deployed: ReadonlySet<string>,
): readonly string[] {
  const { name } = product.metadata;
  const place = environment.metadata.name;
  const gone = running
    .filter(({ component, state }) => ofProduct(name)(component) && state !== 'absent')
    .map(({ component }) => component.slice(name.length + 1))
    .filter((component) => !deployed.has(component))
    .sort();
  if (gone.length === 0) return [];
  const one = gone.length === 1;
  const command = `npm run srm -- destroy ${name} -e ${place} -c ${gone.slice(0, mostNames).join(' -c ')} --yes`;
  return [
    `${listed(gone, mostNames)} ${one ? 'is' : 'are'} no part of ${name} any more and still there in ${place}; ${one ? 'it stays' : 'they stay'} as ${one ? 'it is' : 'they are'}, ${command} removes ${one ? 'it' : 'them'}`,
  ];
}

/** What a start or a restart deploys again as it was: since what others give has changed, or since nobody knows how a step ended. */
export const againRemarks = (changed: readonly string[], unsure: readonly string[]): readonly string[] => [
  ...(changed.length === 0 ? [] : [restartedRemark(changed)]),
  ...(unsure.length === 0 ? [] : [deployedRemark(unsure)]),
];

export const restartedRemark = (names: readonly string[]): string =>
  names.length === 1
    ? `${names[0]} is configured anew and restarted, since what others give changes`
    : `${listed(names, mostNames)} are configured anew and restarted, since what others give changes`;

const deployedRemark = (names: readonly string[]): string =>
  names.length === 1
    ? `${names[0]} is deployed again as it was, since it is not certain what runs`
    : `${listed(names, mostNames)} are deployed again as they were, since it is not certain what runs`;
