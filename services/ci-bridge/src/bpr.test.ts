import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addressOf, ArtifactRefused, folderBpr, parseAddress, type Artifact } from './bpr.ts';
import { sha256OfFile } from './durable.ts';
import { anyBuildId, within, type Place } from './testing.ts';

const made = async (where: Place, text: string, name = text): Promise<readonly [file: string, artifact: Artifact]> => {
  const file = path.join(where.folder, name);
  await writeFile(file, text);
  return [file, { digest: `sha256:${await sha256OfFile(file)}`, size: text.length, output: 'dist' }];
};

test(
  'create-only: the same content again is fine, other content is refused, and of several at once one wins',
  within(async (where) => {
    const bpr = folderBpr(path.join(where.folder, 'bpr'));
    const name = { product: 'shop', component: 'web', buildId: anyBuildId() };
    const puts = await Promise.all(['a', 'b', 'c'].map(async (at) => bpr.put(name, ...(await made(where, 'one', at)))));
    expect(puts.sort()).toEqual([false, false, true]);
    const [file, artifact] = await made(where, 'one');
    await expect(bpr.put(name, ...(await made(where, 'two')))).rejects.toThrow('is there with other content');
    expect(await bpr.find(name)).toEqual(artifact);
    await bpr.fetch(name, artifact.digest, file);
    expect(await readdir(path.join(where.folder, 'bpr'), { recursive: true })).toHaveLength(5);
  }),
);

test(
  'what is fetched is checked; what is missing or damaged is said',
  within(async (where) => {
    const folder = path.join(where.folder, 'bpr');
    const bpr = folderBpr(folder);
    const name = { product: 'shop', component: 'web', buildId: anyBuildId() };
    const [file, artifact] = await made(where, 'one');
    await expect(bpr.fetch(name, artifact.digest, file)).rejects.toThrow(
      `${addressOf(name, artifact.digest)} is not in the binary package repository`,
    );
    await bpr.put(name, file, artifact);
    await writeFile(path.join(folder, 'shop/web', name.buildId, 'artifact.tar.gz'), 'two');
    await expect(bpr.fetch(name, artifact.digest, file)).rejects.toThrow('is damaged: its bytes are not what its digest says');
  }),
);

test('an address is read back; anything else is refused', () => {
  const name = { product: 'shop', component: 'web', buildId: anyBuildId() };
  const address = addressOf(name, `sha256:${'a'.repeat(64)}`);
  expect(parseAddress(address)).toEqual({ name, digest: `sha256:${'a'.repeat(64)}` });
  const others = [
    '',
    address.toUpperCase(),
    `${address}0`,
    address.replace('shop', '..'),
    address.replace('web', '-x'),
    address.replace('@', '@@'),
    `${address}\n`,
    address.replace('sha256', 'md5'),
  ];
  for (const other of others) expect(() => parseAddress(other)).toThrow(ArtifactRefused);
});
