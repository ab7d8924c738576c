import { Refused, type OperationRequest } from '@srm/cli';
import { inOneHouse, usual, type Ended, type House, type Told } from './test-house.ts';
import { addressOf, answer, at, builds, effects, emptied, remains, running, stepsWith } from './test-look.ts';

let house: House;
inOneHouse((made) => void (house = made));

const all = ['store', 'seed', 'left', 'right', 'front'];
const edges = [
  ['seed', 'store'],
  ['left', 'seed'],
  ['right', 'seed'],
  ['front', 'left'],
  ['front', 'right'],
] as const;
const whole = {
  greeting: 'hello',
  price: '12.34',
  left: { version: 'left 1', beta: 'false', tune: null, fruits: ['apple'] },
  right: { fruits: ['apple'] },
};
const sorted = (names: readonly string[]): readonly string[] => [...names].sort();

/** Pairs of steps of which the second was asked for although the first had not succeeded. */
const early = (told: readonly Told[], pairs: readonly (readonly [string, string])[]): readonly string[] =>
  pairs.flatMap(([first, then]) =>
    at(told, 'StepSucceeded', first) < at(told, 'StepRequested', then) && at(told, 'StepRequested', then) < Infinity
      ? []
      : [`${then} before ${first}`],
  );

/** Whether both were asked for before either had ended. */
const overlap = (told: readonly Told[], one: string, other: string): boolean =>
  Math.max(at(told, 'StepRequested', one), at(told, 'StepRequested', other)) <
  Math.min(at(told, 'StepSucceeded', one), at(told, 'StepSucceeded', other));

const timeOf = (told: readonly Told[] | undefined, type: string): number =>
  Date.parse(/"time":"([^"]+)"/.exec(told?.find((event) => event.type === type)?.text ?? '')?.[1] ?? '');

test('a release goes in the order of each phase, what is independent side by side, configuration from one to the next', async () => {
  const { operation, told } = await released();
  expect([operation.status, operation.reason]).toEqual(['succeeded', `diamond ${operation.version} runs in development`]);
  expect(told.map(({ number }) => number)).toEqual([
    ...Array.from({ length: operation.number }, (_, index) => index + 1),
    operation.number,
  ]);
  expect(told.slice(-2).map(({ type }) => type)).toEqual(['OperationSucceeded', 'end']);

  const deployed = stepsWith(told, 'StepSucceeded', 'deploy');
  expect([deployed.slice(0, 2), sorted(deployed.slice(2, 4)), deployed.slice(4)]).toEqual([
    ['store', 'seed'],
    ['left', 'right'],
    ['front'],
  ]);
  const within = all.flatMap((name) =>
    [['compile', 'package'], ['package', 'configure'], ['configure', 'deploy'], ...(name === 'seed' ? [] : [['deploy', 'publish']])].map(
      ([first, then]) => [`${name}/${first}`, `${name}/${then}`] as const,
    ),
  );
  const between = edges.flatMap(([name, needs]) => [[`${needs}/${needs === 'seed' ? 'deploy' : 'publish'}`, `${name}/configure`] as const]);
  expect(early(told, [...within, ...between, ['money/compile', 'front/compile']])).toEqual([]);
  expect([overlap(told, 'store/compile', 'right/compile'), overlap(told, 'left/deploy', 'right/deploy')]).toEqual([true, true]);
  expect(await answer(house)).toEqual(whole);
  expect(await builds(house)).toEqual(
    sorted(['compile diamond/money', ...all.flatMap((name) => [`compile diamond/${name}`, `package diamond/${name}`])]),
  );
});

/** The release of a whole product, once; the environment is left as it is found. */
let first: Promise<Ended> | null = null;
const released = (): Promise<Ended> => (first ??= house.define().then(() => house.run()));

const refusal = async (request: Partial<OperationRequest>): Promise<unknown> => {
  const error = await house
    .client()
    .request({ ...usual, ...request })
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof Refused)) throw new Error(`not refused: ${String(error)}`);
  const { status, detail, errors = [] } = error.problem;
  return [status, detail, errors.map(({ pointer }) => pointer)];
};

test('what has not changed is neither built nor started again', async () => {
  await released();
  const [before, made] = [await running(house), await builds(house)];
  const { operation } = await house.run();
  const steps = await house.client().steps(operation.id);
  expect([operation.status, [...new Set(steps.filter(({ unchanged }) => !unchanged).map(({ phase }) => phase))]]).toEqual([
    'succeeded',
    ['configure'],
  ]);
  expect([await running(house), await builds(house)]).toEqual([before, made]);
});

test('two releases into one environment go one after the other, and the second is told for whom it waits', async () => {
  await released();
  const requests = [house.client().request(usual), house.client().request(usual)];
  const ids = (await Promise.all(requests)).map(({ id }) => id);
  const tolds = await Promise.all(ids.map((id) => house.told(id)));
  const ended = await Promise.all(ids.map((id) => house.client().operation(id)));
  expect(ended.map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
  const [first, second] = [...tolds].sort((one, other) => timeOf(one, 'OperationLeased') - timeOf(other, 'OperationLeased'));
  expect(timeOf(first, 'OperationSucceeded') <= timeOf(second, 'OperationLeased')).toBe(true);
  expect(second?.filter(({ type, text }) => type === 'OperationWaiting' && text.includes('waits for')).length).toBe(1);
});

test('a complete release is deployed by its version and builds nothing; one that is not there is refused', async () => {
  await released();
  const version = (await house.run({ kind: 'package' })).operation.version ?? '';
  const made = await builds(house);
  await house.define({
    environment: 'second',
    set: { left: { spec: 'tuned', parameters: { tune: 4 }, config: { beta: true } }, front: { config: { greeting: '你好' } } },
  });
  const { operation } = await house.run({
    kind: 'deploy',
    environment: 'second',
    release: version,
    perComponent: [{ name: 'left', parameters: { tune: 5 } }],
  });
  expect([operation.status, operation.reason]).toEqual(['succeeded', `diamond ${version} runs in second`]);
  expect((await house.client().steps(operation.id)).filter(({ bridge }) => bridge === 'ci')).toEqual([]);
  expect([await builds(house), await answer(house, 'second')]).toEqual([
    made,
    { ...whole, greeting: '你好', left: { ...whole.left, beta: 'true', tune: '5' } },
  ]);
  const unknown = await refusal({ kind: 'deploy', release: '1999.1.1-1' });
  expect(unknown).toEqual([409, 'diamond has no version 1999.1.1-1', ['/release']]);
});

test('a preview of each kind shows the plan and changes nothing', async () => {
  await released();
  const ask = (kind: 'compile' | 'package' | 'release' | 'deploy' | 'start' | 'stop') => house.run({ kind, preview: true });
  const look = async () => [
    await builds(house),
    await effects(house),
    await house.client().releases({ limit: 200 }),
    await house.client().resources({ limit: 200, environment: 'development' }),
    await remains(house),
  ];
  const before = await look();
  const count = async (kind: Parameters<typeof ask>[0]): Promise<readonly unknown[]> => {
    const { operation } = await ask(kind);
    const steps = await house.client().steps(operation.id);
    return [
      kind,
      operation.status,
      operation.version,
      sorted([...new Set(steps.map(({ phase }) => phase))]),
      steps.length,
      [...new Set(steps.map(({ state }) => state))],
    ];
  };
  const shown = [];
  for (const kind of ['compile', 'package', 'release', 'deploy', 'stop', 'start'] as const) shown.push(await count(kind));
  expect(shown).toEqual([
    ['compile', 'planned', null, ['compile'], 6, ['planned']],
    ['package', 'planned', null, ['compile', 'package'], 11, ['planned']],
    ['release', 'planned', null, ['compile', 'configure', 'deploy', 'package', 'publish'], 25, ['planned']],
    ['deploy', 'planned', null, ['configure', 'deploy', 'publish'], 14, ['planned']],
    ['stop', 'planned', null, ['stop'], 4, ['planned']],
    ['start', 'planned', null, [], 0, []],
  ]);
  expect(await look()).toEqual(before);
});

test('a product is stopped in reverse order and started in order, at the same addresses', async () => {
  await released();
  const addresses = async () => Promise.all(['store', 'left', 'right', 'front'].map((name) => addressOf(house, name)));
  const [before, pids] = [await addresses(), await running(house)];
  const stop = await house.run({ kind: 'stop' });
  const stopped = stepsWith(stop.told, 'StepSucceeded', 'stop');
  expect([stop.operation.status, stopped[0], sorted(stopped.slice(1, 3)), stopped[3]]).toEqual([
    'succeeded',
    'front',
    ['left', 'right'],
    'store',
  ]);
  expect(early(stop.told, [['front/stop', 'left/stop'], ['front/stop', 'right/stop'], ['left/stop', 'store/stop'], ['right/stop', 'store/stop']])).toEqual([]); // prettier-ignore
  expect([await running(house), (await emptied(house)).processes]).toEqual([{}, []]);
  const resources = await house.client().resources({ limit: 10, environment: 'development' });
  expect(resources.map(({ component, state }) => `${component} ${state}`)).toEqual([
    'front stopped',
    'left stopped',
    'right stopped',
    'seed completed',
    'store stopped',
  ]);

  const start = await house.run({ kind: 'start' });
  const started = stepsWith(start.told, 'StepSucceeded', 'start');
  expect([start.operation.status, started[0], sorted(started.slice(1, 3)), started[3]]).toEqual([
    'succeeded',
    'store',
    ['left', 'right'],
    'front',
  ]);
  expect(early(start.told, [['store/start', 'left/start'], ['store/start', 'right/start'], ['left/start', 'front/start'], ['right/start', 'front/start']])).toEqual([]); // prettier-ignore
  expect([await addresses(), await answer(house)]).toEqual([before, whole]);
  expect(Object.entries(await running(house)).filter(([name, pid]) => pids[name] === pid)).toEqual([]);
});
