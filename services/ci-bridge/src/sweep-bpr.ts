import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Sweep, SweptItem } from '@srm/service';
import { asideFolder } from './aside.ts';
import { addressOf, artifactIn, placesIn, type BuildName } from './bpr.ts';
import { orNull } from './durable.ts';
import type { Notes } from './set-aside.ts';

/** Every package of the binary package repository, at its place or set aside. */
export async function sweptBpr(folder: string, sweep: Sweep, notes: Notes, usedSince: number): Promise<readonly SweptItem[]> {
  const kept = new Map(sweep.mark.artifacts);
  const items: SweptItem[] = [];
  for (const build of await buildsIn(folder)) {
    const places = placesIn(folder, build);
    const artifact = (await artifactIn(places.at)) ?? (await artifactIn(places.aside));
    // What is not whole is a build under way, or damage that the next build mends.
    if (artifact === null) continue;
    const address = addressOf(build, artifact.digest);
    const judged = await notes.judge({ ...places, name: address }, kept.get(address) ?? null, sweep, usedSince);
    if (judged !== null) items.push({ what: 'artifact', name: address, count: 1, bytes: artifact.size, ...judged });
  }
  return items;
}

async function buildsIn(folder: string): Promise<readonly BuildName[]> {
  const found: BuildName[] = [];
  for (const product of await namesIn(folder))
    for (const component of await namesIn(path.join(folder, product)))
      for (const buildId of await namesIn(path.join(folder, product, component))) found.push({ product, component, buildId });
  const aside = (await namesIn(asideFolder(folder))).map((name) => {
    const [product = '', component = '', buildId = ''] = name.split('~');
    return { product, component, buildId };
  });
  const all = new Map([...found, ...aside].map((build) => [Object.values(build).join('/'), build]));
  return [...all.values()];
}

/** What begins with a point is ours. */
export const namesIn = async (folder: string): Promise<readonly string[]> =>
  ((await orNull(readdir(folder))) ?? []).filter((name) => !name.startsWith('.')).sort();
