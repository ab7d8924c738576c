import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Refused, Unreachable } from '@srm/cli';
import { RestoreRefused, restore } from './restore.ts';
import { openHello, type Hello } from './test-hello.ts';

let hello: Hello;
beforeAll(() => void (hello = openHello('restore')), 60_000);
afterAll(() => hello.close(), 60_000);

const srm = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const typed = async (...words: string[]): Promise<string> => {
  const { server } = await hello.client();
  const { stdout } = await promisify(execFile)(process.execPath, [srm, ...words, '--server', server, '--lang', 'en'], {
    cwd: hello.folder,
  });
  return stdout;
};
const refusal = async (asked: Promise<unknown>): Promise<readonly unknown[]> => {
  const error = await asked.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof Refused ? [error.problem.status, error.problem.type] : [error];
};

test('what a backup holds is there again after all but the target was lost; what has changed at the target since is shown, and nothing is taken in before it is accepted', async () => {
  hello.says('one');
  const one = await hello.run({});
  expect(one.status).toBe('succeeded');
  const file = join(hello.folder, 'monday.tar');

  const broken = (await (await hello.client()).backup())[Symbol.asyncIterator]();
  await broken.next();
  await hello.lives.kill();
  const rest = async (): Promise<void> => {
    while ((await broken.next()).done !== true);
  };
  await expect(rest()).rejects.toThrow(Unreachable);
  hello.lives.start();
  expect(await typed('backup', file)).toMatch(/^✔ .*monday\.tar, \d+ kB\n$/);
  expect([existsSync(`${file}.part`), existsSync(join(hello.data, '.backup'))]).toEqual([false, false]);

  hello.says('two');
  expect((await hello.run({})).status).toBe('succeeded');
  await hello.lives.kill();
  for (const name of readdirSync(hello.data)) if (name !== 'sem') rmSync(join(hello.data, name), { recursive: true });

  hello.lives.start(['--restore', file]);
  while (!existsSync(join(hello.data, '.restore'))) await turn();
  await hello.lives.kill();
  const isWhole = existsSync(join(hello.data, '.restore', 'whole')) || existsSync(join(hello.data, 'restored.json'));
  hello.lives.start(isWhole ? [] : ['--restore', file]);

  const client = await hello.client();
  expect((await client.operations({ limit: 10 })).map(({ id }) => id)).toEqual([one.id]);
  const shown = await client.restored();
  expect(shown.items.map(({ id, verdict }) => [id, verdict])).toEqual([['default/development/hello/web', 'differs']]);
  expect((await client.status()).findings.map(({ kind, command }) => [kind, command])).toContainEqual(['restored', 'srm restore']);
  expect(await refusal(hello.run({}))).toEqual([503, '/problems/restored']);
  expect(await refusal(client.sweep({ dryRun: true, reason: null }))).toEqual([503, '/problems/restored']);
  expect(await refusal(client.acceptRestored('sha256:other', null))).toEqual([409, '/problems/compared-anew']);
  await hello.lives.kill();
  hello.lives.start();
  expect(await refusal(hello.run({}))).toEqual([503, '/problems/restored']);

  expect(await typed('restore', '--accept', '-m', 'the disk was lost')).toContain('accepted: SRM goes on');
  expect(await refusal((await hello.client()).restored())).toEqual([404, '/problems/not-restored']);
  hello.says('three');
  expect((await hello.run({})).status).toBe('succeeded');
}, 600_000);

test('a backup that is damaged is refused with all that is wrong, and so is a folder that is not empty; nothing is changed', async () => {
  const file = join(hello.folder, 'monday.tar');
  const folder = mkdtempSync(join(tmpdir(), 'srm-damaged-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const errorsOf = async (bytes: Buffer): Promise<readonly string[]> => {
    writeFileSync(join(folder, 'bad.tar'), bytes);
    const error = await restore(join(folder, 'bad.tar'), data, Date.now).catch((thrown: unknown) => thrown);
    expect(readdirSync(data).filter((name) => name !== '.restore')).toEqual([]);
    return error instanceof RestoreRefused ? error.errors : [String(error)];
  };
  const good = readFileSync(file);
  const twice = Buffer.from(good);
  for (const name of ['schemas.db', 'documents.db']) {
    const at = twice.indexOf(`${name}\0`) + 512 + 100;
    twice.writeUInt8(twice.readUInt8(at) ^ 1, at);
  }
  expect(await errorsOf(twice)).toEqual(
    ['schemas.db', 'documents.db'].map((name) => `${name} is damaged: its bytes are not what its digest says`),
  );
  expect((await errorsOf(good.subarray(0, good.length / 2))).at(-1)).toBe(
    'the archive has no manifest that can be read: it is not whole, or not made by srm backup',
  );
  writeFileSync(join(data, 'documents.db'), '');
  await expect(restore(file, data, Date.now)).rejects.toThrow('the data folder is not empty (documents.db)');
  rmSync(join(data, 'documents.db'));
  await restore(file, data, Date.now);
  expect(readdirSync(data).sort()).toEqual(['ci', 'documents.db', 'log.db', 'restored.json', 'schemas.db']);
  rmSync(folder, { recursive: true });
}, 60_000);
