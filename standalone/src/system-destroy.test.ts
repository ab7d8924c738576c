import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inOneHouse, usual, type House } from './test-house.ts';
import { addressOf, answer, effects, refused, remains, running, stepsWith } from './test-look.ts';
import { programs } from './test-product.ts';

let house: House;
inOneHouse(async (made) => {
  house = made;
  await house.define();
});

const services = ['store', 'left', 'right', 'front'];
const sorted = (names: readonly string[]): readonly string[] => [...names].sort();
const states = async (): Promise<readonly string[]> =>
  (await house.client().resources({ limit: 10, environment: 'development' })).map(({ component, state }) => `${component} ${state}`);
const addresses = async (): Promise<readonly string[]> => Promise.all(services.map((name) => addressOf(house, name)));
/** `front left,right seed store`: the order in which steps of a phase ended, those side by side together. */
const order = (steps: readonly string[]): string => {
  const at = steps.findIndex((name) => name === 'left' || name === 'right');
  return [...steps.slice(0, at), sorted(steps.slice(at, at + 2)).join(','), ...steps.slice(at + 2)].join(' ');
};
const whole = ['front running', 'left running', 'right running', 'seed completed', 'store running'];

/** All is there as after a release; what an earlier test left away comes back. */
const released = async (): Promise<void> => {
  const { operation } = await house.run();
  expect([operation.status, await states()]).toEqual(['succeeded', whole]);
};

test('a restart gives every process anew, dependencies first, at the same addresses, and runs no job again', async () => {
  await released();
  const [before, pids, ran] = [await addresses(), await running(house), (await effects(house)).length];
  const { operation, told } = await house.run({ kind: 'restart' });
  expect([operation.status, operation.reason]).toEqual(['succeeded', 'diamond is restarted in development']);
  expect(order(stepsWith(told, 'StepSucceeded', 'restart'))).toBe('store left,right front');
  const started = (await effects(house)).slice(ran).filter(({ did }) => did === 'started');
  expect(order(started.map(({ component }) => component))).toBe('store left,right front');
  const now = await running(house);
  expect([Object.keys(now).sort(), services.filter((name) => now[name] === pids[name])]).toEqual([sorted(services), []]);
  expect([await addresses(), await states()]).toEqual([before, whole]);
  expect(await answer(house)).toMatchObject({ left: { fruits: ['apple'] } });
});

test('a part is restarted alone', async () => {
  await released();
  const pids = await running(house);
  const { operation } = await house.run({ kind: 'restart', components: ['left', 'store'] });
  const now = await running(house);
  expect([operation.status, operation.reason, services.filter((name) => now[name] !== pids[name])]).toEqual([
    'succeeded',
    'left, store of diamond are restarted in development',
    ['store', 'left'],
  ]);
});

test('a part that others need is refused with the list and touches nothing; by force it is done', async () => {
  await released();
  const [pids, before] = [await running(house), await remains(house)];
  const needs = (list: string, what: string): unknown => [422, [`/components: ${list} (${what}); choose ${list.includes(',') ? 'them' : 'it'} too, or ask for it with force`]]; // prettier-ignore
  expect([
    await refused(house, { kind: 'destroy', components: ['store'] }),
    await refused(house, { kind: 'stop', components: ['left'] }),
    await refused(house, { kind: 'destroy', components: ['money', 'lefd'] }),
  ]).toEqual([
    needs('left, right, front would lose what they need', 'store'),
    needs('front would lose what it needs', 'left'),
    [
      422,
      [
        '/components/0: money is a library and is never destroyed; leave it out',
        '/components/1: unknown component "lefd"; did you mean "left"?',
      ],
    ],
  ]);
  expect([await running(house), await remains(house)]).toEqual([pids, before]);

  const stop = await house.run({ kind: 'stop', components: ['left'], force: true });
  expect([stop.operation.status, await states()]).toEqual(['succeeded', whole.map((line) => line.replace('left running', 'left stopped'))]);
  const start = await house.run({ kind: 'start', components: ['left'] });
  expect([start.operation.status, await states()]).toEqual(['succeeded', whole]);

  const { operation, told } = await house.run({ kind: 'destroy', components: ['right'], force: true });
  expect([operation.status, operation.reason, operation.kept]).toEqual(['succeeded', 'right of diamond is destroyed in development', []]);
  expect(told.flatMap(({ type, step }) => (type === 'StepSucceeded' ? [step] : []))).toEqual(['right/destroy', 'right/withdraw']);
  const after = await remains(house);
  expect([await states(), after.configuration.filter((line) => line.startsWith('right.'))]).toEqual([
    whole.filter((line) => !line.startsWith('right')),
    [],
  ]);
  expect(Object.keys(await running(house)).sort()).toEqual(['front', 'left', 'store']);
});

test('a destroy of all leaves no process, port, folder or entry; volumes keep their bytes, are named, and are there for the next release', async () => {
  await released();
  const before = await remains(house);
  const { operation, told } = await house.run({ kind: 'destroy' });
  expect([operation.status, operation.reason, operation.kept, operation.left]).toEqual([
    'succeeded',
    'diamond is destroyed in development',
    ['volume data of store'],
    [],
  ]);
  expect(order(stepsWith(told, 'StepSucceeded', 'destroy'))).toBe('front left,right seed store');
  const gone = await settled();
  expect(gone).toEqual({ processes: [], ports: [], configuration: [], folders: [], volume: before.volume });
  expect([before.volume.fruits, await running(house), await states()]).toEqual(['apple\n', {}, []]);
  const absent: unknown = await (await fetch(`${house.address()}/v1/resources?state=absent&environment=development`)).json();
  expect(absent).toMatchObject({ items: sorted([...services, 'seed']).map((component) => ({ component, state: 'absent', outputs: [] })) });

  const again = await house.run({ kind: 'destroy' });
  expect([again.operation.status, again.operation.steps]).toEqual(['succeeded', 0]);
  await released();
  // The job ran again: its record was destroyed too.
  expect((await remains(house)).volume).toEqual({ starts: `${before.volume.starts}start\n`, fruits: 'apple\napple\n' });
});

/** Supervisors end a moment after the last job. */
async function settled(): ReturnType<typeof remains> {
  for (;;) {
    const now = await remains(house);
    if (now.processes.length === 0) return now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

test('a destroy that is cancelled on its way gives back what it took, configuration too', async () => {
  await released();
  const [before, at, said] = [await remains(house), await addresses(), await answer(house)];
  const { id } = await house.client().request({ ...usual, kind: 'destroy' });
  await house.told(id, 0, ({ type, step }) => type === 'StepSucceeded' && step === 'front/withdraw');
  await house.client().act(id, { action: 'cancel', reason: 'not this one' });
  await house.told(id);
  const operation = await house.client().operation(id);
  expect([operation.status, operation.kept]).toEqual(['cancelled', []]);
  const now = await remains(house);
  expect([await addresses(), await answer(house), now.configuration, now.ports.length]).toEqual([
    at,
    said,
    before.configuration,
    before.ports.length,
  ]);
  expect(await states()).toEqual(whole);
});

test('a restart that fails is not undone: what ran goes on, and is told as not certain until a restart succeeds', async () => {
  const flag = join(house.data, 'no-more');
  const guard = `import { existsSync } from 'node:fs';\nif (existsSync(${JSON.stringify(flag)})) throw new Error('no more');\n`;
  await house.write(
    'right',
    programs.right.replace(/^import .*\n/, (line) => `${line}${guard}`),
  );
  await released();
  const pids = await running(house);
  await writeFile(flag, '');
  const { operation } = await house.run({ kind: 'restart', components: ['right', 'front'] });
  expect([operation.status, operation.reason?.replace(/after [\d.]+ s/, 'after T'), operation.left]).toEqual([
    'failed',
    'right ended with exit code 1 after T: Error: no more',
    [],
  ]);
  expect([await running(house), await states()]).toEqual([pids, whole.map((line) => line.replace('right running', 'right uncertain'))]);
  await rm(flag);
  expect((await house.run({ kind: 'restart', components: ['right'] })).operation.status).toBe('succeeded');
  expect([await states(), (await running(house))['right'] === pids['right']]).toEqual([whole, false]);
});
