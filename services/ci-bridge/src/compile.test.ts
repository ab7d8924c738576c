import { chmod, readFile, readdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { unpackTarGz } from '@srm/bridge/archive';
import { folderBpr, parseAddress } from './bpr.ts';
import {
  anyBuildId,
  compileJob,
  driverOf,
  effectsIn,
  linesOf,
  never,
  outputsOf,
  place,
  run,
  script,
  source,
  within,
  type Place,
} from './testing.ts';

const write = (name: string, text: string): string =>
  `fs.mkdirSync(require('path').dirname('${name}'), { recursive: true }); fs.writeFileSync('${name}', ${text});`;
const node = (...parts: readonly string[]): readonly string[] => script(`const fs = require('fs'); ${parts.join('\n')}`);
const artifactIn = (where: Place, artifact: string): Promise<Buffer> => {
  const { product, component, buildId } = parseAddress(artifact).name;
  return readFile(path.join(where.data, 'bpr', product, component, buildId, 'artifact.tar.gz'));
};

test('two builds in different folders, of sources with other times and modes, give the same bytes', async () => {
  const buildId = anyBuildId();
  const made = [0, 1].map(async (index) => {
    const where = await place();
    const names = ['a.js', 'b/文件.js', `c/${'long'.repeat(40)}.js`];
    const folder = await source(
      where,
      `catalogue${index}`,
      Object.fromEntries((index === 0 ? names : names.toReversed()).map((name) => [name, name])),
    );
    await chmod(path.join(folder, 'a.js'), index === 0 ? 0o755 : 0o700);
    await chmod(path.join(folder, 'b/文件.js'), index === 0 ? 0o600 : 0o664);
    await utimes(path.join(folder, 'a.js'), index, index);
    const build = node(
      write('dist/z', "'z'"),
      "fs.cpSync('b', 'dist/b', { recursive: true }); fs.cpSync('c', 'dist/c', { recursive: true });",
      "fs.copyFileSync('a.js', 'dist/a'); fs.symlinkSync('z', 'dist/link');",
    );
    const outputs = outputsOf(await run(where, await compileJob('catalogue', folder, { run: [build], buildId })));
    const bytes = await artifactIn(where, outputs['artifact'] ?? '');
    await where.close();
    return [outputs, bytes.toString('base64')];
  });
  const [first, second] = await Promise.all(made);
  expect(second).toEqual(first);
});

test(
  'a build that is there is not run again, by whichever job; without its record it is',
  within(async (where) => {
    const folder = await source(where, 'catalogue', { 'main.js': '1' });
    const build = { run: [node(write('dist/a', "'a'"))], buildId: anyBuildId() };
    const first = await run(where, await compileJob('catalogue', folder, build));
    expect(first).toMatchObject({ state: 'succeeded', unchanged: false });
    expect(await run(where, await compileJob('catalogue', folder, build))).toEqual({ ...first, unchanged: true });
    expect((await effectsIn(where)).length).toBe(1);
    await writeFile(path.join(where.data, 'bpr/shop/catalogue', build.buildId, 'artifact.json'), '');
    expect(await run(where, await compileJob('catalogue', folder, build))).toEqual(first);
    expect((await effectsIn(where)).length).toBe(2);
  }),
);

test(
  'needs are unpacked at their paths in place of what the source has there, and named in the environment; nothing else of it is known',
  within(async (where) => {
    const money = await run(
      where,
      await compileJob('money', await source(where, 'money', { a: '1' }), { run: [node(write('dist/lib/money.js', "'money'"))] }),
    );
    const artifact = outputsOf(money)['artifact'] ?? '';
    const folder = await source(where, 'catalogue', { 'main.js': '1', 'vendor/money/old.js': 'old', 'node_modules/x': 'x', '.git/x': 'x' });
    const says = write(
      'dist/seen.json',
      "JSON.stringify({ env: process.env, cwd: process.cwd(), stdin: fs.readFileSync(0, 'utf8'), files: fs.readdirSync('.', { recursive: true }).sort() })",
    );
    process.env['SRM_TEST_SECRET'] = 'canary';
    const job = await compileJob('catalogue', folder, {
      run: [node(says), ['cp', '-R', 'vendor', 'dist']],
      needs: { money: ['vendor/money', artifact] },
    });
    const outputs = outputsOf(await run(where, job));
    const [archive, into] = [path.join(where.folder, 'a.tar.gz'), path.join(where.folder, 'unpacked')];
    const { name, digest } = parseAddress(outputs['artifact'] ?? '');
    await folderBpr(path.join(where.data, 'bpr')).fetch(name, digest, archive);

    await unpackTarGz(createReadStream(archive), into);
    expect((await readdir(into, { recursive: true })).sort()).toEqual([
      'seen.json',
      'vendor',
      'vendor/money',
      'vendor/money/lib',
      'vendor/money/lib/money.js',
    ]);
    const seen: unknown = JSON.parse(await readFile(path.join(into, 'seen.json'), 'utf8'));
    const work = path.join(where.data, 'work', job.id);
    expect(seen).toEqual({
      env: {
        PATH: where.parts.path,
        HOME: path.join(work, 'home'),
        TMPDIR: path.join(work, 'tmp'),
        LANG: 'C.UTF-8',
        CI: 'true',
        SRM_JOB: job.id,
        SRM_NEED_MONEY_PATH: path.join(work, 'source/vendor/money'),
        SRM_NEED_MONEY_SHA256: parseAddress(artifact).digest.slice('sha256:'.length),
      },
      cwd: path.join(work, 'source'),
      stdin: '',
      files: ['dist', 'main.js', 'vendor', 'vendor/money', 'vendor/money/lib', 'vendor/money/lib/money.js'],
    });
  }),
);

test(
  'tools lie beside the workspaces, where Node looks, and their commands on the PATH; several jobs at once',
  within(async (where) => {
    await source(where, 'tools', { 'said/index.js': "module.exports = 'said'", '.bin/say': '#!/bin/sh\necho said > said.txt\n' });
    await chmod(path.join(where.source, 'tools/.bin/say'), 0o755);
    const tooled = { ...where, parts: { ...where.parts, tools: path.join(where.source, 'tools') } };
    const folder = await source(where, 'catalogue', { 'main.js': '1' });
    const jobs = [0, 1, 2].map(() =>
      compileJob('catalogue', folder, { run: [['say'], node(write('dist/a', "require('said') + fs.readFileSync('said.txt')"))] }),
    );
    const ends = await Promise.all((await Promise.all(jobs)).map((job) => run(tooled, job)));
    expect(ends.map((end) => end.state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
  }),
);

test(
  'a failure is a sentence with the first line that tells why; the evidence has the command, its exit code and the last lines',
  within(async (where) => {
    const folder = await source(where, 'catalogue', { 'main.js': '1' });
    const says =
      "for (let i = 0; i < 50; i++) console.log('line ' + i); console.log('\\u001b[31msrc/main.ts(3,5): error TS2322: no\\u001b[0m'); console.log('Found 1 error.'); process.exit(2);";
    const job = await compileJob('catalogue', folder, {
      run: [
        ['node', '--version'],
        ['node', '-e', says],
      ],
    });
    const end = await run(where, job);
    const reason = `catalogue: \`node -e ${JSON.stringify(says)}\` ended with exit code 2: src/main.ts(3,5): error TS2322: no`;
    expect(end).toEqual({ state: 'failed', reason, code: 'build', retryable: false, effect: 'none' });
    const evidence: unknown = JSON.parse((await driverOf(where).evidence(job)) ?? 'null');
    const lines = Array.from({ length: 37 }, (_, index) => `line ${index + 13}`);
    expect(evidence).toEqual({
      command: ['node', '-e', says],
      exitCode: 2,
      signal: null,
      log: [...lines, 'src/main.ts(3,5): error TS2322: no', 'Found 1 error.', reason],
    });
    const { text } = await driverOf(where).log(job, 0);
    expect(text.startsWith(`$ node --version\n${process.version}\n$ node -e `)).toBe(true);
  }),
);

const broken: Readonly<Record<string, readonly [run: readonly string[], reason: string]>> = {
  'a command that is not there': [
    ['srm-no-such-command', 'x'],
    'catalogue: `srm-no-such-command x` failed: there is no command srm-no-such-command on the PATH of builds',
  ],
  'a command that is killed': [node("process.kill(process.pid, 'SIGSEGV')"), 'was killed by SIGSEGV'],
  'a build without its output': [node(''), 'catalogue: the build made no folder dist (build.output)'],
  'an empty output': [node("fs.mkdirSync('dist')"), 'catalogue: dist (build.output) is empty'],
  'an output that is a file': [node("fs.writeFileSync('dist', '')"), 'catalogue: the build made no folder dist (build.output)'],
  'an output that leaves the workspace': [
    node("fs.symlinkSync('/etc', 'dist')"),
    "catalogue: dist (build.output) is a link that leaves the component's folder",
  ],
  'a link in the output that leaves it': [
    node("fs.mkdirSync('dist'); fs.symlinkSync('../main.js', 'dist/x')"),
    'catalogue: in dist (build.output): x is a link that leaves the folder',
  ],
  'an absolute link in the output': [
    node("fs.mkdirSync('dist'); fs.symlinkSync('/etc/passwd', 'dist/x')"),
    'catalogue: in dist (build.output): x is a link to an absolute path; only links inside the folder can be built',
  ],
};

test(
  'what goes wrong with a build is said in a sentence, and nothing is published',
  within(async (where) => {
    const folder = await source(where, 'catalogue', { 'main.js': '1' });
    const ends = Object.entries(broken).map(async ([name, [command, reason]]) => {
      const end = await run(where, await compileJob('catalogue', folder, { run: [command] }));
      expect([name, end.state, end.state === 'failed' && end.reason]).toEqual([name, 'failed', expect.stringContaining(reason)]);
    });
    await Promise.all(ends);
    expect(await effectsIn(where)).toEqual([]);
    expect(await readdir(path.join(where.data, 'work'))).toEqual([]);
  }),
);

test(
  'a source that changed since it was planned is not built',
  within(async (where) => {
    const folder = await source(where, 'catalogue', { 'main.js': '1' });
    const job = await compileJob('catalogue', folder, { run: [node(write('dist/a', "'a'"))] });
    await writeFile(path.join(folder, 'main.js'), '2');
    const reason = 'catalogue: the source of catalogue changed since it was planned; ask again';
    expect(await run(where, job)).toMatchObject({ state: 'failed', reason, retryable: false });
  }),
);

test(
  'sources come only from below the roots, links resolved',
  within(async (where) => {
    const outside = path.join(where.folder, 'outside');
    const folder = await source(where, '../outside', { 'main.js': '1' });
    await symlink(outside, path.join(where.source, 'link'));
    for (const at of [folder, path.join(where.source, 'link'), path.join(where.source, 'nowhere'), '/etc']) {
      const job = await compileJob('catalogue', folder, { run: [] });
      const moved = { ...job, inputs: new Map([...job.inputs, ['source', JSON.stringify({ path: at })] as const]) };
      expect((await driverOf(where).start(moved, never)).refused).toMatch(/^catalogue: the folder ".*" (is not below|does not exist)/);
    }
  }),
);

const nasty = [
  '--upload-pack=touch pwned',
  '-rf',
  '@/etc/passwd',
  '; touch pwned',
  '$(touch pwned)',
  '`touch pwned`',
  "'; touch pwned; '",
  '&& touch pwned',
  'a\nb',
  '%2e%2e',
  '*',
  '~',
  '👾',
];

test(
  'arguments and names reach the command as they are: no shell, no flags',
  within(async (where) => {
    const folder = await source(
      where,
      nasty[0] ?? '',
      Object.fromEntries(nasty.filter((name) => !name.includes('/')).map((name) => [name, name])),
    );
    const seen = path.join(where.folder, 'seen');
    const says = `require('fs').writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.argv.slice(1)) + '\\n'); for (const name of require('fs').readdirSync('.')) require('fs').cpSync(name, 'dist/' + name)`;
    await writeFile(path.join(folder, 'say.cjs'), says);
    const end = await run(
      where,
      await compileJob('catalogue', folder, {
        run: [
          ['node', 'say.cjs', ...nasty],
          ['test', '-d', 'dist'],
        ],
      }),
    );
    expect(end).toMatchObject({ state: 'succeeded' });
    const [line = ''] = await linesOf(seen, 1);
    expect((JSON.parse(line) as readonly string[]).slice(1)).toEqual(nasty);
    expect(
      (await readdir(where.folder, { recursive: true })).filter((name) => name.endsWith('pwned') && !nasty.includes(path.basename(name))),
    ).toEqual([]);
  }),
);

test(
  'by force what is there is built again: the same bytes are fine, other bytes fail in words and what was published stays',
  within(async (where) => {
    const folder = await source(where, 'catalogue', { 'main.js': '1' });
    const build = { run: [node(write('dist/a', "'a'"))], buildId: anyBuildId() };
    const forced = async (run: readonly (readonly string[])[]) => {
      const job = await compileJob('catalogue', folder, { ...build, run });
      return { ...job, inputs: new Map([...job.inputs, ['force', 'true']]) };
    };
    const first = await run(where, await compileJob('catalogue', folder, build));
    expect(await run(where, await forced(build.run))).toEqual(first);
    expect((await effectsIn(where)).length).toBe(2);
    const other = await run(where, await forced([node(write('dist/a', "'b'"))]));
    expect(other).toMatchObject({ state: 'failed', code: 'not-reproducible', retryable: false, effect: 'none' });
    expect(other.state === 'failed' ? other.reason.replaceAll(/[0-9a-f]{64}/g, 'D').replace(build.buildId.slice(0, 12), 'ID') : '').toBe(
      'catalogue: built again by force, build ID has other bytes (sha256:D) than when it was published (sha256:D); what is published never changes, so that one stays: make the build reproducible, or change the source',
    );
    expect(await run(where, await compileJob('catalogue', folder, build))).toEqual({ ...first, unchanged: true });
  }),
);
