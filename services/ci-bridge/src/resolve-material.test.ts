import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { canonicalJson, digestOf, sha256 } from '@srm/definitions';
import { embeddedDocuments, type Documents } from '@srm/documents';
import { idOf, TransientError, type Outgoing } from '@srm/messaging';
import type { Envelope, ResolveMaterial } from '@srm/schemas';
import { resolveMaterialHandler } from './resolve-material.ts';
import { source, within, type Place } from './testing.ts';

type Frozen = Readonly<{ _id: string; json: string }>;

const productOf = (sources: Readonly<Record<string, string>>): string =>
  canonicalJson({
    apiVersion: 'srm/v1',
    kind: 'Product',
    metadata: { name: 'shop' },
    spec: {
      components: Object.entries(sources).map(([name, at]) => ({
        name,
        type: 'library',
        source: { path: at },
        build: { run: [['true']], output: 'dist' },
      })),
    },
  });

const commandOf = (product: string, operation: string): Envelope<ResolveMaterial> => ({
  type: 'ResolveMaterial',
  data: {
    operation,
    tenant: 'default',
    documents: [{ kind: 'Product', name: 'shop', revision: 1, digest: sha256(product) }],
    components: [],
    deadline: 60_000,
  },
  id: 'command',
  source: '/srm/orchestrator',
  subject: `operation/${operation}`,
  time: '2026-11-24T09:59:59.000Z',
  sequence: null,
  correlationid: operation,
  causationid: 'event',
  traceparent: null,
});

const ask = async (where: Place, documents: Documents, product: string, operation = 'one'): Promise<Outgoing[]> => {
  await documents
    .collection<Frozen>('frozen')
    .replaceOne({ _id: sha256(product) }, { _id: sha256(product), json: product }, { upsert: true });
  const said: Outgoing[] = [];
  for await (const batch of resolveMaterialHandler({ ...where.parts, documents })(commandOf(product, operation))) said.push(...batch);
  return said;
};

const using = (body: (where: Place, documents: Documents) => Promise<void>) =>
  within(async (where) => {
    const documents = embeddedDocuments({ file: ':memory:' });
    await body(where, documents).finally(() => documents.close());
  });

const dataOf = (said: readonly Outgoing[]): unknown =>
  said.map((one) => ('message' in one ? { type: one.message.type, ...one.message.data } : null));

const git = (folder: string, ...args: readonly string[]): void =>
  void execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: folder, stdio: 'ignore' });

test(
  'the revisions of all sources are kept in frozen, and reported with their digest',
  using(async (where, documents) => {
    const web = await source(where, 'web', { 'a.js': 'a', 'b/c.js': 'c' });
    const money = await source(where, 'money', { 'a.js': 'a' });
    const product = productOf({ web, money });
    const said = await ask(where, documents, product);
    const [one] = said;
    const stored = await documents.collection<Frozen>('frozen').find({}).toArray();
    const material = stored
      .map(({ json }): unknown => JSON.parse(json))
      .find((value) => JSON.stringify(value).startsWith('{"components":[{"dirty"'));
    const revision = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string;
    expect(material).toEqual({
      components: [
        { name: 'web', revision, dirty: true },
        { name: 'money', revision, dirty: true },
      ],
    });
    const { components } = material as { components: { name: string; revision: string }[] };
    const revisions = Object.fromEntries(components.map((component) => [component.name, component.revision]));
    expect(one).toEqual({
      topic: 'inputs',
      message: {
        type: 'MaterialResolved',
        data: { operation: 'one', digest: digestOf(material), contentDigest: digestOf({ product: sha256(product), revisions }) },
        id: idOf('material', 'one'),
        source: '/srm/ci-bridge',
        subject: 'operation/one',
        time: new Date(where.parts.clock.now()).toISOString(),
        sequence: null,
        correlationid: 'one',
        causationid: 'command',
        traceparent: null,
      },
    });
    expect(said.length).toBe(1);
  }),
);

test(
  'asked again, the answer is the same, whatever became of the source; another operation gets what is there now',
  using(async (where, documents) => {
    const web = await source(where, 'web', { 'a.js': 'a' });
    const product = productOf({ web });
    const first = await ask(where, documents, product);
    await writeFile(path.join(web, 'a.js'), 'b');
    expect(await ask(where, documents, product)).toEqual(first);
    expect(dataOf(await ask(where, documents, product, 'two'))).not.toEqual(dataOf(first));
  }),
);

test(
  'a revision follows from names, executable bits, contents and links alone',
  using(async (where, documents) => {
    let asked = 0;
    const web = await source(where, 'web', { 'a.js': 'a', 'b/c.js': 'c' });
    const product = productOf({ web });
    const now = async (): Promise<string> =>
      JSON.stringify(dataOf(await ask(where, documents, product, `o${(asked += 1)}`))).replace(/"o\d+"/, '');
    const before = await now();
    for (const name of ['node_modules', '.git', 'empty']) await mkdir(path.join(web, name));
    await writeFile(path.join(web, 'node_modules/x'), 'x');
    await chmod(path.join(web, 'a.js'), 0o600);
    expect(await now()).toBe(before);
    const seen = new Set([before]);
    const changes: readonly (() => Promise<void>)[] = [
      () => chmod(path.join(web, 'a.js'), 0o755),
      () => writeFile(path.join(web, 'a.js'), 'b'),
      () => symlink('a.js', path.join(web, 'link')),
      () => rm(path.join(web, 'b/c.js')),
    ];
    for (const change of changes) {
      await change();
      seen.add(await now());
    }
    expect(seen.size).toBe(changes.length + 1);
  }),
);

test(
  'everything that is wrong is said at once, each with its pointer',
  using(async (where, documents) => {
    const linked = await source(where, 'linked', { a: 'a' });
    await symlink('/etc/passwd', path.join(linked, 'x'));
    await symlink('../web', path.join(linked, 'y'));
    await symlink('nowhere', path.join(linked, 'z'));
    await mkdir(path.join(where.source, 'empty'));
    const product = productOf({
      good: await source(where, 'good', { a: 'a' }),
      gone: path.join(where.source, 'gone'),
      etc: '/etc',
      linked,
      empty: path.join(where.source, 'empty'),
    });
    await source(where, 'web', { a: 'a' });
    const error = (index: number, detail: string) => ({
      pointer: `/spec/components/${index}/source/path`,
      document: 'Product/shop',
      line: null,
      column: null,
      detail,
    });
    expect(dataOf(await ask(where, documents, product))).toEqual([
      {
        type: 'MaterialRefused',
        operation: 'one',
        errors: [
          error(1, `gone: the folder "${where.source}/gone" does not exist`),
          error(2, 'etc: the folder "/etc" is not below a folder that sources may come from; the server is started with those'),
          error(3, 'linked: x is a link to an absolute path; only links inside the folder can be built'),
          error(3, 'linked: y is a link that leaves the folder'),
          error(3, 'linked: z is a link to nothing'),
          error(4, `empty: the folder "${where.source}/empty" holds no files`),
        ],
      },
    ]);
  }),
);

test(
  'a source is clean when all of it is committed, and its configuration runs nothing',
  using(async (where, documents) => {
    const web = await source(where, 'web --upload-pack=x', { 'a.js': 'a' });
    const product = productOf({ web });
    let asked = 0;
    const dirty = async (): Promise<boolean> => {
      await ask(where, documents, product, `o${(asked += 1)}`);
      const all = await documents.collection<Frozen>('frozen').find({}).toArray();
      const report = await documents
        .collection<{ _id: string; report: { data: { digest: string } } }>('ci.materials')
        .findOne({ _id: `o${asked}` });
      return JSON.stringify(all.find(({ _id }) => _id === report?.report.data.digest)).includes('\\"dirty\\":true');
    };
    expect(await dirty()).toBe(true);
    git(where.source, 'init', '-q');
    git(where.source, 'config', 'core.fsmonitor', `touch ${path.join(where.folder, 'pwned')}`);
    expect(await dirty()).toBe(true);
    git(where.source, '-c', 'core.fsmonitor=false', 'add', '.');
    git(where.source, '-c', 'core.fsmonitor=false', 'commit', '-q', '-m', 'x');
    await rm(path.join(where.folder, 'pwned'), { force: true });
    expect(await dirty()).toBe(false);
    await writeFile(path.join(where.source, 'elsewhere'), 'x');
    expect(await dirty()).toBe(false);
    await writeFile(path.join(web, 'new.js'), 'x');
    expect(await dirty()).toBe(true);
    await expect(mkdir(path.join(where.folder, 'pwned'))).resolves.toBe(undefined);
  }),
);

test(
  'a product whose document is not there is waited for until the deadline of the command, then refused in words',
  using(async (where, documents) => {
    const product = productOf({});
    const askAt = async (after: number): Promise<readonly Outgoing[]> => {
      const command = commandOf(product, 'one');
      const clock = { ...where.parts.clock, now: () => Date.parse(command.time) + after };
      const said: Outgoing[] = [];
      for await (const batch of resolveMaterialHandler({ ...where.parts, clock, documents })(command)) said.push(...batch);
      return said;
    };
    await expect(askAt(60_000)).rejects.toThrow(TransientError);
    const detail = `the document ${sha256(product)} was not there within 60 s; apply the definition of the product again, then ask again`;
    expect(dataOf(await askAt(60_001))).toMatchObject([{ type: 'MaterialRefused', operation: 'one', errors: [{ detail }] }]);
  }),
);

test(
  'a product that cannot be read is refused in words, not left to the dead letter: somebody waits for the answer',
  using(async (where, documents) => {
    const [answer] = dataOf(await ask(where, documents, '{ "kind": ')) as readonly {
      type: string;
      errors: readonly { detail: string }[];
    }[];
    expect([answer?.type, answer?.errors.map(({ detail }) => detail.split(': ')[0])]).toEqual([
      'MaterialRefused',
      ['the sources could not be looked at'],
    ]);
    expect(dataOf(await ask(where, documents, '{ "kind": '))).toEqual([answer]);
  }),
);

test(
  'of very many faults as many are said as fit into a message, and how many more there are',
  using(async (where, documents) => {
    const product = productOf(Object.fromEntries(Array.from({ length: 502 }, (_, n) => [`c${n}`, path.join(where.folder, `none-${n}`)])));
    const [answer] = dataOf(await ask(where, documents, product)) as readonly { errors: readonly { detail: string }[] }[];
    expect([answer?.errors.length, answer?.errors.at(-1)?.detail]).toEqual([501, 'and 2 more; mend these first']);
  }),
);
