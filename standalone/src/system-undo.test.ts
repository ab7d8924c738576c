import { inOneHouse, usual, type House } from './test-house.ts';
import { remains, running, seen, stepsWith } from './test-look.ts';
import { neverReady } from './test-product.ts';

let house: House;
inOneHouse(async (made) => {
  house = made;
  await house.write('front', neverReady);
  await house.write('seed', `const answer = await fetch(process.env.STORE_URL + '/' + process.argv[2], { method: 'PUT' });\nif (!answer.ok) process.exit(1);\n`); // prettier-ignore
});

const seed = { kind: 'job', command: ['node', 'main.mjs', 'apple'], variables: { STORE_URL: '${components.store.url}' } };
const workloads = { front: { readyWithin: '5s' }, seed };

test('a release that fails: a migration is undone by its command, the undo of the store waits for a decision, and goes on by it', async () => {
  await house.define({ workloads, components: { store: { undo: 'hold' }, seed: { undo: { command: ['node', 'main.mjs', 'down'] } } } });
  const { id } = await house.client().request(usual);
  const before = await house.told(id, 0, ({ type }) => type === 'OperationHeld');
  const held = await seen(house, id, before);
  expect([held.status, held.awaiting, held.reason]).toEqual([
    'held',
    ['store/publish'],
    'store/publish: its undo waits for a decision (undo: hold); resume undoes it, skip keeps it',
  ]);
  const undone = stepsWith(before, 'StepSucceeded', 'deploy/undo');
  expect([undone[0], [...undone.slice(1, 3)].sort(), undone.slice(3)]).toEqual(['front', ['left', 'right'], ['seed']]);
  expect([Object.keys(await running(house)), (await remains(house)).volume.fruits]).toEqual([['store'], 'apple\ndown\n']);
  await house.client().act(id, { action: 'resume', reason: 'nobody uses it yet' });
  const after = await house.told(id, before.at(-1)?.number);
  const ended = await seen(house, id, after);
  expect([ended.status, ended.kept, ended.left]).toEqual(['compensated', ['volume data of store'], []]);
  expect(stepsWith(after, 'StepSucceeded', 'deploy/undo')).toEqual(['store']);
  expect(await running(house)).toEqual({});
});

test('what is kept, and what it needs, runs on and is named; the plan said so', async () => {
  const environment = 'kept';
  await house.define({ environment, workloads, components: { left: { undo: 'keep' }, seed: { undo: 'keep' } } });
  const preview = await house.client().request({ ...usual, environment, preview: true });
  await house.told(preview.id);
  const marked = (await house.client().steps(preview.id)).filter(({ noReturn }) => typeof noReturn === 'string');
  expect(marked.map(({ id, noReturn }) => [id, noReturn])).toEqual([
    ['seed/deploy', 'it is not undone (undo: keep), nor is what it needs'],
    ['left/deploy', 'it is not undone (undo: keep), nor is what it needs'],
    ['left/publish', 'it is not undone (undo: keep), nor is what it needs'],
  ]);
  const { operation, told } = await house.run({ environment });
  expect([operation.status, operation.kept, operation.left]).toEqual([
    'compensated',
    ['seed, as its definition says (undo: keep)', 'store, since seed, which needs it, stays', 'left, as its definition says (undo: keep)'],
    [],
  ]);
  expect(stepsWith(told, 'StepSucceeded', 'deploy/undo')).toEqual(['front', 'right']);
  expect(Object.keys(await running(house, environment)).sort()).toEqual(['left', 'store']);
  const states = (await house.client().resources({ limit: 100, environment })).map(({ component, state }) => [component, state]);
  expect(states.sort()).toEqual([
    ['left', 'running'],
    ['seed', 'completed'],
    ['store', 'running'],
  ]);
});
