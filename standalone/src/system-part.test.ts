import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationRequest } from '@srm/cli';
import { inOneHouse, usual, type House } from './test-house.ts';
import { addressOf, answer, builds, refused, running, stepsWith } from './test-look.ts';
import { programs } from './test-product.ts';

let house: House;
inOneHouse((made) => void (house = made));

const all = ['front', 'left', 'right', 'seed', 'store'];

async function manifest(version: string | null): Promise<ReadonlyMap<string, string | null>> {
  const answered = await fetch(`${house.address()}/v1/tenants/default/products/diamond/releases/${version}`);
  const { components } = (await answered.json()) as { components: { name: string; image: string | null }[] };
  return new Map(components.map(({ name, image }) => [name, image]));
}

/** Which of these are not the same. */
const others = <T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): readonly string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((name) => before.get(name) !== after.get(name)).sort();

const pids = async (): Promise<ReadonlyMap<string, number>> => new Map(Object.entries(await running(house)));

test('a part is released: built, deployed and leased alone, its release is whole; another part is, too; a rollback goes back over both', async () => {
  await house.define();
  expect(await refused(house, { components: ['left'] })).toEqual([
    409,
    [
      '/release: no release of diamond runs in development, so it is not known what the rest is to be: release all of it, or name the base (--base)',
    ],
  ]);
  const whole = (await house.run()).operation;
  await house.write('left', programs.left.replace('left 1', 'left 2'));
  await house.write('right', programs.right.replace('return {', `return { version: 'right 2',`));
  const [before, made] = [await pids(), await builds(house)];
  const first = await house.run({ components: ['left'] });
  expect([first.operation.status, first.operation.reason, first.operation.remarks]).toEqual([
    'succeeded',
    `left of diamond ${first.operation.version} runs in development`,
    [`the rest is as in release ${whole.version}, and stays as it runs in development`],
  ]);
  expect([await builds(house), others(before, await pids())]).toEqual([
    [...made, 'compile diamond/left', 'package diamond/left'].sort(),
    ['left'],
  ]);
  expect((await house.client().steps(first.operation.id)).map(({ id }) => id)).toEqual(
    ['compile', 'package', 'configure', 'deploy', 'publish'].map((phase) => `left/${phase}`),
  );
  expect([
    [...(await manifest(first.operation.version)).keys()].sort(),
    others(await manifest(whole.version), await manifest(first.operation.version)),
  ]).toEqual([[...all, 'money'].sort(), ['left']]);

  const second = (await house.run({ components: ['right'] })).operation;
  expect([second.status, others(await manifest(first.operation.version), await manifest(second.version))]).toEqual([
    'succeeded',
    ['right'],
  ]);
  expect(await answer(house)).toMatchObject({ left: { version: 'left 2' }, right: { version: 'right 2' } });

  const back = (await house.run({ kind: 'rollback' })).operation;
  expect([back.status, back.release, await answer(house)]).toMatchObject([
    'succeeded',
    first.operation.version,
    { left: { version: 'left 2' }, right: { fruits: ['apple'] } },
  ]);
  const further = (await house.run({ kind: 'rollback', release: whole.version })).operation;
  expect([further.status, await answer(house)]).toMatchObject(['succeeded', { left: { version: 'left 1' } }]);
}, 300_000);

test('of two parts that are released at once the second is refused when its lease would be granted, says who won, and is upon that when asked for again', async () => {
  const go = join(house.data, 'go');
  const waits = `import { existsSync } from 'node:fs';\nconst timer = setInterval(() => existsSync(${JSON.stringify(go)}) && clearInterval(timer), 20);\n`;
  await house.define({ components: { left: { build: { run: [['node', 'wait.mjs'], ['mkdir', 'dist'], ['cp', 'main.mjs', 'dist']], output: 'dist' } } } }); // prettier-ignore
  await house.write('left', `console.log('no more');\n`, 'wait.mjs');
  const whole = (await house.run()).operation;
  await house.write('left', waits, 'wait.mjs');
  const { id } = await house.client().request({ ...usual, components: ['left'] });
  await house.told(id, 0, ({ type, step }) => type === 'StepStarted' && step === 'left/compile');
  await house.write('right', programs.right.replace('return {', `return { version: 'right 3',`));
  const won = (await house.run({ components: ['right'] })).operation;
  await writeFile(go, '');
  await house.told(id);
  const lost = await house.client().operation(id);
  expect([whole.status, won.status, lost.status, lost.reason]).toEqual([
    'succeeded',
    'succeeded',
    'refused',
    `operation ${won.id} has changed right in development since this was planned; what runs there now is of release ${won.version}; with that no whole release would run; ask again, and it is built upon what runs now: what is built already is not built a second time`,
  ]);
  const made = await builds(house);
  const again = (await house.run({ components: ['left'] })).operation;
  expect([again.status, again.remarks, await builds(house)]).toEqual([
    'succeeded',
    [`the rest is as in release ${won.version}, and stays as it runs in development`],
    made,
  ]);
  expect([await answer(house), others(await manifest(won.version), await manifest(again.version))]).toMatchObject([
    { right: { version: 'right 3' } },
    ['left'],
  ]);
}, 300_000);

const tuned = { outputs: { url: 'http://${service.host}:${service.ports.http}/${parameters.tune}' }, specs: ['tuned'] };
const outdated = async (): Promise<readonly unknown[]> =>
  (await house.client().resources({ limit: 10, environment: 'development' })).flatMap(({ component, configurationOutdated }) =>
    configurationOutdated === null ? [] : [[component, configurationOutdated.operation, configurationOutdated.outputs]],
  );
const uses = async (): Promise<unknown> => {
  const said = (await answer(house)) as { uses: string };
  return [said.uses === (await addressOf(house, 'left')), said.uses.split('/').at(-1)];
};
const tune = (value: number, more: Partial<OperationRequest> = {}) =>
  house.run({ kind: 'deploy', components: ['left'], perComponent: [{ name: 'left', parameters: { tune: value } }], ...more });

test('who is configured with an output that changes is shown as outdated until it is restarted, or restarted with it, and undone with it', async () => {
  await house.define({ components: { left: { build: { run: [['mkdir', 'dist'], ['cp', 'main.mjs', 'dist']], output: 'dist' }, ...tuned } } }); // prettier-ignore
  await house.write('front', programs.front.replace('return {', 'return { uses: env.LEFT_URL,'));
  const whole = (await house.run()).operation;
  expect([whole.status, await uses(), await outdated()]).toEqual(['succeeded', [true, '1'], []]);

  const changed = (await tune(5)).operation;
  expect([changed.status, ...changed.remarks.slice(-2)]).toEqual([
    'succeeded',
    'front runs with left.url, which may change: then its configuration is outdated until it is restarted or deployed; restartConsumers (--restart-consumers) restarts it with this operation',
    'front runs with left.url as before, which changed: its configuration is outdated until it is restarted or deployed; npm run srm -- restart diamond -e development -c front',
  ]);
  expect([await outdated(), await uses()]).toEqual([[['front', changed.id, ['left.url']]], [false, '1']]);
  const restarted = await house.run({ kind: 'restart', components: ['front'] });
  expect([restarted.operation.status, stepsWith(restarted.told, 'StepSucceeded', 'deploy')]).toEqual(['succeeded', ['front']]);
  expect([await outdated(), await uses()]).toEqual([[], [true, '5']]);

  const before = await pids();
  const both = (await tune(6, { restartConsumers: true })).operation;
  expect([both.status, others(before, await pids()), await outdated(), await uses()]).toEqual([
    'succeeded',
    ['front', 'left'],
    [],
    [true, '6'],
  ]);
  const undone = (await house.run({ kind: 'undo', of: both.id })).operation;
  expect([undone.status, await outdated(), await uses()]).toEqual(['succeeded', [], [true, '5']]);

  const alone = (await tune(7)).operation;
  expect([alone.status, await outdated()]).toEqual(['succeeded', [['front', alone.id, ['left.url']]]]);
  const back = (await house.run({ kind: 'undo', of: alone.id })).operation;
  expect([back.status, await outdated(), await uses()]).toEqual(['succeeded', [], [true, '5']]);
}, 300_000);
