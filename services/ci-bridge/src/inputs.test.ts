import { readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { ArtifactRefused } from './bpr.ts';
import { compileInputs, InputRefused, packageInputs } from './inputs.ts';
import { compileJob, driverOf, never, source, within } from './testing.ts';

const artifact = `bpr:shop/money/${'1'.repeat(64)}@sha256:${'2'.repeat(64)}`;
const good: Readonly<Record<string, string>> = {
  name: 'shop/web',
  version: '1.0.0+abc',
  buildId: 'a'.repeat(64),
  source: '{"path":"/src"}',
  revision: `sha256:${'b'.repeat(64)}`,
  build: '{"run":[["tsc"]],"output":"dist"}',
  needs: '[{"name":"money","path":"vendor/money"}]',
  'need:money': artifact,
  artifact,
  package: '{"files":{"dist":"/app"},"workdir":"/app"}',
};
const inputs = (changes: Readonly<Record<string, string>>): ReadonlyMap<string, string> => new Map(Object.entries({ ...good, ...changes }));

test('good inputs are understood', () => {
  expect(compileInputs(inputs({}))).toEqual({
    build: { product: 'shop', component: 'web', buildId: 'a'.repeat(64) },
    source: '/src',
    revision: `sha256:${'b'.repeat(64)}`,
    run: [['tsc']],
    output: 'dist',
    needs: [
      {
        name: 'money',
        path: 'vendor/money',
        build: { product: 'shop', component: 'money', buildId: '1'.repeat(64) },
        digest: `sha256:${'2'.repeat(64)}`,
      },
    ],
    force: false,
  });
  expect(packageInputs(inputs({}))).toEqual({
    name: 'shop/web',
    version: '1.0.0+abc',
    build: { product: 'shop', component: 'money', buildId: '1'.repeat(64) },
    digest: `sha256:${'2'.repeat(64)}`,
    files: [['dist', '/app']],
    workdir: '/app',
    force: false,
  });
});

const bad: readonly (readonly [input: string, value: string])[] = [
  ['name', ''],
  ['name', 'shop'],
  ['name', '../web'],
  ['name', 'shop/web/x'],
  ['name', 'shop/-rf'],
  ['name', `shop/${'x'.repeat(31)}`],
  ['buildId', '../../x'],
  ['buildId', 'A'.repeat(64)],
  ['buildId', `${'a'.repeat(64)}\n`],
  ['revision', 'main'],
  ['revision', '--upload-pack=touch x'],
  ['source', 'null'],
  ['source', '{"path":"relative"}'],
  ['source', '{"path":"/a\\u0000b"}'],
  ['build', '{'],
  ['build', '{"run":"rm -rf /","output":"dist"}'],
  ['build', '{"run":[[]],"output":"dist"}'],
  ['build', '{"run":[["a\\u0000b"]],"output":"dist"}'],
  ['build', '{"run":[[1]],"output":"dist"}'],
  ['build', '{"run":[["tsc"]]}'],
  ['build', '{"run":[["tsc"]],"output":"../dist"}'],
  ['build', '{"run":[["tsc"]],"output":"/dist"}'],
  ['needs', '{}'],
  ['needs', '[{"name":"__proto__","path":"x"}]'],
  ['needs', '[{"name":"money","path":"../x"}]'],
  ['needs', '[{"name":"money","path":"."}]'],
  ['need:money', 'bpr:shop/../x@sha256:1'],
];

test.each(bad)('the input %s is refused when it is %j', (input, value) => {
  const read = (): unknown => compileInputs(inputs({ [input]: value }));
  expect(read).toThrow(/\w+ \w+ \w+/);
  expect(() => {
    try {
      read();
    } catch (error) {
      if (!(error instanceof InputRefused || error instanceof ArtifactRefused)) throw error;
    }
  }).not.toThrow();
});

test('law: whatever stands in an input, it is understood or refused, never anything else', () => {
  const names = fc.constantFrom(...Object.keys(good));
  fc.assert(
    fc.property(names, fc.oneof(fc.string(), fc.json()), (name, value) => {
      for (const read of [compileInputs, packageInputs])
        try {
          read(inputs({ [name]: value }));
        } catch (error) {
          expect(error instanceof InputRefused || error instanceof ArtifactRefused).toBe(true);
        }
    }),
    { numRuns: 500 },
  );
});

test(
  'an id that cannot be a folder is refused, and nothing is made of it',
  within(async (where) => {
    const job = await compileJob('web', await source(where, 'web', { a: 'a' }), { run: [] });
    for (const id of ['', '..', '../x', '/etc', '-rf', 'a/b', 'a\0b', 'x'.repeat(300)]) {
      const driver = driverOf(where);
      expect((await driver.start({ ...job, id }, never)).refused).toMatch(/cannot be the id of a job$/);
      expect(await driver.observe({ ...job, id })).toEqual({ state: 'absent' });
      expect(await driver.cancel({ ...job, id })).toBe(true);
      expect(await driver.log({ ...job, id }, 0)).toEqual({ text: '', next: 0 });
      expect(await driver.evidence({ ...job, id })).toBe(null);
    }
    expect((await driverOf(where).start({ ...job, action: 'deploy' }, never)).refused).toBe(
      'web: the driver local compiles and packages; it cannot deploy',
    );
    expect(await readdir(where.folder)).toEqual(['source']);
  }),
);
