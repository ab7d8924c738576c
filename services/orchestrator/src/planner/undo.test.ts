import { development, input, inputsOf, planned, wrong } from './testing.ts';

const component = (name: string, more: object = {}, workload: object = {}): object => ({
  name,
  source: { path: `./${name}` },
  build: { run: [['make']], output: 'dist' },
  package: { files: { dist: '/app' }, workdir: '/app' },
  workload: { command: ['run'], ports: { http: { port: 80 } }, ...workload },
  ...more,
});

const data = { volumes: { '/data': { source: 'data' } } };
const outputs = { outputs: { url: 'http://${service.host}:${service.ports.http}' } };

const given = (components: readonly object[], environment: object = {}) => {
  const product = { apiVersion: 'srm/v1', kind: 'Product', metadata: { name: 'shop' }, spec: { components } };
  return input(`${JSON.stringify(product)}\n---\n${development({ ...environment })}`);
};

function undos(components: readonly object[], environment: object): readonly unknown[] {
  const { steps } = planned(given(components, environment));
  return steps.filter(({ undo }) => undo !== 'none').map(({ id, undo, noReturn }) => [id, undo, noReturn]);
}

test('points of no return are said in the plan: keep, hold, and a job that no command undoes', () => {
  const job = component('schema', {}, { kind: 'job' });
  expect(
    undos([component('web', outputs), component('db', { undo: 'hold', ...outputs }), component('log', { undo: 'keep' }), job], {}),
  ).toEqual([
    ['web/deploy', 'auto', null],
    ['web/publish', 'auto', null],
    ['db/deploy', 'hold', 'its undo waits for a decision (undo: hold)'],
    ['db/publish', 'hold', 'its undo waits for a decision (undo: hold)'],
    ['log/deploy', 'keep', 'it is not undone (undo: keep), nor is what it needs'],
    ['schema/deploy', 'auto', 'what the job does is not undone: it has no undo command'],
  ]);
});

test('auto becomes hold for components with volumes in a protected environment, and only there', () => {
  const components = [component('db', { undo: 'auto', ...outputs }, data), component('web')];
  const why = 'its undo waits for a decision: it has volumes, and development is protected';
  expect(undos(components, {})).toEqual([
    ['db/deploy', 'auto', null],
    ['db/publish', 'auto', null],
    ['web/deploy', 'auto', null],
  ]);
  for (const environment of [{ protected: true }, { stage: 'staging' }, { stage: 'production' }])
    expect(undos(components, environment)).toEqual([
      ['db/deploy', 'hold', why],
      ['db/publish', 'hold', why],
      ['web/deploy', 'auto', null],
    ]);
});

test('an undo command goes with the deploy that it undoes, its needs order as those of the workload do', () => {
  const down = { undo: { command: ['node', 'down.js', '${components.db.url}'] } };
  const components = [component('schema', down, { kind: 'job' }), component('db', outputs)];
  expect(undos(components, {})[0]).toEqual(['schema/deploy', 'command', null]);
  const plan = planned(given(components));
  expect(inputsOf(plan, 'schema/deploy').at(-1)).toBe('undo = ["node","down.js","${components.db.url}"]');
  expect(plan.steps.find(({ id }) => id === 'schema/configure')?.dependsOn).toEqual(['schema/package', 'db/publish']);
});

test('an undo command with a path into the image is refused where there is none', () => {
  expect(wrong(given([component('web', { undo: { command: ['/app/down'] } })]))).toEqual([
    'Product/shop /spec/components/0/undo/command/0: not supported yet by target process: "/app/down" is a path in the image, and a process runs without one; write it relative to workdir /app',
  ]);
});
