import { chmod, lstat, mkdir, mkdtemp, readFile, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack, type Header } from 'tar-stream';
import { ArchiveRefused, isWithin, placeBelow, unpackTarGz, type UnpackLimits } from './archive.ts';

type Item = Readonly<{ name: string; text?: string } & Partial<Omit<Header, 'name'>>>;

const tarGz = async (items: readonly Item[]): Promise<Buffer> => {
  const tar = pack();
  for (const { text, ...header } of items) tar.entry(header, text ?? '');
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return gzipSync(Buffer.concat(chunks));
};

/** The folder `in` is unpacked into; `out` beside it is what must stay untouched. */
const within = async (use: (folder: string) => Promise<void>): Promise<void> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'srm-archive-'));
  await mkdir(path.join(folder, 'out'));
  await writeFile(path.join(folder, 'out', 'kept'), 'kept');
  await use(folder).finally(() => rm(folder, { recursive: true }));
};

const unpack = (bytes: Buffer, folder: string, limits: Partial<UnpackLimits> = {}): Promise<unknown> =>
  unpackTarGz(Readable.from([bytes]), path.join(folder, 'in'), limits);
const list = async (folder: string): Promise<readonly string[]> => (await readdir(folder, { recursive: true })).sort();

test('files, folders and links are unpacked, with the executable bit and no other', () =>
  within(async (folder) => {
    await unpack(
      await tarGz([
        { name: './', type: 'directory' },
        { name: './empty/', type: 'directory', mode: 0o700 },
        { name: 'bin/run', mode: 0o4777, text: '#!' },
        { name: 'a'.repeat(90) + '/' + 'b'.repeat(90) + '/文件.txt', text: '你好' },
        { name: 'bin/again', type: 'symlink', linkname: '../bin/run' },
        { name: 'bin/same', type: 'link', linkname: 'bin/run' },
        { name: 'bin/run', mode: 0o666, text: 'the last one counts' },
      ]),
      folder,
    );
    const root = path.join(folder, 'in');
    const [a, b] = ['a'.repeat(90), 'b'.repeat(90)];
    const names = [a, `${a}/${b}`, `${a}/${b}/文件.txt`, 'bin', 'bin/again', 'bin/run', 'bin/same', 'empty'];
    expect(await list(root)).toEqual(names);
    expect(await readFile(path.join(root, a, b, '文件.txt'), 'utf8')).toBe('你好');
    expect(await readFile(path.join(root, 'bin/run'), 'utf8')).toBe('the last one counts');
    expect(await readFile(path.join(root, 'bin/same'), 'utf8')).toBe('#!');
    expect(await readlink(path.join(root, 'bin/again'))).toBe('../bin/run');
    expect((await lstat(path.join(root, 'bin/same'))).mode & 0o7777).toBe(0o755);
    expect((await lstat(path.join(root, 'bin/run'))).mode & 0o7777).toBe(0o644);
  }));

const link = (name: string, linkname: string): Item => ({ name, type: 'symlink', linkname });
const hostile: Readonly<Record<string, readonly Item[]>> = {
  'a name that leads upward': [{ name: '../out/x', text: 'x' }],
  'a name that leads upward in its middle': [{ name: 'a/../../out/x', text: 'x' }],
  'a name that leads upward with backslashes': [{ name: 'a\\..\\..\\out\\x', text: 'x' }],
  'an absolute name': [{ name: '/tmp/srm-archive-x', text: 'x' }],
  'an absolute name of Windows': [{ name: 'C:\\x', text: 'x' }],
  'a link out and a file through it': [link('d', '../out'), { name: 'd/kept', text: 'x' }],
  'a link out and a folder through it': [link('d', '../out'), { name: 'd/e/', type: 'directory' }],
  'an absolute link': [link('d', '/etc')],
  'a link that winds through another link': [{ name: 'd/', type: 'directory' }, link('d/a', '..'), link('l', 'd/a/../out')],
  'a link that leads up from below': [link('a/b/c', '../../../out')],
  'a hard link out': [{ name: 'x', type: 'link', linkname: '../out/kept' }],
  'an absolute hard link': [{ name: 'x', type: 'link', linkname: '/etc/passwd' }],
  'a hard link to a link': [link('a', 'b'), { name: 'x', type: 'link', linkname: 'a' }],
  'a hard link to itself': [
    { name: 'x', text: '1' },
    { name: 'x', type: 'link', linkname: 'x' },
  ],
  'a character device': [{ name: 'x', type: 'character-device', devmajor: 1, devminor: 3 }],
  'a block device': [{ name: 'x', type: 'block-device' }],
  'a pipe': [{ name: 'x', type: 'fifo' }],
  'a file below a file': [
    { name: 'x', text: '1' },
    { name: 'x/y', text: '2' },
  ],
  'a file over a folder': [
    { name: 'x/y', text: '1' },
    { name: 'x', text: '2' },
  ],
  'a folder over a link': [{ name: 'd/', type: 'directory' }, link('x', 'd'), { name: 'x/', type: 'directory' }],
  'a name of 5,000 bytes': [{ name: `${'x/'.repeat(2500)}y`, text: '1' }],
};

test.each(Object.entries(hostile))('%s is refused in a sentence, and nothing outside is touched', (_name, items) =>
  within(async (folder) => {
    const refusal = unpack(await tarGz(items), folder);
    await expect(refusal).rejects.toThrow(ArchiveRefused);
    await expect(refusal).rejects.toThrow(/^the archive was refused: "/);
    expect(await list(path.join(folder, 'out'))).toEqual(['kept']);
    expect(await readFile(path.join(folder, 'out', 'kept'), 'utf8')).toBe('kept');
    expect((await list(folder)).filter((name) => !/^(in|out)(\/|$)/.test(name))).toEqual([]);
  }),
);

test('a link that was in the folder before is not followed out of it', () =>
  within(async (folder) => {
    await mkdir(path.join(folder, 'in'));
    await symlink('../out', path.join(folder, 'in', 'vendor'));
    await symlink('../out/kept', path.join(folder, 'in', 'file'));
    await expect(unpack(await tarGz([{ name: 'vendor/kept', text: 'x' }]), folder)).rejects.toThrow(ArchiveRefused);
    await unpack(await tarGz([{ name: 'file', text: 'x' }]), folder);
    expect(await readFile(path.join(folder, 'out', 'kept'), 'utf8')).toBe('kept');
    expect((await lstat(path.join(folder, 'in', 'file'))).isFile()).toBe(true);
  }));

test('more entries, more bytes or a higher ratio than allowed is refused', () =>
  within(async (folder) => {
    const many = await tarGz(Array.from({ length: 30 }, (_, index) => ({ name: `f${index}`, text: 'x' })));
    await expect(unpack(many, folder, { entries: 29 })).rejects.toThrow('it holds more than 29 entries');
    await expect(unpack(many, folder, { bytes: 29 })).rejects.toThrow('it holds more than 29 bytes');
    const bomb = await tarGz([{ name: 'zeros', text: '\0'.repeat(20_000_000) }]);
    await expect(unpack(bomb, folder)).rejects.toThrow('it unpacks to more than 250 times its size');
  }));

test('what is no whole tar.gz is refused, wherever it was cut', () =>
  within(async (folder) => {
    const whole = await tarGz([
      { name: 'a', text: 'x'.repeat(3000) },
      { name: 'b', text: 'y' },
    ]);
    const cuts = [0, 1, 9, 10, 40, whole.length - 9, whole.length - 1].map((length) => whole.subarray(0, length));
    const tar = gunzipSync(whole);
    const shorts = [100, 700, 2000, 3500].map((length) => gzipSync(tar.subarray(0, length)));
    for (const bytes of [...cuts, ...shorts, Buffer.from('hello'), gzipSync('z'.repeat(2000))])
      await expect(unpack(bytes, folder)).rejects.toThrow('it is no whole tar.gz');
  }));

test('a disk that refuses is not the fault of the archive', () =>
  within(async (folder) => {
    await writeFile(path.join(folder, 'in'), '');
    await expect(unpack(await tarGz([]), folder)).rejects.toMatchObject({ code: 'EEXIST' });
    await chmod(path.join(folder, 'in'), 0o600);
  }));

test('law: whatever the name, what is written lies below the root, or it is refused', () =>
  within(async (folder) => {
    const root = path.join(folder, 'out');
    const part = fc.oneof(fc.constantFrom('..', '.', '', 'a', 'b', '__proto__', '\\', 'C:', '-x', '@y', '%2e%2e', '…'), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
        const at = await placeBelow(root, parts.join('/')).catch((error: unknown) => {
          expect(error).toBeInstanceOf(ArchiveRefused);
          return root;
        });
        expect(isWithin(root, path.resolve(at))).toBe(true);
      }),
      { numRuns: 300 },
    );
  }));
