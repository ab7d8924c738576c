import { copyFile, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { asideIn, use, type Places } from './aside.ts';
import { orNull, placeFolder, removeTree, sha256OfFile, textOf, writeDurably } from './durable.ts';
import { isRecord, parseJson } from './json.ts';

/** A build's place in the binary package repository; buildId: 64 hex digits. */
export type BuildName = Readonly<{ product: string; component: string; buildId: string }>;
/** digest: `sha256:…` of the archive; size in bytes; output: `build.output`, whose content the archive holds. */
export type Artifact = Readonly<{ digest: string; size: number; output: string }>;

/** The binary package repository. Create-only: a name never changes its content. */
export interface Bpr {
  /** Also what is set aside. */
  find(name: BuildName): Promise<Artifact | null>;
  /** The same for somebody who is going to name it: it counts as used just now, and comes back where it was set aside. */
  take(name: BuildName): Promise<Artifact | null>;
  /** Takes the archive (a tar.gz). False: the same content was there before. Rejects with ArtifactRefused when other content has the name. */
  put(name: BuildName, archive: string, artifact: Artifact): Promise<boolean>;
  /** Writes the archive to `file`, verified. Rejects with ArtifactRefused when it is not there, or not what its digest says. */
  fetch(name: BuildName, digest: string, file: string): Promise<Artifact>;
}

/** A sentence. */
export class ArtifactRefused extends Error {
  override readonly name = 'ArtifactRefused';
}

const address = /^bpr:([a-z][a-z0-9-]{0,29})\/([a-z][a-z0-9-]{0,29})\/([0-9a-f]{64})@(sha256:[0-9a-f]{64})$/;

/** `bpr:<product>/<component>/<buildId>@sha256:<hex>` */
export const addressOf = ({ product, component, buildId }: BuildName, digest: string): string =>
  `bpr:${product}/${component}/${buildId}@${digest}`;

/** Throws ArtifactRefused on what is no such address. */
export function parseAddress(text: string): Readonly<{ name: BuildName; digest: string }> {
  const [, product, component, buildId, digest] = address.exec(text) ?? [];
  if (product === undefined || component === undefined || buildId === undefined || digest === undefined)
    throw new ArtifactRefused(`${JSON.stringify(text.slice(0, 200))} is no address of an artifact (bpr:product/component/build@sha256:…)`);
  return { name: { product, component, buildId }, digest };
}

function artifactOf(text: string | null): Artifact | null {
  const value = text === null ? null : parseJson(text);
  if (!isRecord(value)) return null;
  const { digest, size, output } = value;
  return typeof digest === 'string' && typeof size === 'number' && typeof output === 'string' ? { digest, size, output } : null;
}

/** What lies in the folder of a build; null: nothing that is whole. */
export async function artifactIn(place: string): Promise<Artifact | null> {
  const artifact = artifactOf(await textOf(path.join(place, 'artifact.json')));
  const archive = await orNull(stat(path.join(place, 'artifact.tar.gz')));
  return artifact !== null && archive?.size === artifact.size ? artifact : null;
}

/** Where a build has its place, and where it lies when it is set aside. */
export const placesIn = (folder: string, { product, component, buildId }: BuildName): Places => ({
  at: path.join(folder, product, component, buildId),
  aside: asideIn(folder, [product, component, buildId].join('~')),
});

/** In a folder: `<product>/<component>/<buildId>/{artifact.tar.gz, artifact.json}`, both there or none. */
export function folderBpr(folder: string, now: () => number = Date.now): Bpr {
  // It may be set aside, or come back, between two looks.
  const placesOf = (name: BuildName): readonly string[] => {
    const { at, aside } = placesIn(folder, name);
    return [at, aside, at];
  };
  const used = async (name: BuildName): Promise<string> => {
    const places = placesIn(folder, name);
    await use(places, now());
    return places.at;
  };
  const find = async (name: BuildName): Promise<Artifact | null> => {
    for (const place of placesOf(name)) {
      const artifact = await artifactIn(place);
      if (artifact !== null) return artifact;
    }
    return null;
  };
  const take = async (name: BuildName): Promise<Artifact | null> => artifactIn(await used(name));
  return {
    find,
    take,
    put: async (name, archive, artifact) => {
      const place = await used(name);
      const filled = `${archive}.place`;
      await removeTree(filled);
      await mkdir(filled, { recursive: true });
      await copyFile(archive, path.join(filled, 'artifact.tar.gz'));
      await writeDurably(path.join(filled, 'artifact.json'), `${JSON.stringify(artifact)}\n`);
      const files = ['artifact.tar.gz', 'artifact.json'];
      if (await placeFolder(filled, files, place)) return true;
      const there = await find(name);
      // Only damage from outside leaves a place without its record or its archive: it is filled again.
      if (there === null) {
        await removeTree(place);
        return placeFolder(filled, files, place);
      }
      await removeTree(filled);
      if (there.digest === artifact.digest) return false;
      throw new ArtifactRefused(`${addressOf(name, there.digest)} is there with other content; a build that was published never changes`);
    },
    fetch: async (name, digest, file) => {
      const artifact = await find(name);
      if (artifact?.digest !== digest || !(await copied(placesOf(name), file)))
        throw new ArtifactRefused(`${addressOf(name, digest)} is not in the binary package repository`);
      if (`sha256:${await sha256OfFile(file)}` !== digest)
        throw new ArtifactRefused(`${addressOf(name, digest)} is damaged: its bytes are not what its digest says`);
      return artifact;
    },
  };
}

async function copied(places: readonly string[], file: string): Promise<boolean> {
  for (const place of places) {
    const done = await orNull(copyFile(path.join(place, 'artifact.tar.gz'), file).then(() => true));
    if (done !== null) return true;
  }
  return false;
}
