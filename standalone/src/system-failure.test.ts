import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inOneHouse, usual, processesOf, type House } from './test-house.ts';
import { addressOf, answer, at, below, builds, effects, emptied, remains, running, stepsWith } from './test-look.ts';
import { neverReady, programs } from './test-product.ts';

let house: House;
inOneHouse((made) => void (house = made));
afterEach(async () => {
  for (const name of ['store', 'left', 'right', 'front'] as const) await house.write(name, programs[name]);
});

const hasty = { workloads: { front: { readyWithin: '5s' } } };
const nothing = { processes: [], ports: [], configuration: [], folders: [] };
const resources = async (environment: string) =>
  (await house.client().resources({ limit: 100, environment })).map(
    ({ component, state, version, image, spec, parameters, configuration, outputs }) =>
      ({ component, state, version, image, spec, parameters, configuration, outputs }), // prettier-ignore
  );

/** An environment that runs; each test leaves it as it was. */
let made: Promise<unknown> | null = null;
const usually = { left: { spec: 'tuned', parameters: { tune: 7 } }, front: { config: { greeting: 'before' } } };
const healthy = (): Promise<unknown> =>
  (made ??= house.define({ environment: 'healthy', set: usually }).then(() => house.run({ environment: 'healthy' })));

test('a release that fails in an empty environment leaves nothing there but volumes, which the next one finds again', async () => {
  await house.define(hasty);
  await house.write('front', neverReady);
  const { operation, told } = await house.run();
  expect([operation.status, operation.reason, operation.kept, operation.left]).toEqual([
    'compensated',
    'front was not ready in 5 s (GET /ready → 503 "no stock")',
    ['volume data of store'],
    [],
  ]);
  const undone = stepsWith(told, 'StepSucceeded', 'deploy/undo');
  expect([undone[0], [...undone.slice(1, 3)].sort(), undone.slice(3)]).toEqual(['front', ['left', 'right'], ['seed', 'store']]);
  expect([...stepsWith(told, 'StepSucceeded', 'publish/undo')].sort()).toEqual(['left', 'right', 'store']);
  expect(await emptied(house)).toEqual({ ...nothing, volume: { starts: 'start\n', fruits: 'apple\n' } });
  expect(await running(house)).toEqual({});
  expect((await effects(house)).filter(({ did }) => did === 'started').map(({ component }) => component).sort()).toEqual(['front', 'left', 'right', 'seed', 'store']); // prettier-ignore
  expect([await resources('development'), (await house.client().releases({ limit: 9 })).map(({ state }) => state)]).toEqual([
    [],
    ['complete'],
  ]);
  expect(await below(join(house.data, 'ci', 'bpr', 'diamond'))).toEqual(['front', 'left', 'money', 'right', 'seed', 'store']);
  expect((await builds(house)).filter((line) => line.startsWith('package')).length).toBe(5);

  await house.write('front', programs.front);
  const again = await house.run();
  expect([again.operation.status, (await remains(house)).volume]).toEqual([
    'succeeded',
    { starts: 'start\nstart\n', fruits: 'apple\napple\n' },
  ]);
  expect(await answer(house)).toMatchObject({ left: { fruits: ['apple', 'apple'] } });
});

test('a release that fails over a running version brings that version back as it was; what was not touched was never restarted', async () => {
  const environment = 'healthy';
  await healthy();
  const [pids, seen, said, address] = [
    await running(house, environment),
    await resources(environment),
    await answer(house, environment),
    await addressOf(house, 'front', environment),
  ];
  const before = await remains(house, environment);
  await house.define({
    environment,
    set: { left: { spec: 'tuned', parameters: { tune: 8 }, config: { beta: true } }, front: { config: { greeting: 'after' } } },
  });
  await house.write('left', programs.left.replace('left 1', 'left 2'));
  await house.write('front', `console.error('no stock');\nprocess.exit(3);\n`);
  const { operation, told } = await house.run({ environment });
  expect([operation.status, operation.reason?.replace(/[\d.]+ s:/, '… s:'), operation.left]).toEqual([
    'compensated',
    'front ended with exit code 3 after … s: no stock',
    [],
  ]);
  expect(stepsWith(told, 'StepSucceeded', 'deploy/undo')).toEqual(['front', 'left']);
  const now = await running(house, environment);
  expect(
    Object.keys(now)
      .filter((name) => now[name] === pids[name])
      .sort(),
  ).toEqual(['front', 'right', 'store']);
  expect([await resources(environment), await answer(house, environment), await addressOf(house, 'front', environment)]).toEqual([
    seen,
    said,
    address,
  ]);
  const after = await remains(house, environment);
  expect([after.ports.length, after.configuration, after.folders, after.volume]).toEqual([
    before.ports.length,
    before.configuration,
    before.folders,
    before.volume,
  ]);
});

test('a compilation that fails touches nothing that runs, and all failures are shown together', async () => {
  const environment = 'healthy';
  await healthy();
  const before = [await running(house, environment), await resources(environment), await effects(house, environment)];
  const checked = { run: [['node', 'check.mjs']], output: 'dist' };
  await house.define({ environment, components: { left: { build: checked }, right: { build: checked } } });
  for (const name of ['left', 'right'] as const)
    await house.write(name, `console.error('error: ${name} is odd');\nprocess.exit(2);\n`, 'check.mjs');
  const { operation, told } = await house.run({ environment });
  expect([operation.status, operation.reason?.split('; ').sort()]).toEqual([
    'failed',
    [
      'left: `node check.mjs` ended with exit code 2: error: left is odd',
      'nothing that runs was touched',
      'right: `node check.mjs` ended with exit code 2: error: right is odd',
    ],
  ]);
  expect([...stepsWith(told, 'StepFailed', 'compile')].sort()).toEqual(['left', 'right']);
  expect([await running(house, environment), await resources(environment), await effects(house, environment)]).toEqual(before);
});

test('a compilation that fails while others are deployed already has them undone', async () => {
  const environment = 'eager';
  const go = join(house.data, 'go');
  await house.define({ environment, components: { front: { build: { run: [['node', 'wait.mjs', go]], output: 'dist' } } } });
  const waits = `import { existsSync } from 'node:fs';\nwhile (!existsSync(process.argv[2])) await new Promise((go) => setTimeout(go, 20));\n`;
  await house.write('front', `${waits}console.error('error: front is odd');\nprocess.exit(1);\n`, 'wait.mjs');
  const { id } = await house.client().request({ ...usual, environment });
  await house.told(id, 0, ({ type, step }) => type === 'StepSucceeded' && step === 'right/publish');
  await writeFile(go, '');
  const told = await house.told(id);
  const operation = await house.client().operation(id);
  expect([operation.status, operation.reason, operation.kept]).toEqual([
    'compensated',
    `front: \`node wait.mjs ${go}\` ended with exit code 1: error: front is odd`,
    ['volume data of store'],
  ]);
  const undone = stepsWith(told, 'StepSucceeded', 'deploy/undo');
  expect([[...undone.slice(0, 2)].sort(), undone.slice(2)]).toEqual([
    ['left', 'right'],
    ['seed', 'store'],
  ]);
  expect(await emptied(house, environment)).toEqual({ ...nothing, volume: { starts: 'start\n', fruits: 'apple\n' } });
});

test('what is cancelled while it is compiled leaves no build going and nothing in the environment', async () => {
  const environment = 'stopped';
  await house.define({
    environment,
    pipeline: 'buildFirst',
    components: { right: { build: { run: [['node', 'wait.mjs']], output: 'dist' } } },
  });
  await house.write('right', `console.log('waits');\nsetInterval(() => {}, 1000);\n`, 'wait.mjs');
  const { id } = await house.client().request({ ...usual, environment });
  const heard = await house.told(id, 0, ({ type, step }) => type === 'StepStarted' && step === 'right/compile');
  await house.client().cancel(id, 'a better idea');
  const told = await house.told(id, heard.at(-1)?.number);
  const operation = await house.client().operation(id);
  expect([operation.status, operation.reason]).toEqual(['cancelled', 'cancelled by ann: a better idea; nothing that runs was touched']);
  expect(at(told, 'StepCancelled', 'right/compile')).toBeLessThan(operation.number);
  expect([
    (await processesOf(join(house.data, 'ci'))).filter((line) => !line.includes('supervise')),
    await emptied(house, environment),
  ]).toEqual([[], { ...nothing, volume: { starts: '', fruits: '' } }]);
});

test('what is cancelled while it is deployed is undone', async () => {
  const environment = 'undone';
  await house.define({ environment });
  await house.write('front', neverReady);
  const { id } = await house.client().request({ ...usual, environment });
  const heard = await house.told(id, 0, ({ step, text }) => step === 'front/deploy' && text.includes('→ 503'));
  await house.client().cancel(id, 'a better idea');
  const told = await house.told(id, heard.at(-1)?.number);
  const operation = await house.client().operation(id);
  expect([operation.status, operation.reason, operation.kept]).toEqual([
    'cancelled',
    'cancelled by ann: a better idea',
    ['volume data of store'],
  ]);
  const undone = stepsWith(told, 'StepSucceeded', 'deploy/undo');
  expect([undone[0], [...undone.slice(1, 3)].sort(), undone.slice(3)]).toEqual(['front', ['left', 'right'], ['seed', 'store']]);
  expect(await emptied(house, environment)).toEqual({ ...nothing, volume: { starts: 'start\n', fruits: 'apple\n' } });
});
