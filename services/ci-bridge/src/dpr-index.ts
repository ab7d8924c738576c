import { createHash } from 'node:crypto';
import { readdir, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { orNull, textOf, writeDurably } from './durable.ts';
import { isRecord, isText, parseJson } from './json.ts';
import type { Descriptor } from './oci.ts';

const refName = 'org.opencontainers.image.ref.name';
const refFile = 'srm.ref';
const hashed = 16;

/** Names that people know images by: one file each, so that several may be added at once. The file's name begins with a hash of the
 *  ref, goes on with the digest; of several digests with one ref the one put last keeps it. */
type Ref = Readonly<{ file: string; descriptor: Descriptor }>;

function descriptorOf(value: unknown): Descriptor | null {
  if (!isRecord(value)) return null;
  const { mediaType, digest, size, annotations } = value;
  const known = isRecord(annotations) ? Object.entries(annotations).filter((pair): pair is [string, string] => isText(pair[1])) : [];
  return isText(mediaType) && isText(digest) && typeof size === 'number'
    ? { mediaType, digest, size, annotations: Object.fromEntries(known) }
    : null;
}

/** What the index shows, by the file it was made from. */
async function shownIn(folder: string): Promise<ReadonlyMap<string, Descriptor>> {
  const index = parseJson((await textOf(path.join(folder, 'index.json'))) ?? 'null');
  const manifests: readonly unknown[] = isRecord(index) && Array.isArray(index['manifests']) ? index['manifests'] : [];
  const shown = manifests.map(descriptorOf).filter((one) => one !== null);
  return new Map(shown.map((one) => [one.annotations?.[refFile] ?? '', one]));
}

async function refIn(folder: string, file: string): Promise<Descriptor | null> {
  const descriptor = descriptorOf(parseJson((await textOf(path.join(folder, 'refs', file))) ?? 'null'));
  return descriptor === null ? null : { ...descriptor, annotations: { ...descriptor.annotations, [refFile]: file } };
}

const timeOf = async (folder: string, file: string): Promise<number> => (await orNull(stat(path.join(folder, 'refs', file))))?.mtimeMs ?? 0;

async function refsOfOneName(folder: string, files: readonly string[]): Promise<readonly Ref[]> {
  const times = await Promise.all(files.map((file) => timeOf(folder, file)));
  const last = files[times.lastIndexOf(Math.max(...times))];
  const refs = await Promise.all(files.map(async (file) => ({ file, descriptor: await refIn(folder, file) })));
  return refs.flatMap(({ file, descriptor }) => {
    if (descriptor === null) return [];
    return [{ file, descriptor: file === last ? descriptor : { ...descriptor, annotations: { [refFile]: file } } }];
  });
}

/** Reads only what the index does not show yet. */
async function manifestsOf(folder: string): Promise<readonly Descriptor[]> {
  const files = (await readdir(path.join(folder, 'refs'))).filter((file) => file.endsWith('.json')).sort();
  const shown = await shownIn(folder);
  const names = new Map<string, string[]>();
  for (const file of files) names.set(file.slice(0, hashed), [...(names.get(file.slice(0, hashed)) ?? []), file]);
  const refs = [...names.values()].map(async (ofOne): Promise<readonly Ref[]> => {
    const [file] = ofOne;
    const known = file === undefined || ofOne.length > 1 ? undefined : shown.get(file);
    return file !== undefined && known !== undefined ? [{ file, descriptor: known }] : refsOfOneName(folder, ofOne);
  });
  return (await Promise.all(refs)).flat().map((ref) => ref.descriptor);
}

/** Makes index.json from the refs, again until it shows what is there: whoever writes last has seen the refs of all. */
export async function writeIndex(folder: string): Promise<void> {
  const make = async (): Promise<string> => JSON.stringify({ schemaVersion: 2, manifests: await manifestsOf(folder) });
  for (let text = await make(); (await textOf(path.join(folder, 'index.json'))) !== text; text = await make())
    await writeDurably(path.join(folder, 'index.json'), text);
}

export async function putRef(folder: string, descriptor: Descriptor, name: string, now: () => number): Promise<void> {
  const short = createHash('sha256').update(name).digest('hex').slice(0, hashed);
  const file = path.join(folder, 'refs', `${short}-${descriptor.digest.slice('sha256:'.length)}.json`);
  await writeDurably(file, JSON.stringify({ ...descriptor, annotations: { [refName]: name } }));
  const time = new Date(now());
  await utimes(file, time, time);
}

/** Every name of an image, by the file that it lies in. */
export async function refsIn(folder: string): Promise<readonly Readonly<{ file: string; digest: string; name: string | null }>[]> {
  const files = ((await orNull(readdir(path.join(folder, 'refs')))) ?? []).filter((file) => file.endsWith('.json')).sort();
  const all = await Promise.all(files.map(async (file) => ({ file, descriptor: await refIn(folder, file) })));
  return all.flatMap(({ file, descriptor }) =>
    descriptor === null ? [] : [{ file, digest: descriptor.digest, name: descriptor.annotations?.[refName] ?? null }],
  );
}
