import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Refused, type Sweep } from '@srm/cli';
import { age, openHello, type Hello } from './test-hello.ts';

let hello: Hello;
beforeAll(() => void (hello = openHello('gc')), 60_000);
afterAll(() => hello.close(), 60_000);

/** What became of the builds, told apart by what the component says in them. */
const fates = ({ services }: Sweep, builds: ReadonlyMap<string, string>) =>
  services
    .flatMap(({ items }) => items)
    .filter(({ what }) => what === 'artifact')
    .map(({ name, fate, why }) => [[...builds].find(([, address]) => address === name)?.[0], fate, why.sort])
    .sort();

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('builds that nobody needs go in two sweeps, through kill -9 in the middle and beside a release that finds one of them; what runs and the last releases stay', async () => {
  const builds = new Map<string, string>();
  const built = async (text: string, kind: 'release' | 'package') => {
    hello.says(text);
    const operation = await hello.run(kind === 'release' ? { kind } : { kind, environment: null });
    const [artifact] = (await (await hello.client()).steps(operation.id))
      .flatMap(({ outputs }) => outputs)
      .filter(({ name }) => name === 'artifact');
    builds.set(text, artifact?.value ?? '');
    return operation;
  };
  const [one, two, three] = [await built('one', 'release'), await built('two', 'package'), await built('three', 'package')];
  expect([one.status, two.status, three.status]).toEqual(['succeeded', 'succeeded', 'succeeded']);
  for (const repository of ['bpr', 'dpr']) age(join(hello.data, 'ci', repository), 9);

  const stays = [
    ['one', 'stays', 'release'],
    ['three', 'stays', 'newest'],
  ];
  const dry = await (await hello.client()).sweep({ dryRun: true, reason: 'to see' });
  expect(fates(dry, builds)).toEqual([...stays, ['two', 'setAside', 'old']]);
  expect(dry.services.map(({ service }) => service)).toEqual(['ci-bridge', 'orchestrator', 'query-api', 'scm-bridge', 'sem-bridge']);
  const aside = join(hello.data, 'ci', 'bpr', '.aside');
  expect(existsSync(aside)).toBe(false);

  const before = await hello.client();
  const asked = before.sweep({ dryRun: false, reason: 'disk' }).catch(() => null);
  while (!existsSync(aside)) await turn();
  await hello.lives.kill();
  await asked;
  hello.lives.start();
  const sweep = async (dryRun = false): Promise<Sweep> => {
    for (;;) {
      const swept = await (await hello.client()).sweep({ dryRun, reason: null }).catch((error: unknown) => error);
      if (!(swept instanceof Refused)) return swept as Sweep;
      // The one that was killed is under way still: it goes on by itself.
      expect(swept.problem.type).toBe('/problems/sweep-under-way');
      await turn();
    }
  };
  expect(fates(await sweep(true), builds)).toEqual([...stays, ['two', 'deleted', 'old']]);
  const release = await (
    await hello.client()
  )
    .request({ kind: 'deploy', product: 'hello', environment: 'development', release: two.version, preview: false })
    .catch((error: unknown) => error);
  expect(release instanceof Refused ? [release.problem.status, release.problem.detail] : release).toEqual([
    422,
    expect.stringMatching(/^web\/deploy needs the image sha256:\w+, which nobody needed any more and a sweep \(srm gc\) has set aside/),
  ]);

  hello.says('two');
  const [again, during] = await Promise.all([hello.run({}), sweep()]);
  expect([again.status, fates(during, builds).filter(([text]) => text === 'one')]).toEqual(['succeeded', stays.slice(0, 1)]);
  await sweep();
  expect((await fetch(await address())).status).toBe(200);

  await sweep();
  expect(fates(await sweep(), builds)).toEqual([
    ['one', 'stays', 'release'],
    ['two', 'stays', 'release'],
  ]);
  expect(readdirSync(aside)).toEqual([]);
}, 600_000);

async function address(): Promise<string> {
  const [web] = await (await hello.client()).resources({ limit: 1 });
  return web?.outputs.find(({ name }) => name === 'url')?.value ?? '';
}
