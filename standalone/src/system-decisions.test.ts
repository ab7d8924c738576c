import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { httpClient, Refused, type ActionRequest, type Operation } from '@srm/cli';
import { inOneHouse, usual, type House, type Told } from './test-house.ts';
import { answer, builds, running, seen, stepsWith } from './test-look.ts';
import { neverReady, programs } from './test-product.ts';

let house: House;
inOneHouse((made) => void (house = made));
afterEach(async () => {
  for (const name of ['left', 'front'] as const) await house.write(name, programs[name]);
});

/** `front` does not start before a file is there: the failure can be mended without another build. */
async function withoutShelf(
  environment: string,
  who: 'request' | 'environment' = 'request',
): Promise<Readonly<{ id: string; shelf: string; heard: readonly Told[] }>> {
  const shelf = join(house.data, `shelf of ${environment}`);
  const guard = `import { existsSync } from 'node:fs';\nif (!existsSync(${JSON.stringify(shelf)})) throw new Error('no shelf');\n`;
  await house.write('front', `${guard}${programs.front}`);
  await house.define({ environment, ...(who === 'environment' ? { onFailure: 'hold' } : {}) });
  const { id } = await house.client().request({ ...usual, environment, onFailure: who === 'request' ? 'hold' : null });
  return { id, shelf, heard: await house.told(id, 0, ({ type }) => type === 'OperationHeld') };
}

const by = (actor: string) => httpClient({ server: house.address(), actor, newId: randomUUID, fetch, sleep: (time) => pause(time) });

/** Null: it was taken; else how it was refused. */
async function refusal(asked: Promise<Operation>): Promise<readonly [number, string | undefined] | null> {
  try {
    await asked;
    return null;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return [error.problem.status, error.problem.detail];
  }
}

const act = (id: string, action: ActionRequest) => refusal(house.client().act(id, action));

const requests = (told: readonly Told[], id: string): number =>
  told.filter(({ type, step }) => type === 'StepRequested' && step === id).length;

test('a failure is held, mended and retried; of two who decide at once one is told what won', async () => {
  const { id, shelf, heard } = await withoutShelf('retried');
  const held = await seen(house, id, heard);
  expect([held.status, held.waitingFor?.for, held.reason?.replace(/after [\d.]+ s/, 'after T')]).toEqual([
    'held',
    'hold',
    'front ended with exit code 1 after T: Error: no shelf; retry, skip the step, or give up',
  ]);
  const made = await builds(house);
  await writeFile(shelf, '');
  const decision: ActionRequest = { action: 'retry', at: held.number };
  const [ann, bob] = await Promise.all([refusal(by('ann').act(id, decision)), refusal(by('bob').act(id, decision))]);
  const [winner, lost] = ann === null ? ['ann', bob] : ['bob', ann];
  expect([ann === null, bob === null].filter(Boolean)).toEqual([true]);
  expect(lost).toEqual([409, `the operation has moved on since event ${held.number}: ${winner} decided to retry; look again`]);
  const told = await house.told(id);
  const ended = await seen(house, id, told);
  expect([ended.status, ended.reason]).toEqual(['succeeded', `diamond ${ended.version} runs in retried`]);
  expect([requests(told, 'front/deploy'), requests(told, 'left/deploy'), await builds(house)]).toEqual([2, 1, made]);
  expect(await answer(house, 'retried')).toMatchObject({ left: { version: 'left 1' } });
}, 300_000);

test('where the environment says so a failure is held, and a failed step skipped: the release succeeds without it and says so', async () => {
  const { id, heard } = await withoutShelf('skipped', 'environment');
  const held = await seen(house, id, heard);
  expect([held.status, held.onFailure, held.asked.onFailure]).toEqual(['held', 'hold', null]);
  expect(await act(id, { action: 'skip', reason: 'front comes later' })).toBeNull();
  const ended = await seen(house, id, await house.told(id));
  expect([ended.status, ended.reason]).toEqual([
    'succeeded',
    `diamond ${ended.version} runs in skipped, but for what was skipped: front/deploy, front/publish`,
  ]);
  const skipped = (await house.client().steps(id)).filter(({ state }) => state === 'skipped');
  expect(skipped.map((step) => [step.id, step.reason])).toEqual([
    ['front/deploy', 'skipped by ann: front comes later'],
    ['front/publish', 'front/deploy was skipped, which was to give url'],
  ]);
  expect(Object.keys(await running(house, 'skipped')).sort()).toEqual(['left', 'right', 'store']);
}, 300_000);

test('a failure that is given up is undone', async () => {
  const { id } = await withoutShelf('gone');
  expect(await act(id, { action: 'giveUp', reason: 'no shelf to be had' })).toBeNull();
  const told = await house.told(id);
  const ended = await seen(house, id, told);
  expect([ended.status, ended.reason?.replace(/after [\d.]+ s/, 'after T'), ended.kept, ended.left]).toEqual([
    'compensated',
    'front ended with exit code 1 after T: Error: no shelf',
    ['volume data of store'],
    [],
  ]);
  const undone = stepsWith(told, 'StepSucceeded', 'deploy/undo');
  expect([undone[0], [...undone.slice(1, 3)].sort(), undone.slice(3), await running(house, 'gone')]).toEqual([
    'front',
    ['left', 'right'],
    ['seed', 'store'],
    {},
  ]);
}, 300_000);

const waits = `import { existsSync } from 'node:fs';\nwhile (!existsSync(process.argv[2])) await new Promise((go) => setTimeout(go, 20));\n`;

test('while it is held nothing is begun, what runs ends; resumed, it goes on', async () => {
  const environment = 'resumed';
  const go = join(house.data, 'go on');
  const run = [['node', 'wait.mjs', go], ['mkdir', 'dist'], ['cp', 'main.mjs', 'dist']]; // prettier-ignore
  await house.write('right', waits, 'wait.mjs');
  await house.define({ environment, components: { right: { build: { run, output: 'dist' } } } });
  const { id } = await house.client().request({ ...usual, environment });
  const started = await house.told(id, 0, ({ type, step }) => type === 'StepStarted' && step === 'right/compile');
  expect(await act(id, { action: 'hold', reason: 'lunch' })).toBeNull();
  expect(await act(id, { action: 'hold' })).toEqual([409, 'the operation is held already']);
  await writeFile(go, '');
  const done = await house.told(id, started.at(-1)?.number, ({ type, step }) => type === 'StepSucceeded' && step === 'right/compile');
  const held = await seen(house, id, done);
  expect([held.status, held.waitingFor?.text]).toEqual(['held', `held since ${held.held?.since}: held by ann: lunch`]);
  expect(await act(id, { action: 'resume', reason: 'coffee, too' })).toBeNull();
  const told = await house.told(id);
  const at = (type: string): number => told.find((event) => event.type === type)?.number ?? 0;
  const begun = told.filter(({ type, number }) => type === 'StepRequested' && number > at('OperationHeld'));
  expect([begun.every(({ number }) => number > at('OperationResumed')), begun.length > 0, (await seen(house, id, told)).status]).toEqual([
    true,
    true,
    'succeeded',
  ]);
}, 300_000);

test('what is being undone is neither cancelled nor held nor given up, and whoever asks is told why, also once it has ended', async () => {
  const environment = 'twice';
  const go = join(house.data, 'undo it');
  const undoes = `if (process.argv[2] === 'down') {\n  const { existsSync } = await import('node:fs');\n  while (!existsSync(process.argv[3])) await new Promise((go) => setTimeout(go, 20));\n  process.exit();\n}\n`;
  await house.write('left', `${undoes}${programs.left}`);
  await house.write('front', neverReady);
  await house.define({
    environment,
    workloads: { front: { readyWithin: '5s' } },
    components: { left: { undo: { command: ['node', 'main.mjs', 'down', go] } } },
  });
  const { id } = await house.client().request({ ...usual, environment });
  await house.told(id, 0, ({ type, step }) => type === 'StepStarted' && step === 'left/deploy/undo');
  const undone = [409, 'the operation has failed and is being undone already'];
  expect([await act(id, { action: 'cancel' }), await act(id, { action: 'hold' }), await act(id, { action: 'giveUp' })]).toEqual([
    undone,
    undone,
    undone,
  ]);
  await writeFile(go, '');
  const told = await house.told(id);
  const ended = await seen(house, id, told);
  expect([ended.status, ended.reason]).toEqual(['compensated', 'front was not ready in 5 s (GET /ready → 503 "no stock")']);
  expect(await act(id, { action: 'cancel' })).toEqual([409, 'the operation has ended already: it failed, and what it did was undone']);
}, 300_000);

test('who abandons an operation is told what it leaves; its components are free for the next one, which mends them', async () => {
  const environment = 'abandoned';
  await house.write('front', neverReady);
  await house.define({ environment, workloads: { front: { readyWithin: '10m' } } });
  const { id } = await house.client().request({ ...usual, environment });
  expect(await act(id, { action: 'resume' })).toEqual([409, 'the operation is not held']);
  await house.told(id, 0, ({ step, text }) => step === 'front/deploy' && text.includes('→ 503'));
  expect(await act(id, { action: 'abandon', reason: 'never comes back' })).toBeNull();
  const ended = await seen(house, id, await house.told(id));
  expect([ended.status, ended.reason, ended.left.map(({ what }) => what).sort()]).toEqual([
    'failed',
    'abandoned by ann: never comes back',
    [
      'front: sem-bridge never said how front/deploy ended; it may still run',
      'left: stays as left/deploy left it',
      'left: stays as left/publish left it',
      'right: stays as right/deploy left it',
      'right: stays as right/publish left it',
      'seed: stays as seed/deploy left it',
      'store: stays as store/deploy left it',
      'store: stays as store/publish left it',
    ],
  ]);
  await house.write('front', programs.front);
  const { operation } = await house.run({ environment });
  expect([operation.status, await answer(house, environment)]).toMatchObject(['succeeded', { left: { version: 'left 1' } }]);
}, 300_000);
