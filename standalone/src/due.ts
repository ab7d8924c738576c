import { hasEnded } from '@srm/cli';
import type { Client, Operation, OperationStatus, Resource } from '@srm/cli';

/** A product in an environment. */
export type Place = Readonly<{ product: string; environment: string }>;

const openStatuses: readonly OperationStatus[] = ['requested', 'planning', 'waiting', 'running', 'held', 'cancelling', 'compensating'];
export const most = 10_000;

/** By this label a stop that came of Ctrl-C is known from one that somebody asked for: only the former is taken back by the next start. */
export const shutdownLabel = { name: 'srm.standalone', value: 'shutdown' } as const;

export const openOperations = async (client: Client): Promise<readonly Operation[]> =>
  (await Promise.all(openStatuses.map((status) => client.operations({ status, limit: most })))).flat().filter((one) => !hasEnded(one));

export const allResources = (client: Client): Promise<readonly Resource[]> => client.resources({ limit: most });

/** Places with at least one such resource, each once. */
export function placesOf(resources: readonly Resource[], is: (resource: Resource) => boolean): readonly Place[] {
  const found = resources.filter(is).map(({ product, environment }) => ({ product, environment }));
  return [...new Map(found.map((place) => [`${place.environment}/${place.product}`, place])).values()];
}

/** What Ctrl-C stopped and nobody has started since. */
export async function stoppedByShutdown(client: Client, resources: readonly Resource[]): Promise<readonly Place[]> {
  const ids = new Set(resources.flatMap(({ state, operation }) => (state === 'stopped' && operation !== null ? [operation] : [])));
  const operations = await Promise.all([...ids].map((id) => client.operation(id)));
  const ours = new Set(operations.filter(isShutdown).map(({ id }) => id));
  return placesOf(resources, ({ state, operation }) => state === 'stopped' && operation !== null && ours.has(operation));
}

const isShutdown = ({ kind, asked }: Operation): boolean =>
  kind === 'stop' && asked.labels.some(({ name, value }) => name === shutdownLabel.name && value === shutdownLabel.value);
