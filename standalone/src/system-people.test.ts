import { inOneHouse, usual, type House, type Told } from './test-house.ts';

let house: House;
inOneHouse(async (made) => {
  house = made;
  await house.define();
});

const place = 'default/development';

/** As it is once what was heard of it is shown. */
async function now(id: string, heard: readonly Told[]): Promise<unknown> {
  const answer = await fetch(`${house.address()}/v1/operations/${id}?after=${heard.at(-1)?.number ?? 0}`);
  return answer.json();
}

test('a frozen environment lets a release build and touches nothing until the freeze is lifted', async () => {
  const client = house.client();
  const frozen = await client.freeze(place, { frozen: true, reason: 'fair' });
  expect((await client.freezes({ limit: 10 })).map(({ id, reason, actor }) => [id, reason, actor?.name])).toEqual([[place, 'fair', 'ann']]);
  const preview = await client.request({ ...usual, preview: true });
  expect((await house.told(preview.id)).at(-2)?.type).toBe('OperationPlanned');

  const { id } = await client.request(usual);
  const waits = await house.told(id, 0, ({ type, text }) => type === 'OperationWaiting' && text.includes('"for":"freeze"'));
  const touched = waits.filter(({ type, step }) => type === 'StepRequested' && !/\/(compile|package)$/.test(step ?? ''));
  expect(touched).toEqual([]);
  expect(await now(id, waits)).toMatchObject({
    status: 'waiting',
    waitingFor: {
      for: 'freeze',
      text: `development is frozen by ann since ${frozen.since}: fair; lift it with: npm run srm -- unfreeze ${place}`,
    },
  });

  const { id: other } = await client.request(usual);
  await house.told(other, 0, ({ type, text }) => type === 'OperationWaiting' && text.includes('"for":"freeze"'));
  await client.cancel(other, 'not today');
  const heard = await house.told(other);
  expect(await now(other, heard.slice(0, -1))).toMatchObject({ status: 'cancelled' });

  await client.freeze(place, { frozen: false });
  expect([(await house.told(id)).at(-2)?.type, await client.freezes({ limit: 10 })]).toEqual(['OperationSucceeded', []]);
});

test('a frozen tenant holds its environments; services that were stopped and started meanwhile know it, and its timer lifts it', async () => {
  const until = new Date(Date.now() + 3000).toISOString();
  await house.client().freeze('default', { frozen: true, reason: 'audit', until });
  const { id } = await house.client().request({ kind: 'restart', product: 'diamond', environment: 'development', preview: false });
  await house.told(id, 0, ({ type, text }) => type === 'OperationWaiting' && text.includes('all of tenant default is frozen by ann'));
  await house.stop();
  await house.start();
  expect((await house.told(id)).at(-2)?.type).toBe('OperationSucceeded');
});

test('an operation whose start is fixed waits for it, and can be cancelled; what is wrong with it is said at once', async () => {
  const client = house.client();
  const notBefore = '2999-12-31T23:59:59.000Z';
  const { id, status, waitingFor } = await client.request({ ...usual, notBefore });
  expect([status, waitingFor?.text]).toEqual(['waiting', `starts at ${notBefore}`]);
  await client.cancel(id, 'not in this life');
  const heard = await house.told(id);
  expect(await now(id, heard.slice(0, -1))).toMatchObject({ status: 'cancelled' });
  await expect(client.request({ ...usual, product: 'nothing', notBefore })).rejects.toThrow('nothing');
  const soon = new Date(Date.now() + 500).toISOString();
  const { operation } = await house.run({ kind: 'stop', notBefore: soon });
  expect([operation.status, (operation.startedAt ?? '') >= soon]).toEqual(['succeeded', true]);
});

test('an operation that does not end in its time is undone', async () => {
  const { operation: up } = await house.run({ kind: 'start' });
  await house.write('left', 'setInterval(() => undefined, 1000);\n');
  const { operation: built } = await house.run({ kind: 'package', environment: null });
  const { operation, told } = await house.run({ kind: 'deploy', deadline: '5s' });
  // On a machine that is too slow to begin the deploy in this time there is nothing to be undone.
  const status = told.some(({ type }) => type === 'CompensationStarted') ? 'compensated' : 'failed';
  expect([up.status, built.status, told.some(({ type }) => type === 'OperationOverdue'), operation.status]).toEqual([
    'succeeded',
    'succeeded',
    true,
    status,
  ]);
  expect(operation.reason?.startsWith('not ended within 5 s')).toBe(true);
  const items = await house.client().resources({ limit: 50, product: 'diamond' });
  expect(items.map(({ component, state }) => [component, state])).toEqual([
    ['front', 'running'],
    ['left', 'running'],
    ['right', 'running'],
    ['seed', 'completed'],
    ['store', 'running'],
  ]);
});
