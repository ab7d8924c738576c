import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Operation, Step } from './api.ts';
import { run } from './run.ts';
import { at, operation, ran, resource, step } from './testing/samples.ts';
import type { Reply } from './testing/scripted-server.ts';
import { scripted } from './testing/terminal.ts';
import type { World } from './world.ts';

const folder = mkdtempSync(join(tmpdir(), 'srm-cli-'));
mkdirSync(join(folder, 'shop'));
writeFileSync(join(folder, 'shop', 'srm.yaml'), 'kind: Product\n');
afterAll(() => rmSync(folder, { recursive: true }));

const page = (...items: readonly object[]): Reply => ({ json: { items, next: null } });
const answer = {
  tenant: 'default',
  documents: [
    { kind: 'Product', name: 'shop', revision: 3, digest: 'sha256:1' },
    { kind: 'Environment', name: 'development', revision: 1, digest: 'sha256:2' },
  ],
};
const asked = operation({ status: 'requested', version: null });
const steps = [ran('web/compile', 0, 2), ran('web/deploy', 2, 3)];
const done = operation({ status: 'succeeded', steps: 2, counts: { succeeded: 2 }, endedAt: at(3) });
const door = resource('web', { outputs: [{ name: 'url', value: 'http://127.0.0.1:41007', secret: false }] });

/** What SRM would answer about an operation that ends like this. */
const about = (ended: Operation, all: readonly Step[]) => ({
  'GET /v1/operations/op-1': [{ json: asked }, { json: ended }],
  'GET /v1/operations/op-1/steps': [page(), page(...all)],
  'GET /v1/operations/op-1/stream': [{ text: 'id: 9\nevent: OperationSucceeded\ndata: {}\n\nevent: end\ndata: {}\n\n' }],
  'GET /v1/resources': [page({ ...door, state: 'absent', changing: 'op-1' }), page(door)],
});

async function typed(argv: readonly string[], script: Readonly<Record<string, readonly Reply[]>>, given: Partial<World> = {}) {
  const { server, world, printed, errors } = await scripted(script, { folder, ...given });
  try {
    return { code: await run(argv, world), printed, errors, sent: server.sent };
  } finally {
    await server.close();
  }
}

test('release hands the definitions over, asks once, watches to the end and exits with 0', async () => {
  const script = {
    'POST /v1/definitions': [{ json: answer }],
    'POST /v1/operations': [{ status: 202, json: asked }],
    ...about(done, steps),
  };
  const { code, printed, errors, sent } = await typed(['release', 'shop', '-e', 'development'], script);
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  expect(printed).toEqual([
    '✔ Product shop, revision 3\n✔ Environment development, revision 1',
    'release shop → development    requested   00:30',
    '00:03  ✔ web        compiled 2.0s',
    '00:03  ✔ web        deployed 1.0s',
    '✔ succeeded in 00:03; 1 running         open http://127.0.0.1:41007  (web)',
  ]);
  const [definitions, request] = sent.filter(({ method }) => method === 'POST');
  expect(definitions?.url).toBe(`/v1/definitions?${new URLSearchParams({ base: join(folder, 'shop') })}`);
  expect(definitions?.body).toBe('kind: Product\n');
  expect(definitions?.headers['content-type']).toBe('application/yaml');
  expect(JSON.parse(request?.body ?? '')).toEqual({
    kind: 'release',
    product: 'shop',
    environment: 'development',
    version: null,
    preview: false,
    reason: null,
    expectedPlan: null,
    onFailure: null,
  });
  expect([request?.headers['idempotency-key'], request?.headers['srm-actor']]).toEqual(['key-2', encodeURIComponent('安娜')]);
});

test('a release that was undone exits with 1 and says why', async () => {
  const undone = operation({ status: 'compensated', endedAt: at(12), reason: 'web was not ready' });
  const all = [step('web/deploy', { state: 'failed', reason: 'not ready' }), ran('web/deploy/undo', 11, 12)];
  const { code, printed } = await typed(['watch', 'op-1'], about(undone, all));
  expect(code).toBe(1);
  expect(printed.at(-1)).toBe('✖ compensated: web was not ready; web back to 2026.11.24-1\n  why: npm run srm -- get log op-1 web/deploy');
});

test('what is wrong with definitions is printed all at once, with file, line, column and pointer, and exits with 2', async () => {
  const errors = [
    { pointer: '/spec/components/0/name', document: 'Product/shop', line: 7, column: 13, detail: 'a name is at most 30 characters' },
    { pointer: '/spec/target', document: 'Environment/development', detail: 'is missing' },
  ];
  const problem = { status: 422, json: { type: '/problems/invalid', title: 'Not valid', status: 422, detail: 'two things', errors } };
  const { code, errors: told, printed } = await typed(['apply', 'shop'], { 'POST /v1/definitions': [problem] });
  expect([code, printed]).toEqual([2, []]);
  expect(told).toEqual([
    [
      '✖ refused: Not valid (422)',
      `  ${join('shop', 'srm.yaml')}:7:13  Product/shop  /spec/components/0/name  a name is at most 30 characters`,
      '  Environment/development  /spec/target  is missing',
    ].join('\n'),
  ]);
});

test('nobody at the address is 3, and says what to do', async () => {
  const { code, errors } = await typed(['get', 'resources', '--server', 'http://127.0.0.1:1'], {});
  expect([code, errors]).toEqual([
    3,
    ['✖ nobody answers at http://127.0.0.1:1: start SRM with "npm start", or name its address with --server'],
  ]);
});

test('the address comes from --server, SRM_SERVER, the address that SRM wrote down, or is the usual one', async () => {
  const { server, world } = await scripted({ 'GET /v1/resources': [page()] }, { folder, server: null });
  mkdirSync(join(folder, '.srm'));
  writeFileSync(join(folder, '.srm', 'address'), `${server.address}\n`);
  expect(await run(['get', 'resources'], world)).toBe(0);
  expect(await run(['get', 'resources'], { ...world, server: 'http://127.0.0.1:1' })).toBe(3);
  expect(await run(['get', 'resources', '--server', server.address], { ...world, server: 'http://127.0.0.1:1' })).toBe(0);
  await server.close();
  rmSync(join(folder, '.srm'), { recursive: true });
});

test('a part of a product is named component by component; a destroy is not asked for without --yes', async () => {
  const accepted = { 'POST /v1/operations': [{ status: 202, json: operation({ kind: 'destroy' }) }] };
  const part = ['shop', '-e', 'development', '-c', 'web', '--component', 'store', '--no-watch'];
  const bare = await typed(['destroy', ...part, '--force'], accepted);
  expect([bare.code, bare.errors, bare.sent.length]).toEqual([
    2,
    [
      '✖ nothing was done: destroy removes shop web store from development, its processes, addresses and entries; volumes stay. Say --yes to do it',
    ],
    0,
  ]);
  const bodies = [];
  for (const argv of [
    ['destroy', ...part, '--force', '--yes'],
    ['restart', ...part],
    ['stop', 'shop', '-e', 'development', '--no-watch'],
  ]) {
    const { code, sent } = await typed(argv, accepted);
    bodies.push([code, JSON.parse(sent[0]?.body ?? '') as unknown]);
  }
  const common = { product: 'shop', environment: 'development', release: null, preview: false, reason: null, expectedPlan: null };
  expect(bodies.map(([code, body]) => [code, body])).toMatchObject([
    [0, { ...common, kind: 'destroy', components: ['web', 'store'], force: true }],
    [0, { ...common, kind: 'restart', components: ['web', 'store'], force: null }],
    [0, { ...common, kind: 'stop', components: [], force: null }],
  ]);
});

test('mistyped commands are 2 with a sentence, and nothing is asked', async () => {
  for (const argv of [
    ['bogus'],
    ['release', 'shop'],
    ['get', 'resources', '-o', 'xml'],
    ['get', 'resources', '--limit', '0'],
    ['get', 'resources', '--server', 'x'],
  ]) {
    const { code, errors, sent } = await typed(argv, {});
    expect([code, errors.length, sent.length]).toEqual([2, 1, 0]);
  }
  expect((await typed(['apply', 'nowhere'], {})).errors).toEqual(['✖ there is no nowhere: name a folder with an srm.yaml, or a YAML file']);
});

test('a file that cannot be written or read is 2 with a sentence', async () => {
  mkdirSync(join(folder, 'odd', 'srm.yaml'), { recursive: true });
  const wrong = async (...argv: readonly string[]): Promise<unknown> => {
    const { code, errors, sent } = await typed(argv, {});
    return [code, errors, sent.length];
  };
  expect(await wrong('backup', 'nowhere/x.tar')).toEqual([2, ['✖ nowhere/x.tar cannot be written: there is no folder nowhere'], 0]);
  expect(await wrong('backup', 'nowhere/x.tar', '--lang', 'zh')).toEqual([2, ['✖ 无法写入 nowhere/x.tar：文件夹 nowhere 不存在'], 0]);
  expect(await wrong('backup', 'shop/srm.yaml/x.tar')).toEqual([
    2,
    ['✖ shop/srm.yaml/x.tar cannot be written: there is no folder shop/srm.yaml'],
    0,
  ]);
  expect(await wrong('backup', `${'x'.repeat(250)}.tar`)).toEqual([
    2,
    [`✖ ${join(folder, 'x'.repeat(250))}.tar.part: ENAMETOOLONG: name too long, open`],
    0,
  ]);
  expect(await wrong('apply', 'odd')).toEqual([2, ['✖ there is no odd: name a folder with an srm.yaml, or a YAML file'], 0]);
});

test('what a restore believes and finds is told in the language of who reads it', async () => {
  const item = (id: string, verdict: string, believed: string | null, seen: string | null) => ({ id, verdict, believed, seen });
  const items = [item('t/e/p/a', 'gone', 'uncertain 1.2', null), item('t/e/p/b', 'differs', 'running 1.2', 'stopped 1.1 sha256:12')];
  const script = { 'GET /v1/restored': [{ json: { items, digest: 'sha256:1', backupAt: at(0), at: at(60) } }] };
  const { code, printed } = await typed(['restore', '--lang', 'zh'], script);
  const rows = printed.join('\n').split('\n').slice(2, 4);
  expect([code, rows.map((row) => row.split(/ {2,}/))]).toEqual([
    1,
    [
      ['已不存在', 't/e/p/a', '不确定 1.2', '–'],
      ['不一致', 't/e/p/b', '运行 1.2', '停止 1.1 sha256:12'],
    ],
  ]);
});

test('a plan is printed by level with the undo of each step; nothing is run', async () => {
  const preview = operation({ status: 'planned', preview: true, steps: 3, endedAt: at(1), planDigest: 'sha256:abc', version: null });
  const all = [
    step('web/package', { dependsOn: ['web/compile'], undo: 'none' }),
    step('web/compile', { undo: 'none' }),
    step('web/deploy', { dependsOn: ['web/package'] }),
  ];
  const script = {
    'POST /v1/definitions': [{ json: answer }],
    'POST /v1/operations': [{ status: 202, json: asked }],
    ...about(preview, all),
  };
  const { code, printed, sent } = await typed(['plan', 'shop', '-e', 'development'], script);
  expect(code).toBe(0);
  expect(printed.slice(1)).toEqual([
    'These definitions are in force now. What follows is only shown; nothing is built or deployed:',
    [
      'release shop → development: 3 steps, those of one level at the same time',
      [
        'level  step         after        undo',
        '1      web/compile  –            –',
        '2      web/package  web/compile  –',
        '3      web/deploy   web/package  restored or destroyed, as it was before',
      ].join('\n'),
      'plan sha256:abc   (release --expected-plan with this digest does only what is shown here)',
    ].join('\n\n'),
  ]);
  expect(JSON.parse(sent.filter(({ method }) => method === 'POST')[1]?.body ?? '')).toMatchObject({ preview: true });
});

test('a definition that is not decided yet is asked for again with the same key', async () => {
  const script = { 'POST /v1/definitions': [{ status: 202, json: {} }, { json: answer }] };
  const { code, sent } = await typed(['apply', 'shop', '-o', 'json'], script);
  expect([code, sent.map(({ headers }) => headers['idempotency-key'])]).toEqual([0, ['key-1', 'key-1']]);
});

test('the steps of a large operation are read page by page', async () => {
  const pages = [{ json: { items: steps.slice(0, 1), next: 'n1' } }, page(...steps.slice(1))];
  const script = { 'GET /v1/operations/op-1': [{ json: done }], 'GET /v1/operations/op-1/steps': pages };
  const { printed, sent } = await typed(['get', 'operation', 'op-1', '-o', 'json'], script);
  expect(printed.map((text) => (JSON.parse(text) as { stepList: Step[] }).stepList.map(({ id }) => id))).toEqual([
    ['web/compile', 'web/deploy'],
  ]);
  expect(sent.map(({ url }) => url).filter((url) => url.includes('/steps'))).toEqual([
    '/v1/operations/op-1/steps?limit=1000',
    '/v1/operations/op-1/steps?cursor=n1&limit=1000',
  ]);
});

test('lists are read over pages up to the limit', async () => {
  const script = { 'GET /v1/resources': [{ json: { items: [door], next: 'n1' } }, page(resource('store'))] };
  const { printed, sent } = await typed(['get', 'resources', '-e', 'development'], script);
  expect(sent.map(({ url }) => url)).toEqual([
    '/v1/resources?environment=development&limit=50',
    '/v1/resources?environment=development&cursor=n1&limit=49',
  ]);
  expect(printed).toEqual([
    [
      'environment  product  component  state    health  version       address                 since',
      'development  shop     web        running  –       2026.11.24-1  http://127.0.0.1:41007  2026-11-24 09:00:00Z',
      'development  shop     store      running  –       2026.11.24-1  –                       2026-11-24 09:00:00Z',
    ].join('\n'),
  ]);
});

test('a log is read to its end, without what would act on the terminal', async () => {
  const script = {
    'GET /v1/operations/op-1/steps/web%2Fcompile/log': [
      { text: 'one\u001b[2J\n', headers: { 'srm-log-next': '9' } },
      { text: 'two\n', headers: { 'srm-log-next': '13' } },
      { text: '', headers: { 'srm-log-next': '13' } },
    ],
  };
  expect((await typed(['get', 'log', 'op-1', 'web/compile'], script)).printed).toEqual(['one\ntwo']);
});

test('names from the server cannot act on the terminal', async () => {
  const evil = operation({ id: 'op-1', product: 'shop\u001b[2J\u202e\u0007' });
  const { printed } = await typed(['get', 'operations'], { 'GET /v1/operations': [page(evil)] });
  expect(printed[0]?.split('\n')[1]).toMatch(/^op-1 {2}release {2}shop {2}/);
});

test('Ctrl-C leaves the operation alone and says how to see it again', async () => {
  const left = new AbortController();
  left.abort();
  const { code, errors } = await typed(['watch', 'op-1'], about(done, steps), { signal: left.signal });
  expect([code, errors]).toEqual([130, ['not watched any more. The operation goes on; see it with: npm run srm -- watch op-1']]);
});

test('an answer that is not from SRM is refused in words', async () => {
  const { code, errors } = await typed(['get', 'operations', '--lang', 'zh'], { 'GET /v1/operations': [{ text: '<html>' }] });
  expect([code, errors.length, errors[0]?.startsWith('✖ 被拒绝：http://127.0.0.1:')]).toEqual([2, 1, true]);
});

test('for scripts the answer is JSON', async () => {
  const { code, printed } = await typed(['watch', 'op-1', '-o', 'json'], about(done, steps));
  expect([code, JSON.parse(printed.join(''))]).toEqual([0, done]);
});

test('an operator decides by commands, each with a reason', async () => {
  const script = { 'GET /v1/operations/op-1': [{ json: asked }], 'POST /v1/operations/op-1/actions': [{ status: 202, json: asked }] };
  const at = asked.number;
  const decided = async (...argv: readonly string[]): Promise<unknown> => {
    const { code, printed, sent } = await typed(argv, script);
    return [code, printed.join('').replace(/op-1 (.*?)[;,].*/, '$1'), JSON.parse(sent.at(-1)?.body ?? '')];
  };
  expect(await decided('cancel', 'op-1', '--reason', 'wrong version')).toEqual([
    0,
    'is being cancelled',
    { action: 'cancel', reason: 'wrong version', at },
  ]);
  expect(await decided('hold', 'op-1', '-m', 'lunch')).toEqual([0, 'is held', { action: 'hold', reason: 'lunch', at }]);
  expect(await decided('resume', 'op-1')).toEqual([0, 'goes on', { action: 'resume', reason: null, at }]);
  expect(await decided('retry', 'op-1')).toEqual([0, 'tries again what failed', { action: 'retry', reason: null, at }]);
  expect(await decided('skip', 'op-1', 'cart/deploy', '-m', 'not needed')).toEqual([
    0,
    'goes on without that step',
    { action: 'skip', step: 'cart/deploy', reason: 'not needed', at },
  ]);
  expect(await decided('give-up', 'op-1')).toEqual([0, 'is given up', { action: 'giveUp', reason: null, at }]);
  expect(await decided('abandon', 'op-1')).toEqual([0, 'ends', { action: 'abandon', reason: null }]);
  expect(await decided('repair', 'op-1')).toEqual([0, 'says its open commands again', { action: 'repair', reason: null }]);
});

test('a decision that comes too late is 2, with the sentence that says what won', async () => {
  const detail = 'the operation is being cancelled already';
  const problem = { type: '/problems/action-refused', title: 'Not possible now', status: 409, detail };
  const script = { 'GET /v1/operations/op-1': [{ json: asked }], 'POST /v1/operations/op-1/actions': [{ status: 409, json: problem }] };
  const { code, errors } = await typed(['hold', 'op-1'], script);
  expect([code, errors]).toEqual([2, [`✖ refused: Not possible now: ${detail} (409)`]]);
});

test('--on-failure says what a failure comes to; a held operation is watched until it ends', async () => {
  const failed = step('web/deploy', { state: 'failed', reason: 'web was not ready' });
  const held = operation({ status: 'held', steps: 2, reason: 'web was not ready; retry, skip the step, or give up' });
  const script = {
    ...about(done, steps),
    'POST /v1/operations': [{ status: 202, json: asked }],
    'GET /v1/operations/op-1': [{ json: held }, { json: done }],
    'GET /v1/operations/op-1/steps': [page(failed), page(...steps)],
  };
  const { code, printed, sent } = await typed(['deploy', 'shop', '-e', 'development', '--on-failure', 'hold'], script);
  expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ kind: 'deploy', onFailure: 'hold' });
  expect([code, printed.slice(0, -1)]).toEqual([
    0,
    [
      'release shop 2026.11.24-1 → development    0/2 steps   held   00:30',
      '00:30  ✖ web        deploying failed: web was not ready',
      ' ◷ held: web was not ready; retry, skip the step, or give up',
      '   npm run srm -- retry op-1             tries web/deploy again',
      '   npm run srm -- skip op-1 web/deploy   goes on without web/deploy',
      '   npm run srm -- give-up op-1           undoes what was done',
      '00:03  ✔ web        compiled 2.0s',
      '00:03  ✔ web        deployed 1.0s',
    ],
  ]);
  expect((await typed(['release', 'shop', '-e', 'development', '--on-failure', 'undo'], {})).code).toBe(2);
});

test('a rollback, an undo and a scale are asked for in a line each; what cannot be a scale is said before anything is asked', async () => {
  const accepted = { 'POST /v1/operations': [{ status: 202, json: operation({ kind: 'rollback' }) }] };
  const bodies = async (argv: readonly string[]): Promise<unknown> => {
    const { code, sent } = await typed([...argv, '--no-watch'], accepted);
    return [code, JSON.parse(sent.find(({ method }) => method === 'POST')?.body ?? 'null')];
  };
  const common = { preview: false, reason: null, expectedPlan: null, onFailure: null };
  const place = { product: 'shop', environment: 'development' };
  expect(await bodies(['rollback', 'shop', '--environment', 'development', '--to', '1.2'])).toEqual([
    0,
    { ...common, ...place, kind: 'rollback', release: '1.2' },
  ]);
  expect(await bodies(['undo', 'op-0', '-m', 'too early'])).toEqual([0, { ...common, kind: 'undo', of: 'op-0', reason: 'too early' }]);
  const numbers = [
    { name: 'cart', replicas: 3 },
    { name: 'web', replicas: 2 },
  ];
  expect(await bodies(['scale', 'shop/cart=3', 'shop/web=2', '-e', 'development'])).toEqual([
    0,
    { ...common, ...place, kind: 'scale', perComponent: numbers },
  ]);
  expect(await bodies(['deploy', 'shop', '-e', 'development', '--force'])).toEqual([
    0,
    { ...common, ...place, kind: 'deploy', release: null, force: true },
  ]);
  expect(await bodies(['deploy', 'shop', '-e', 'development', '-c', 'cart', '-c', 'web', '--restart-consumers'])).toEqual([
    0,
    { ...common, ...place, kind: 'deploy', release: null, components: ['cart', 'web'], restartConsumers: true },
  ]);
  const wrong = async (...argv: readonly string[]) => (await typed(['scale', ...argv, '-e', 'development'], accepted)).errors;
  expect([await wrong('shop/cart'), await wrong('shop/cart=1', 'mail/web=1')]).toEqual([
    ['✖ "shop/cart" does not say how many of what are to run: write product/component=number, as in shop/cart=3'],
    ['✖ one scale is about one product, not about shop, mail'],
  ]);
});

test('a preview prints remarks, steps and digest, and does nothing', async () => {
  const remarks = ['goes back to release 1.1, the last that was brought to development and is not what runs there now'];
  const planned = operation({
    kind: 'rollback',
    status: 'planned',
    version: null,
    steps: 1,
    planDigest: 'sha256:p',
    remarks,
    endedAt: at(1),
  });
  const script = { 'POST /v1/operations': [{ status: 202, json: planned }], ...about(planned, [step('web/deploy', { undo: 'auto' })]) };
  const { code, printed, sent } = await typed(['rollback', 'shop', '-e', 'development', '--preview'], script);
  expect([code, JSON.parse(sent.find(({ method }) => method === 'POST')?.body ?? '{}')]).toMatchObject([
    0,
    { preview: true, kind: 'rollback' },
  ]);
  expect(printed[0]?.split('\n').filter((line) => line !== '')).toEqual([
    'rollback shop → development: 1 step, those of one level at the same time',
    `! ${remarks[0]}`,
    expect.stringContaining('level'),
    expect.stringContaining('web/deploy'),
    'plan sha256:p   (rollback --expected-plan with this digest does only what is shown here)',
  ]);
});

test('a stop, a start, a restart and a destroy are previewed like all others; nothing has to be confirmed for it', async () => {
  const looks = async (kind: 'stop' | 'start' | 'restart' | 'destroy'): Promise<unknown> => {
    const planned = operation({ kind, status: 'planned', steps: 1, planDigest: 'sha256:p', endedAt: at(1) });
    const script = { 'POST /v1/operations': [{ status: 202, json: planned }], ...about(planned, [step(`web/${kind}`)]) };
    const { code, printed, sent } = await typed([kind, 'shop', '-e', 'development', '-c', 'web', '--preview'], script);
    const { preview, components }: Record<string, unknown> = JSON.parse(sent.find(({ method }) => method === 'POST')?.body ?? '{}');
    return [code, preview, components, printed[0]?.split('\n')[0], printed[0]?.split('\n').at(-1)];
  };
  for (const kind of ['stop', 'start', 'restart', 'destroy'] as const)
    expect(await looks(kind)).toEqual([
      0,
      true,
      ['web'],
      `${kind} shop → development: 1 step, those of one level at the same time`,
      'plan sha256:p',
    ]);
});

test('the commands that take the digest of a plan are those whose plan says so', async () => {
  const kinds = ['release', 'deploy', 'rollback', 'undo', 'scale', 'start', 'stop', 'restart', 'destroy'] as const;
  const says = async (kind: (typeof kinds)[number]): Promise<boolean> => {
    const planned = operation({ kind, status: 'planned', planDigest: 'sha256:p', endedAt: at(1) });
    const script = { 'POST /v1/operations': [{ status: 202, json: planned }], ...about(planned, []) };
    return (await typed(['deploy', 'shop', '-e', 'development', '--preview'], script)).printed.join('').includes('--expected-plan');
  };
  const takes = async (kind: string): Promise<boolean> => (await typed([kind, '--help'], {})).printed.join('').includes('--expected-plan');
  for (const kind of kinds) expect([kind, await says(kind)]).toEqual([kind, await takes(kind)]);
});

test('--force is explained as what it does to each command, and is none of a start and a restart', async () => {
  const told = async (command: string): Promise<unknown> => {
    const { printed } = await typed([command, '--help'], {});
    return /--force +([^-]*)/.exec(printed.join('\n'))?.[1]?.replaceAll(/\s+/g, ' ').trim() ?? null;
  };
  const commands = ['stop', 'destroy', 'start', 'restart', 'release', 'deploy'];
  expect(await Promise.all(commands.map(told))).toEqual([
    'stop also what a running component that is not chosen needs',
    'destroy also what a running component that is not chosen needs',
    null,
    null,
    'build and deploy again also what is unchanged',
    'build and deploy again also what is unchanged',
  ]);
});

test('a freeze is said with its reason, of a tenant or an environment, asked for until it is decided, and lifted', async () => {
  const frozen = {
    id: 'default/production',
    tenant: 'default',
    environment: 'production',
    frozen: true,
    reason: 'fair',
    since: at(0),
    until: null,
    holdRunning: true,
    actor: { name: 'ann', authenticated: false },
  };
  const path = '/v1/freezes/default/production';
  const script = {
    [`PUT ${path}`]: [{ status: 202, json: { detail: 'not yet' } }, { json: frozen }],
    'PUT /v1/freezes/default': [{ json: { ...frozen, id: 'default', environment: null, frozen: false } }],
    'GET /v1/freezes': [{ json: { items: [frozen], next: null } }],
  };
  const until = '2026-11-25T02:00:00Z';
  const put = await typed(['freeze', 'default/production', '-m', 'fair', '--until', until, '--hold-running'], script);
  expect([put.code, put.printed, put.sent.length, JSON.parse(put.sent[1]?.body ?? '')]).toEqual([
    0,
    ['default/production is frozen; lift it with: npm run srm -- unfreeze default/production'],
    2,
    { frozen: true, reason: 'fair', until, holdRunning: true },
  ]);
  const lifted = await typed(['unfreeze', 'default'], script);
  expect([lifted.printed, JSON.parse(lifted.sent[0]?.body ?? '')]).toEqual([
    ['default is frozen no more'],
    { frozen: false, reason: null },
  ]);
  expect((await typed(['get', 'freezes'], script)).printed).toEqual([
    [
      'place               since                 until  by   holds        reason',
      'default/production  2026-11-24 09:00:00Z  –      ann  running too  fair',
    ].join('\n'),
  ]);
  const { code, errors } = await typed(['freeze', 'default/production'], script);
  expect([code, errors]).toEqual([2, ['✖ nothing was done: say why with --reason; who has to wait wants to know']]);
  expect((await typed(['freeze', 'a/b/c', '-m', 'x'], script)).code).toBe(2);
});

test('an operation is asked for with a start and a deadline', async () => {
  const script = { 'POST /v1/operations': [{ status: 202, json: asked }] };
  const start = '2026-11-25T02:00:00Z';
  const { sent } = await typed(['stop', 'shop', '-e', 'development', '--not-before', start, '--deadline', '30m', '--no-watch'], script);
  expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ kind: 'stop', notBefore: start, deadline: '30m' });
});

test('resources say how they are seen to be, and why not better', async () => {
  const seen = {
    number: 1,
    health: 'healthy',
    wanted: 1,
    ready: 1,
    restarts: 0,
    version: '1',
    reason: null,
    drift: null,
    since: at(0),
  } as const;
  const script = {
    'GET /v1/resources': [
      page(
        resource('web', { observed: seen }),
        resource('cart', { observed: { ...seen, health: 'unhealthy', ready: 0, restarts: 2, reason: 'cart ended with exit code 1' } }),
        resource('seed', { state: 'completed', observed: { ...seen, health: 'completed', wanted: 0, ready: 0 } }),
      ),
    ],
  };
  const rows = async (...lang: readonly string[]) => (await typed(['get', 'resources', ...lang], script)).printed.join('').split('\n');
  expect(await rows()).toEqual([
    'environment  product  component  state      health                     version       address  since',
    'development  shop     web        running    healthy 1/1                2026.11.24-1  –        2026-11-24 09:00:00Z',
    'development  shop     cart       running    not ready 0/1, 2 restarts  2026.11.24-1  –        2026-11-24 09:00:00Z  cart ended with exit code 1',
    'development  shop     seed       completed  completed                  2026.11.24-1  –        2026-11-24 09:00:00Z',
  ]);
  expect((await rows('--lang', 'zh'))[2]).toBe(
    'development  shop  cart  运行  未就绪 0/1, 重启 2 次  2026.11.24-1  –     2026-11-24 09:00:00Z  cart ended with exit code 1',
  );
});

test('it says which version it is, and asks nobody', async () => {
  const { code, printed, sent } = await typed(['--version'], {});
  expect([code, printed, sent]).toEqual([0, ['SRM 1.2.3'], []]);
});

test('dead letters are listed, and replayed all at once or one by one', async () => {
  const letter = (position: number, replayed: object | null = null) => ({
    ...{ topic: 'srm.inputs.v1', position, key: `operation/${position}`, type: 'JobStarted', reason: 'no reader' },
    ...{ origin: `srm.inputs.v1/0/${position}`, time: at(0), bytes: 9, replayed },
  });
  const script = {
    'GET /v1/dead-letters': [{ json: { items: [letter(1), letter(2, { at: at(1), by: 'ann' }), letter(3)], next: null } }],
    'POST /v1/dead-letters/srm.inputs.v1/1/replay': [{ json: letter(1) }],
    'POST /v1/dead-letters/srm.inputs.v1/3/replay': [{ json: letter(3) }],
  };
  const { printed } = await typed(['get', 'dead-letters'], script);
  expect(
    printed
      .join('\n')
      .split('\n')
      .map((line) => line.split(/ {2,}/)),
  ).toEqual([
    ['topic', 'position', 'type', 'key', 'since', 'replayed', 'reason'],
    ['srm.inputs.v1', '1', 'JobStarted', 'operation/1', '2026-11-24 09:00:00Z', '–', 'no reader'],
    ['srm.inputs.v1', '2', 'JobStarted', 'operation/2', '2026-11-24 09:00:00Z', '2026-11-24 09:00:01Z ann', 'no reader'],
    ['srm.inputs.v1', '3', 'JobStarted', 'operation/3', '2026-11-24 09:00:00Z', '–', 'no reader'],
  ]);
  const lines = ['JobStarted of operation/1 lies on srm.inputs.v1 again', 'JobStarted of operation/3 lies on srm.inputs.v1 again'];
  expect((await typed(['replay', 'srm.inputs.v1'], script)).printed).toEqual(lines);
  expect((await typed(['replay', 'srm.inputs.v1', '3'], script)).printed).toEqual(lines.slice(1));
  expect((await typed(['replay', 'srm.inputs.v1', 'x'], script)).errors).toEqual([
    '✖ "x" is no position; see: npm run srm -- get dead-letters',
  ]);
});
