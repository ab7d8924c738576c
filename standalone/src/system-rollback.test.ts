import { Refused } from '@srm/cli';
import { inOneHouse, type House } from './test-house.ts';
import { answer, builds, effects, remains, running } from './test-look.ts';
import { programs } from './test-product.ts';

let house: House;
inOneHouse(async (made) => {
  house = made;
  await house.define();
});

const versions = async (): Promise<readonly string[]> =>
  (await house.client().resources({ limit: 10, environment: 'development' })).map(({ component, version }) => `${component} ${version}`);

/** Which deploys did something, and which found nothing to do. */
async function deployed(id: string): Promise<readonly string[]> {
  const steps = (await house.client().steps(id)).filter(({ phase, state }) => phase === 'deploy' && state === 'succeeded');
  return steps.map(({ component, unchanged }) => `${component}${unchanged ? ' unchanged' : ''}`).sort();
}

test('a rollback, looked at before, brings the release of before back and touches only what differs; its undo brings back what it replaced', async () => {
  const first = (await house.run()).operation;
  await house.write('left', programs.left.replace('left 1', 'left 2'));
  const second = (await house.run()).operation;
  expect([first.status, second.status, await answer(house)]).toMatchObject(['succeeded', 'succeeded', { left: { version: 'left 2' } }]);
  const look = async () => [await versions(), await running(house), await effects(house), await remains(house)];
  const [before, made] = [await look(), await builds(house)];

  const preview = (await house.run({ kind: 'rollback', preview: true })).operation;
  expect([preview.status, preview.release, preview.remarks, await look()]).toEqual([
    'planned',
    first.version,
    [`goes back to release ${first.version}, the last that was brought to development and is not what runs there now`],
    before,
  ]);

  const pids = await running(house);
  const back = (await house.run({ kind: 'rollback', expectedPlan: preview.planDigest })).operation;
  expect([back.status, back.reason, await deployed(back.id)]).toEqual([
    'succeeded',
    `diamond ${first.version} runs in development`,
    ['front unchanged', 'left', 'right unchanged', 'seed unchanged', 'store unchanged'],
  ]);
  const now = await running(house);
  expect(Object.keys(now).filter((name) => now[name] !== pids[name])).toEqual(['left']);
  expect([await answer(house), await builds(house)]).toMatchObject([{ left: { version: 'left 1' } }, made]);
  expect(await versions()).toEqual(['front', 'left', 'right', 'seed', 'store'].map((name) => `${name} ${first.version}`));

  const undoPreview = (await house.run({ kind: 'undo', of: back.id, preview: true })).operation;
  expect([undoPreview.status, await answer(house)]).toMatchObject(['planned', { left: { version: 'left 1' } }]);
  const undone = (await house.run({ kind: 'undo', of: back.id })).operation;
  expect([undone.status, undone.reason, await deployed(undone.id)]).toEqual([
    'succeeded',
    `operation ${back.id} of diamond is undone in development`,
    ['front unchanged', 'left', 'right unchanged', 'seed unchanged', 'store unchanged'],
  ]);
  expect(await answer(house)).toMatchObject({ left: { version: 'left 2' } });

  const asked = [1, 2].map(() => house.run({ kind: 'undo', of: undone.id }).then(({ operation }) => operation, refusal));
  const [won, lost] = (await Promise.all(asked)).sort((a, b) => (a.status < b.status ? 1 : -1));
  expect([won?.status, lost?.status, lost?.reason, await answer(house)]).toMatchObject([
    'succeeded',
    'refused',
    `operation ${undone.id} was undone already by operation ${won?.id}; an undo of that one brings it again`,
    { left: { version: 'left 1' } },
  ]);
}, 300_000);

/** The second may be refused when it is planned, or when its lease would be granted. */
function refusal(error: unknown): Readonly<{ id: string; status: string; reason: string | null }> {
  if (!(error instanceof Refused)) throw error;
  return { id: '', status: 'refused', reason: error.problem.detail ?? null };
}
