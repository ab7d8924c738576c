import type { Client, Lang, Operation, OperationRequest, Picture, Resource, Screen } from '@srm/cli';
import { addressesOf, placed, readSource, renderEnding, watchOperation, words } from '@srm/cli';
import { allResources, most, openOperations, placesOf, shutdownLabel, stoppedByShutdown } from './due.ts';
import type { Place } from './due.ts';
import { sentences } from './sentences.ts';

/** What the terminal's side of `npm start` works with: like any user it knows SRM by HTTP only. */
export type Life = Readonly<{
  client: Client;
  screen: Screen;
  lang: Lang;
  now: () => number;
  sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** The folder of the product that the first start releases, and its environment; null: nothing. */
  example: Readonly<{ folder: string; environment: string }> | null;
}>;

/** `picture`: how the last operation that was watched ended; null when there was none or it was left. `trouble`: why nothing more was done. */
export type Outcome = Readonly<{ released: boolean; picture: Picture | null; trouble: string | null }>;

/**
 * What a start does: goes on with what is open, starts what the last Ctrl-C stopped, releases the example on the first start of all.
 * Dying anywhere in it and starting anew comes to the same: each is an ordinary operation, found open again, and the release has one key.
 */
export async function arrive(life: Life, signal: AbortSignal): Promise<Outcome> {
  const { client, screen } = life;
  const say = sentences[life.lang];
  let last: Picture | null = null;
  for (let open = await openOperations(client); open.length > 0 && !signal.aborted; open = await openOperations(client)) {
    for (const operation of open) {
      screen.print(say.goesOn(operation.kind, operation.product));
      last = await shown(life, operation, signal);
    }
  }
  for (const place of signal.aborted ? [] : await stoppedByShutdown(client, await allResources(client))) {
    screen.print(say.starts(place.product, place.environment));
    last = await shown(life, await client.request({ ...requestOf('start', place), preview: false }), signal);
  }
  if (signal.aborted) return { released: false, picture: last, trouble: null };
  if (life.example !== null && (await client.operations({ limit: 1 })).length === 0) {
    return { released: true, picture: await shown(life, await released(client, life.example), signal), trouble: null };
  }
  const resources = await allResources(client);
  const running = resources.filter(({ state }) => state === 'running');
  screen.print([say.nothing(running.length), ...(await doors(life, running))].join('         '));
  return { released: false, picture: last, trouble: null };
}

/** What Ctrl-C does: with nothing open the resources are stopped by ordinary operations, but where there is a freeze; otherwise all is left running. True when all is well. */
export async function depart(life: Life): Promise<boolean> {
  const { client, screen } = life;
  const say = sentences[life.lang];
  const open = await openOperations(client);
  for (const { kind, product, id } of open) screen.print(say.draining(kind, product, id));
  const running = open.length > 0 ? [] : placesOf(await allResources(client), ({ state }) => state === 'running');
  const isFrozen = await freezes(client);
  for (const { product, environment } of running.filter(isFrozen)) screen.print(say.frozen(product, environment));
  const places = running.filter((place) => !isFrozen(place));
  if (places.length > 0) screen.print(say.stopping);
  const stops = await Promise.all(places.map((place) => client.request({ ...requestOf('stop', place), labels: [shutdownLabel] })));
  let well = true;
  for (const stop of stops) {
    const picture = await shown(life, stop, new AbortController().signal);
    if (picture?.operation.status === 'succeeded') continue;
    well = false;
    screen.print(`✖ ${say.notStopped(stop.product, stop.environment ?? '')}`);
  }
  if (well && open.length === 0) screen.print(say.stopped);
  return well;
}

async function freezes(client: Client): Promise<(place: Place) => boolean> {
  const standing = (await client.freezes({ limit: most })).filter(({ frozen }) => frozen);
  return (place) => standing.some(({ environment }) => environment === null || environment === place.environment);
}

const requestOf = (kind: 'start' | 'stop', { product, environment }: Place): OperationRequest => ({
  kind,
  product,
  environment,
  preview: false,
});

async function released(client: Client, { folder, environment }: NonNullable<Life['example']>): Promise<Operation> {
  const source = readSource(folder, folder);
  if (source === null) throw new Error(`there is no srm.yaml in ${folder}`);
  const { documents } = await client.define(source.yaml, source.base);
  const product = documents.find(({ kind }) => kind === 'Product');
  if (product === undefined) throw new Error(`there is no product in ${source.file}`);
  return client.request({ kind: 'release', product: product.name, environment, preview: false }, 'standalone-first-release');
}

async function shown(life: Life, { id }: Operation, signal: AbortSignal): Promise<Picture | null> {
  const { client, screen, lang, now, sleep } = life;
  const picture = await watchOperation(id, { client, screen, lang, now, sleep, signal });
  if (picture !== null) screen.print(renderEnding(picture.operation, picture.steps, await placed(client, picture.operation, sleep), lang));
  return picture;
}

/** `open http://…  (web)` for the front doors of what runs. */
async function doors({ client, lang }: Life, running: readonly Resource[]): Promise<readonly string[]> {
  const ids = [...new Set(running.flatMap(({ operation }) => operation ?? []))];
  const steps = (await Promise.all(ids.map((id) => client.steps(id)))).flat();
  return addressesOf(steps, running).map(({ component, url }) => `${words[lang].open} ${url}  (${component})`);
}
