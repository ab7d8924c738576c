import { createReadStream } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { unpackTarGz } from '@srm/bridge/archive';
import { folderBpr } from './bpr.ts';
import { folderDpr } from './dpr.ts';
import { succeeded, type Ending } from './ending.ts';
import { InputRefused, packageInputs, type PackageInputs } from './inputs.ts';
import { imageOf } from './oci.ts';
import { packTarGz, type PackItem } from './pack.ts';
import { bprFolder, countEffect, dprFolder, type Running } from './running.ts';
import { readTree, type Entry, type Tree } from './tree.ts';

const withoutSlashes = (name: string): string =>
  name
    .split('/')
    .filter((part) => part !== '')
    .join('/');

/** What of the artifact `from` means: `build.output` itself or something in it, as in the workspace; or a path in the artifact. '' is all of it. */
function chosen(tree: Tree, output: string, from: string): string {
  const inner = from === output ? '' : from.startsWith(`${output}/`) && output !== '' ? from.slice(output.length + 1) : from;
  if (inner === '' || tree.entries.some((entry) => entry.name === inner)) return inner;
  throw new InputRefused(
    `package.files names ${from}, which the artifact has not; it holds what the build left in ${output === '' ? 'its folder' : output}`,
  );
}

/** The entries of the artifact below `inner`, under the names they have in the image. */
function moved(tree: Tree, inner: string, to: string): readonly PackItem[] {
  const target = withoutSlashes(to);
  const itself = tree.entries.find((entry) => entry.name === inner);
  const place = (entry: Entry, name: string): PackItem => ({
    ...entry,
    name,
    from: entry.kind === 'file' ? path.join(tree.root, entry.name) : null,
  });
  if (itself !== undefined && itself.kind !== 'folder') {
    const name = to.endsWith('/') ? withoutSlashes(`${target}/${path.posix.basename(inner)}`) : target;
    return [place(itself, name)];
  }
  const prefix = inner === '' ? '' : `${inner}/`;
  return tree.entries
    .filter((entry) => entry.name.startsWith(prefix))
    .map((entry) => place(entry, withoutSlashes(`${target}/${entry.name.slice(prefix.length)}`)));
}

const folder = (name: string): PackItem => ({ name, kind: 'folder', executable: true, size: 0, target: null, from: null });

/** With the folders above, each name once. */
function layerOf(items: readonly PackItem[], workdir: string | null): readonly PackItem[] {
  const layer = new Map<string, PackItem>();
  const put = (item: PackItem): void => {
    const parts = item.name.split('/');
    for (const end of parts.slice(0, -1).keys()) putOne(folder(parts.slice(0, end + 1).join('/')));
    putOne(item);
  };
  const putOne = (item: PackItem): void => {
    const there = layer.get(item.name);
    if (there !== undefined && (there.kind !== 'folder' || item.kind !== 'folder'))
      throw new InputRefused(`package.files puts two things at /${item.name}`);
    if (item.name !== '') layer.set(item.name, item);
  };
  items.forEach(put);
  const at = workdir === null ? '' : withoutSlashes(workdir);
  if (at !== '' && !layer.has(at)) put(folder(at));
  return [...layer.values()];
}

async function itemsOf(inputs: PackageInputs, running: Running): Promise<readonly PackItem[]> {
  const archive = path.join(running.place, 'artifact.tar.gz');
  const { output } = await folderBpr(bprFolder(running.request.settings.folder)).fetch(inputs.build, inputs.digest, archive);
  const into = path.join(running.place, 'artifact');
  await unpackTarGz(createReadStream(archive), into);
  const tree = await readTree(await realpath(into));
  if (tree.problems[0] !== undefined) throw new InputRefused(`the artifact cannot be packaged: ${tree.problems[0]}`);
  return layerOf(
    inputs.files.flatMap(([from, to]) => moved(tree, chosen(tree, output, from), to)),
    inputs.workdir,
  );
}

/** Makes an image of an artifact and puts it into the repository of images. */
export async function packageImage(running: Running): Promise<Ending> {
  const { request, place, now } = running;
  const inputs = packageInputs(request.inputs);
  running.progress(null, null, 'makes the image');
  const items = await itemsOf(inputs, running);
  running.signal.throwIfAborted();
  const file = path.join(place, 'layer.tar.gz');
  const layer = await packTarGz(items, file);
  const { name, version, workdir } = inputs;
  const image = imageOf({ title: name, version, workdir, layer, platform: process.platform, architecture: process.arch });
  running.signal.throwIfAborted();
  const { settings } = request;
  const isNew = await folderDpr(dprFolder(settings.folder), now).put(image, file, `${name}:${version.replaceAll('+', '_')}`);
  const { digest } = image.manifest;
  if (isNew) await countEffect(settings, 'package', name, digest, request.job);
  const size = [...image.bytes.values()].reduce((sum, text) => sum + Buffer.byteLength(text), layer.size);
  running.log.write(`${name}:${version} is ${digest}, ${items.length} files\n`);
  return succeeded(
    [
      ['image', digest],
      ['size', String(size)],
    ],
    !isNew && !inputs.force,
  );
}
