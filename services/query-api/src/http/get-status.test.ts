import { shapeErrors } from '@srm/definitions';
import type { Clock } from '@srm/messaging';
import type { Facts } from '../status/facts.ts';
import { asks, completed, fails, goodStory, key, operation, planned, requested, starts, timeOf, told } from '../testing.ts';
import { door } from '../testing-door.ts';
import type { OperationEvent } from '../views/events.ts';

const at = (seconds: number): Clock => ({ now: () => Date.parse(timeOf(seconds)), sleep: () => Promise.resolve() });
const begun: OperationEvent = { type: 'OperationStarted', data: { operation } };
const plan = [requested(), planned(0, { 'store/compile': [], 'store/deploy': ['store/compile'] }), completed(2), begun];
const heldBy = (by: 'operator' | 'failure' | 'undo' | 'freeze'): OperationEvent => ({
  type: 'OperationHeld',
  data: {
    operation,
    by,
    reason: 'because',
    requestId: 'r',
    steps: null,
    freeze: null,
    bodyDigest: null,
    actor: by !== 'operator' ? null : { name: 'ann', authenticated: false },
  },
});
const cancelAsked: OperationEvent = {
  type: 'StepCancelRequested',
  data: { operation, step: 'store/compile', job: 'j', attempt: 1, fence: 0, reason: 'not ended after 1m', why: 'deadline', bridge: 'ci' },
};

async function statusAfter(
  seconds: number,
  events: readonly OperationEvent[],
  facts?: () => Promise<Facts>,
): Promise<Record<string, unknown>> {
  const here = door(at(seconds), undefined, facts);
  await here.tell(told(key, events));
  const { status, json } = await here.call('GET', '/v1/status');
  expect([status, shapeErrors('Status', json)]).toEqual([200, []]);
  return typeof json === 'object' && json !== null ? { ...json } : {};
}

/** Kind, since and command of each stuck operation. */
const stuckAfter = async (seconds: number, ...events: readonly OperationEvent[]): Promise<readonly unknown[]> => {
  const { stuckOperations } = await statusAfter(seconds, events);
  return Array.isArray(stuckOperations)
    ? stuckOperations.map(({ kind, since, command }: Record<string, unknown>) => [kind, since, command])
    : [];
};

test('with nothing to do all is well', async () => {
  expect(await statusAfter(100, goodStory)).toMatchObject({
    well: true,
    findings: [],
    openOperations: 0,
    stuckOperations: [],
    bridges: [
      { name: 'ci', lastHeard: timeOf(11), openSteps: 0, oldestUnanswered: null, silentSince: null },
      { name: 'scm', lastHeard: null, openSteps: 0 },
      { name: 'sem', lastHeard: timeOf(16), openSteps: 0 },
    ],
  });
});

test('who was asked for something and says nothing is silent, with the step that waits longest', async () => {
  const asked = [...plan, asks('store/compile')];
  expect(await statusAfter(35, asked)).toMatchObject({ well: true, bridges: [{ name: 'ci', openSteps: 1, silentSince: null }, {}, {}] });
  expect(await statusAfter(36, asked)).toMatchObject({
    well: false,
    findings: [{ kind: 'silent', grave: true, what: operation, since: timeOf(5), command: `srm repair ${operation}` }],
    bridges: [
      { name: 'ci', oldestUnanswered: { operation, step: 'store/compile', since: timeOf(5) }, silentSince: timeOf(5) },
      { name: 'scm' },
      { name: 'sem' },
    ],
  });
  expect(await stuckAfter(3600, ...asked, starts('store/compile'))).toEqual([]);
});

test('each way to be stuck has the command that mends it; what moves or waits for a time is not stuck', async () => {
  expect(await stuckAfter(10, ...plan, heldBy('operator'))).toEqual([['held', timeOf(5), `srm resume ${operation}`]]);
  expect(await stuckAfter(10, ...plan, heldBy('failure'))).toEqual([['held', timeOf(5), `srm retry ${operation}`]]);
  expect(await stuckAfter(10, ...plan, heldBy('undo'))).toEqual([['held', timeOf(5), `srm resume ${operation}`]]);
  const late = [...plan, asks('store/compile'), starts('store/compile'), cancelAsked];
  expect(await stuckAfter(37, ...late)).toEqual([]);
  expect(await stuckAfter(38, ...late)).toEqual([['unconfirmed', timeOf(7), `srm abandon ${operation}`]]);
  const failed = [...plan, asks('store/compile'), fails('store/compile', 10_000)];
  expect(await stuckAfter(46, ...failed)).toEqual([]);
  expect(await stuckAfter(47, ...failed)).toEqual([['overdue', timeOf(16), `srm cancel ${operation}`]]);
  expect(await stuckAfter(61, requested())).toEqual([]);
  expect(await stuckAfter(62, requested())).toEqual([['planning', timeOf(1), `srm cancel ${operation}`]]);
  expect(await stuckAfter(64, ...plan)).toEqual([]);
  expect(await stuckAfter(65, ...plan)).toEqual([['idle', timeOf(4), `srm repair ${operation}`]]);
  const behind: OperationEvent = {
    type: 'OperationWaiting',
    data: { operation, for: 'lease', text: 'waits for x', operations: ['x'], freeze: null },
  };
  expect(await stuckAfter(3600, ...plan, behind)).toEqual([]);
});

test('what is tried again later is named with its time', async () => {
  const { timers } = await statusAfter(10, [...plan, asks('store/compile'), fails('store/compile', 10_000)]);
  expect(timers).toEqual([{ operation, step: 'store/compile', at: timeOf(16) }]);
});

test('what the process knows is told, and what is wrong with it is a finding, the graver first', async () => {
  const now = Date.parse(timeOf(100));
  const part = { name: 'srm.inputs.v1', state: 'running', lastError: null, deadLetters: 0, setAside: [] } as const;
  const aside = { what: `operation/${operation}`, reason: 'it cannot be read', since: now - 60_000 };
  const letter = { key: 'operation/x', type: 'JobStarted', reason: 'nobody asked for it', origin: 'srm.inputs.v1/0/7', at: now - 1000 };
  const facts: Facts = {
    version: '0.1.0',
    startedAt: now - 5000,
    services: [
      { service: 'orchestrator', ready: true, parts: [{ ...part, setAside: [aside, { ...aside, what: 'k', since: now }] }], setAside: [] },
      {
        service: 'sem-bridge',
        ready: true,
        parts: [{ ...part, name: 'loop 1', state: 'ended', lastError: { at: now, text: 'x' } }],
        setAside: [],
      },
    ],
    lag: [
      { group: 'query-api', topic: 'srm.events.v1', behind: 1001 },
      { group: 'orchestrator', topic: 'srm.inputs.v1', behind: 3 },
    ],
    deadLetters: [
      { topic: 'srm.inputs.v1', count: 2, newest: [letter] },
      { topic: 'srm.logs.v1', count: 1, newest: [{ ...letter, at: now - 86_400_000 }] },
    ],
    disk: { folder: '/data', free: 200 * 1024 ** 2, size: 5 * 1024 ** 2 },
  };
  const found = await statusAfter(100, [], () => Promise.resolve(facts));
  expect(found).toMatchObject({ well: false, version: '0.1.0', uptime: 5000, lag: facts.lag, disk: facts.disk, openOperations: 0 });
  expect(found['setAside']).toEqual([
    { service: 'orchestrator', what: aside.what, reason: aside.reason, since: timeOf(40) },
    { service: 'orchestrator', what: 'k', reason: aside.reason, since: timeOf(100) },
  ]);
  const findings = Array.isArray(found['findings']) ? found['findings'] : [];
  expect(findings.map(({ kind, grave, what, command }: Record<string, unknown>) => [kind, grave, what, command])).toEqual([
    ['setAside', true, `operation/${operation}`, `srm get operation ${operation}`],
    ['deadLetters', true, 'srm.inputs.v1', 'srm get dead-letters --topic srm.inputs.v1'],
    ['ended', true, 'sem-bridge', 'npm start'],
    ['disk', true, '/data', 'du -sh /data/*'],
    ['deadLetters', false, 'srm.logs.v1', 'srm get dead-letters --topic srm.logs.v1'],
    ['lag', false, 'query-api', 'srm doctor'],
  ]);
});

test('the question takes no parameters', async () => {
  expect((await door().call('GET', '/v1/status?verbose=1')).status).toBe(400);
});
