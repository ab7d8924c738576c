import type { Finding, Status } from './api.ts';
import { renderStatus } from './doctor.ts';
import { run } from './run.ts';
import { at } from './testing/samples.ts';
import { scripted } from './testing/terminal.ts';

const quiet = (name: string): Status['bridges'][number] => ({
  name,
  lastHeard: at(0),
  openSteps: 0,
  oldestUnanswered: null,
  silentSince: null,
});

const status = (given: Partial<Status> = {}): Status => ({
  well: true,
  findings: [],
  now: at(90),
  version: '0.1.0',
  startedAt: at(-7200),
  uptime: 7_290_000,
  openOperations: 1,
  stuckOperations: [],
  bridges: [quiet('ci'), quiet('scm'), quiet('sem')],
  timers: [],
  lag: [{ group: 'query-api', topic: 'srm.events.v1', behind: 0 }],
  deadLetters: [],
  setAside: [],
  disk: { folder: '/data', free: 44_000_000_000, size: 12_000_000 },
  ...given,
});

const held: Finding = {
  kind: 'held',
  grave: true,
  what: 'op-1',
  detail: `held since ${at(2)}: cart did not start; retry, skip the step, or give up`,
  since: at(2),
  text: `release of shop in development: held since ${at(2)}: cart did not start; retry, skip the step, or give up`,
  command: 'srm retry op-1',
};
const behind: Finding = {
  kind: 'lag',
  grave: false,
  what: 'query-api',
  detail: '2000 srm.events.v1',
  since: null,
  text: 'query-api has 2000 records of srm.events.v1 still to read; look again whether it becomes less',
  command: 'srm doctor',
};
const full: Finding = {
  kind: 'disk',
  grave: true,
  what: '/data',
  detail: '200 MB free',
  since: null,
  text: 'only 200 MB are free where /data lies, which takes 12 MB itself: make room, SRM writes nothing on a full disk',
  command: 'du -sh /data/*',
};
const unwell = status({
  well: false,
  findings: [held, full, behind],
  lag: [{ group: 'query-api', topic: 'srm.events.v1', behind: 2000 }],
  bridges: [
    quiet('ci'),
    { ...quiet('scm'), lastHeard: null },
    { ...quiet('sem'), openSteps: 2, oldestUnanswered: { operation: 'op-1', step: 'cart/deploy', since: at(30) } },
  ],
});

test('all well is one line', () => {
  expect(renderStatus(status(), 'en')).toBe('✔ all is well · 1 operation under way · 41.0 GB free, data 12 MB · SRM 0.1.0, up 2h');
  expect(renderStatus(status(), 'zh')).toBe('✔ 一切正常 · 1 个操作进行中 · 剩余 41.0 GB，数据 12 MB · SRM 0.1.0，已运行 2h');
});

test('what is wrong comes first, each with the command that mends it', () => {
  expect(renderStatus(unwell, 'en').split('\n')).toEqual([
    '✖ release of shop in development: held since 2026-11-24 09:00:02Z: cart did not start; retry, skip the step, or give up',
    '    → npm run srm -- retry op-1',
    '✖ only 200 MB are free where /data lies, which takes 12 MB itself: make room, SRM writes nothing on a full disk',
    '    → du -sh /data/*',
    '◷ query-api has 2000 records of srm.events.v1 still to read; look again whether it becomes less',
    '    → npm run srm -- doctor',
    '',
    '  ci-bridge    heard 1m ago, 0 steps under way',
    '  scm-bridge   never heard, 0 steps under way',
    '  sem-bridge   heard 1m ago, 2 steps under way; asked 1m ago for cart/deploy, not begun',
    '  1 operation under way · 2000 records still to be read · 41.0 GB free, data 12 MB · SRM 0.1.0, up 2h',
  ]);
});

test('the same in Chinese, and commands name the server that was named', () => {
  expect(renderStatus(unwell, 'zh', 'http://srm:1').split('\n').slice(0, 6)).toEqual([
    '✖ development 中 shop 的发布：自 2026-11-24 09:00:02Z 起暂停：cart did not start；请重试、跳过该步骤或放弃',
    '    → npm run srm -- retry op-1 --server http://srm:1',
    '✖ /data 所在磁盘只剩 200 MB，其自身占用 12 MB：请腾出空间，磁盘满时 SRM 无法写入',
    '    → du -sh /data/*',
    '◷ query-api 还有 srm.events.v1 的 2000 条记录待读；稍后再看是否减少',
    '    → npm run srm -- doctor --server http://srm:1',
  ]);
});

test('doctor ends with 0 when nobody has to do anything, else with 1; as JSON it is the whole answer', async () => {
  const ends = async (answer: Status, ...flags: readonly string[]) => {
    const { server, world, printed } = await scripted({ 'GET /v1/status': [{ json: answer }] });
    const code = await run(['doctor', ...flags], world);
    await server.close();
    return { code, printed };
  };
  expect((await ends(status())).code).toBe(0);
  expect((await ends(status({ findings: [behind] }))).code).toBe(0);
  expect((await ends(unwell)).code).toBe(1);
  const { code, printed } = await ends(unwell, '-o', 'json');
  expect([code, JSON.parse(printed.join(''))]).toEqual([1, unwell]);
});
