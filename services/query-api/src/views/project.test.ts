import type { Envelope } from '@srm/schemas';
import {
  asks,
  cancels,
  completed,
  ends,
  fails,
  goodStory,
  key,
  operation,
  planDigest,
  planned,
  progresses,
  requested,
  starts,
  succeeds,
  timeOf,
  told,
} from '../testing.ts';
import type { OperationEvent } from './events.ts';
import { noCounts, unknownOperation, type OperationView, type StepView } from './operation-view.ts';
import { project, stepsOf } from './project.ts';
import { building, finished, waitOf, waitsOf, type Hearing, type Wait } from './waits.ts';

type Picture = { operation: OperationView; steps: Map<string, StepView> };

function shown(events: readonly OperationEvent[]): Picture {
  const picture: Picture = { operation: unknownOperation(operation), steps: new Map() };
  for (const event of told(key, events)) fold(picture, event);
  return picture;
}

function fold(picture: Picture, event: Envelope<OperationEvent>): void {
  const steps = stepsOf(event).flatMap((id) => picture.steps.get(id) ?? []);
  const view = project({ operation: picture.operation, steps }, event);
  picture.operation = view.operation;
  for (const step of view.steps) picture.steps.set(step.id, step);
}

const hearing = (seconds: number, heard: Readonly<Record<string, string>> = {}): Hearing => ({
  heard: new Map(Object.entries(heard)),
  now: Date.parse(timeOf(seconds)),
});
const whysIn = ({ operation, steps }: Picture, id: string, hears = hearing(0)): readonly Wait[] => {
  const step = steps.get(id);
  const all = [...steps.values()];
  const unbuilt = all.filter(({ phase, state }) => building.has(phase) && !finished.has(state)).length;
  return step === undefined ? [] : waitsOf(operation, { steps: all, unbuilt }, hears)(step);
};
const waitsIn = (picture: Picture, id: string) => whysIn(picture, id).map((wait) => ({ for: wait.for, what: wait.what }));
const textsIn = (...of: Parameters<typeof whysIn>): readonly string[] => whysIn(...of).map(({ text }) => text);

const plan = [
  requested(),
  planned(0, { 'store/compile': [], 'store/package': ['store/compile'], 'store/deploy': ['store/package'] }),
  completed(3),
];
const begun: OperationEvent = { type: 'OperationStarted', data: { operation } };

test('a request shows what was asked, by whom and when', () => {
  const { operation: view } = shown([requested({ version: '1.0', labels: [{ name: 'ticket', value: '7' }] })]);
  expect(view).toEqual({
    ...unknownOperation(operation),
    tenant: 'default',
    kind: 'release',
    product: 'shop',
    environment: 'development',
    version: '1.0',
    asked: {
      key: 'k1',
      bodyDigest: `sha256:${'0'.repeat(64)}`,
      version: '1.0',
      release: null,
      pipeline: null,
      onFailure: null,
      perComponent: [],
      reason: 'a try',
      labels: [{ name: 'ticket', value: '7' }],
      expectedPlan: null,
      components: [],
      force: null,
      of: null,
      notBefore: null,
      deadline: null,
      restartConsumers: null,
    },
    actor: { name: 'li.wei', authenticated: false },
    requestedAt: timeOf(1),
    movedAt: timeOf(1),
    place: `${timeOf(1)} ${operation}`,
    number: 1,
  });
});

test('a plan counts from its completion, with the version that was given', () => {
  const before = shown(plan.slice(0, 2)).operation;
  expect([before.steps, before.counts, before.planDigest]).toEqual([0, noCounts, null]);
  const after = shown(plan).operation;
  expect([after.steps, after.counts.planned, after.planDigest, after.version, after.pipeline]).toEqual([
    3,
    3,
    planDigest,
    '2026.11.24-1',
    'eager',
  ]);
});

test('planned steps show their place in the plan and what they depend on', () => {
  const { steps } = shown(plan);
  expect(
    [...steps.values()].map(({ id, component, phase, bridge, state, place, dependsOn }) => ({
      id,
      component,
      phase,
      bridge,
      state,
      place,
      dependsOn,
    })),
  ).toEqual([
    { id: 'store/compile', component: 'store', phase: 'compile', bridge: 'ci', state: 'planned', place: 2000, dependsOn: [] },
    {
      id: 'store/package',
      component: 'store',
      phase: 'package',
      bridge: 'ci',
      state: 'planned',
      place: 2001,
      dependsOn: ['store/compile'],
    },
    { id: 'store/deploy', component: 'store', phase: 'deploy', bridge: 'sem', state: 'planned', place: 2002, dependsOn: ['store/package'] },
  ]);
});

test('a release that goes well ends with all steps succeeded and its times', () => {
  const { operation: view, steps } = shown(goodStory);
  expect([view.status, view.reason, view.counts, view.waitingFor]).toEqual([
    'succeeded',
    'shop 2026.11.24-1 runs in development',
    { ...noCounts, succeeded: 3 },
    null,
  ]);
  expect([view.startedAt, view.endedAt, view.ending, view.number]).toEqual([timeOf(5), timeOf(17), 17, 17]);
  const compiled = steps.get('store/compile');
  expect([compiled?.state, compiled?.startedAt, compiled?.since, compiled?.endedAt, compiled?.text, compiled?.effect]).toEqual([
    'succeeded',
    timeOf(7),
    timeOf(9),
    timeOf(9),
    '5/10',
    'done',
  ]);
});

test('every status word is reached by its event', () => {
  const cases: readonly (readonly [string, readonly OperationEvent[]])[] = [
    ['requested', [requested()]],
    ['planning', [requested(), { type: 'PlanningStarted', data: { operation } }]],
    ['running', [...plan, begun]],
    [
      'waiting',
      [...plan, begun, { type: 'OperationWaiting', data: { operation, for: 'lease', text: 'waits', operations: [], freeze: null } }],
    ],
    ['cancelling', [...plan, begun, cancelRequested]],
    ['compensating', [...plan, begun, { type: 'CompensationStarted', data: { operation, reason: 'r', failed: [] } }]],
    ['planned', [...plan, { type: 'OperationPlanned', data: { operation, planDigest } }]],
    ['succeeded', [...plan, ends('OperationSucceeded')]],
    ['failed', [...plan, ends('OperationFailed')]],
    ['compensated', [...plan, ends('OperationCompensated')]],
    [
      'compensation-failed',
      [...plan, { type: 'OperationCompensationFailed', data: { operation, reason: 'r', counts: [], kept: [], left: [] } }],
    ],
    ['cancelled', [...plan, ends('OperationCancelled')]],
    ['refused', [requested(), { type: 'OperationRefused', data: { operation, reason: 'r', errors: [], status: 409 } }]],
  ];
  expect(cases.map(([, events]) => shown(events).operation.status)).toEqual(cases.map(([word]) => word));
});

const cancelRequested: OperationEvent = {
  type: 'CancelRequested',
  data: { bodyDigest: null, operation, requestId: 'r1', reason: 'wrong branch', actor: { name: 'li.wei', authenticated: false } },
};

test('a cancel says who wanted it and why, and a lease granted meanwhile does not hide it', () => {
  const { operation: view } = shown([...plan, begun, cancelRequested, { type: 'OperationLeased', data: { operation, fence: 1 } }]);
  expect([view.status, view.reason]).toEqual(['cancelling', 'cancelled by li.wei: wrong branch']);
});

const actor = { name: 'li.wei', authenticated: false };
test('an undo that waits for a decision holds the operation, names the steps, and goes on once somebody has decided', () => {
  const undoing: readonly OperationEvent[] = [
    ...plan,
    begun,
    { type: 'CompensationStarted', data: { operation, reason: 'web broke', failed: [] } },
    {
      type: 'OperationHeld',
      data: {
        operation,
        by: 'undo',
        reason: 'db waits',
        requestId: null,
        actor: null,
        bodyDigest: null,
        freeze: null,
        steps: ['db/deploy'],
      },
    },
  ];
  const decided = { operation, requestId: 'r3', action: 'skip', reason: null, steps: ['db/deploy'], actor, bodyDigest: null };
  const told = ({ operation: view }: ReturnType<typeof shown>) => [view.status, view.awaiting, view.reason];
  expect(told(shown(undoing))).toEqual(['held', ['db/deploy'], 'db waits']);
  expect(told(shown([...undoing, { type: 'OperationResumed', data: decided }]))).toEqual(['compensating', [], null]);
});

const waits = (text: string): OperationEvent => ({
  type: 'OperationWaiting',
  data: { operation, for: 'lease', text, operations: [], freeze: null },
});
const held: OperationEvent = {
  type: 'OperationHeld',
  data: { bodyDigest: null, freeze: null, operation, by: 'operator', reason: 'held by li.wei', requestId: 'r1', actor, steps: null },
};
const resumed: OperationEvent = {
  type: 'OperationResumed',
  data: { bodyDigest: null, operation, requestId: 'r2', action: 'resume', reason: null, steps: [], actor },
};
const leased: OperationEvent = { type: 'OperationLeased', data: { operation, fence: 1 } };

test('a hold does not end the wait for the lease: held it is held, resumed it waits, until the lease is there', () => {
  const seen = (...events: readonly OperationEvent[]) => {
    const { operation: view } = shown([...plan, begun, ...events]);
    return [view.status, view.waitingFor?.what ?? null];
  };
  expect([
    seen(waits('asks'), held),
    seen(waits('asks'), held, waits('behind another')),
    seen(waits('asks'), held, resumed),
    seen(waits('asks'), held, resumed, leased),
    seen(waits('asks'), held, leased),
    seen(waits('asks'), held, leased, resumed),
    seen(held, resumed),
  ]).toEqual([
    ['held', 'asks'],
    ['held', 'behind another'],
    ['waiting', 'asks'],
    ['running', null],
    ['held', null],
    ['running', null],
    ['running', null],
  ]);
});

test('an attempt that will be tried again says when, and does not count as the reason yet', () => {
  const { operation: view, steps } = shown([...plan, begun, asks('store/compile'), fails('store/compile', 5000)]);
  const step = steps.get('store/compile');
  expect([view.reason, view.counts.failed, step?.state, step?.retryAt]).toEqual([null, 1, 'failed', '2026-11-24T08:00:11.000Z']);
});

test('the second attempt begins anew and keeps the worst effect', () => {
  const { steps } = shown([
    ...plan,
    begun,
    asks('store/compile'),
    fails('store/compile', 5000),
    asks('store/compile', 2),
    succeeds('store/compile', 2, true),
  ]);
  const step = steps.get('store/compile');
  expect([step?.attempt, step?.effect, step?.unchanged, step?.reason, step?.retryAt]).toEqual([
    2,
    'possible',
    true,
    'the build id is the same',
    null,
  ]);
  expect(step?.states.map(({ state }) => state)).toEqual(['planned', 'requested', 'failed', 'requested', 'succeeded']);
});

test('what its bridge found before a step changed anything is kept with the step; whatever else a restore point says is not', () => {
  const found = (restorePoint: string): unknown => {
    const restorable: OperationEvent = {
      type: 'StepRestorable',
      data: { operation, step: 'store/deploy', attempt: 1, report: 1, restorePoint },
    };
    const retried = [restorable, fails('store/deploy', 1000), asks('store/deploy', 2)];
    return shown([...plan, begun, asks('store/deploy'), ...retried]).steps.get('store/deploy')?.was;
  };
  expect(['{"was":"absent"}', '{"was":"present","state":"running"}', '{"was":"sha256:1"}', 'null', 'no JSON'].map(found)).toEqual([
    'absent',
    'present',
    null,
    null,
    null,
  ]);
});

test('an undo that changed nothing says so in its own words, not in those of the step', () => {
  const undo = 'store/deploy/undo';
  const { steps } = shown([
    ...plan,
    begun,
    asks('store/deploy'),
    fails('store/deploy'),
    asks(undo, 1, 'store/deploy'),
    succeeds(undo, 1, true),
  ]);
  expect(steps.get(undo)?.reason).toBe('it was as before already');
});

test('undo steps are counted for themselves and name what they undo', () => {
  const undo = 'store/deploy/undo';
  const { operation: view, steps } = shown([
    ...plan,
    begun,
    asks('store/deploy'),
    fails('store/deploy'),
    { type: 'CompensationStarted', data: { operation, reason: 'store/deploy did not work', failed: ['store/deploy'] } },
    asks(undo, 1, 'store/deploy'),
    starts(undo),
    progresses(undo, 3),
    succeeds(undo),
    ends('OperationCompensated', 'store/deploy did not work; store destroyed'),
  ]);
  expect([view.counts, view.undoCounts]).toEqual([
    { ...noCounts, planned: 2, failed: 1 },
    { ...noCounts, succeeded: 1 },
  ]);
  expect([steps.get(undo)?.undoes, steps.get(undo)?.component, steps.get(undo)?.state]).toEqual(['store/deploy', 'store', 'succeeded']);
});

test('a refusal keeps its status and every error', () => {
  const errors = [{ pointer: '/product', document: null, line: null, column: null, detail: 'unknown product' }];
  const { operation: view } = shown([requested(), { type: 'OperationRefused', data: { operation, reason: 'no', errors, status: 422 } }]);
  expect([view.status, view.refusal, view.errors, view.ending]).toEqual(['refused', 422, errors, 2]);
});

test('what comes after the ending changes nothing but the number', () => {
  const late: OperationEvent = { type: 'ReportRefused', data: { operation, report: 'JobSucceeded', id: 'x', reason: 'too late' } };
  const before = shown(goodStory).operation;
  expect(shown([...goodStory, late]).operation).toEqual({ ...before, number: 18 });
});

test('a step says what it waits for: steps, then builds, then the lease, its bridge, its next try', () => {
  const waiting: OperationEvent = {
    type: 'OperationWaiting',
    data: { operation, for: 'lease', text: 'waits for another release', operations: ['x'], freeze: null },
  };
  const two = [requested(), planned(0, { 'a/compile': [], 'a/deploy': [], 'b/deploy': ['a/deploy'] }), completed(3, 'buildFirst'), begun];
  expect(waitsIn(shown(two), 'b/deploy')).toEqual([{ for: 'step', what: 'a/deploy' }]);
  expect(waitsIn(shown(two), 'a/deploy')).toEqual([{ for: 'barrier', what: '1' }]);
  const built = [...two, asks('a/compile'), succeeds('a/compile'), waiting];
  expect(waitsIn(shown(built), 'a/deploy')).toEqual([{ for: 'lease', what: 'waits for another release' }]);
  expect(waitsIn(shown([...two, asks('a/compile')]), 'a/compile')).toEqual([{ for: 'bridge', what: 'ci' }]);
  expect(waitsIn(shown([...two, asks('a/compile'), fails('a/compile', 1000)]), 'a/compile')).toEqual([
    { for: 'retry', what: '2026-11-24T08:00:07.000Z' },
  ]);
  expect(waitsIn(shown([...two, asks('a/compile'), cancels('a/compile'), ends('OperationCancelled')]), 'b/deploy')).toEqual([]);
});

test('a step that is asked for says since when; a silent bridge is one that has begun nothing and said nothing for more than half a minute', () => {
  const asked = shown([...plan, begun, asks('store/compile')]);
  const says = (seconds: number, heard: Readonly<Record<string, string>> = {}) => textsIn(asked, 'store/compile', hearing(seconds, heard));
  const begins = `ci-bridge was asked at ${timeOf(5)} and has not begun yet`;
  const fresh = [
    `${begins}; after a restart of the bridge it first waits some seconds, until what it had called before can take effect no more, and goes on by itself`,
  ];
  expect([says(8), says(9), says(35)]).toEqual([[begins], fresh, fresh]);
  expect(says(36)).toEqual([`ci-bridge is silent since ${timeOf(5)}; it was asked at ${timeOf(5)} and has not begun`]);
  expect(says(36, { sem: timeOf(30) })).toEqual(says(36));
  expect(says(36, { ci: timeOf(30) })).toEqual(fresh);
  expect(says(61, { ci: timeOf(30) })).toEqual([`ci-bridge is silent since ${timeOf(30)}; it was asked at ${timeOf(5)} and has not begun`]);
  expect(says(61, { ci: timeOf(2) })).toEqual(says(36));
});

test('what a bridge says of a step is when it was heard last; what the orchestrator says is not', () => {
  const heard = (...events: readonly OperationEvent[]) =>
    shown([...plan, begun, asks('store/compile'), ...events]).steps.get('store/compile')?.heardAt;
  const cancelAsked: OperationEvent = {
    type: 'StepCancelRequested',
    data: { operation, step: 'store/compile', job: 'j', attempt: 1, fence: 0, reason: 'not ended after 1m', why: 'deadline', bridge: 'ci' },
  };
  expect([heard(), heard(cancelAsked), heard(starts('store/compile')), heard(starts('store/compile'), cancelAsked)]).toEqual([
    null,
    null,
    timeOf(6),
    timeOf(6),
  ]);
  expect(heard(starts('store/compile'), fails('store/compile', 1000))).toBe(timeOf(7));
});

test('every step that does not move says why in words', () => {
  const running = [...plan, begun];
  const held: OperationEvent = {
    type: 'OperationHeld',
    data: {
      bodyDigest: null,
      freeze: null,
      operation,
      by: 'operator',
      reason: 'held by ann: lunch',
      requestId: 'r',
      actor: { name: 'ann', authenticated: false },
      steps: null,
    },
  };
  const late: OperationEvent = {
    type: 'StepCancelRequested',
    data: { operation, step: 'store/compile', job: 'j', attempt: 1, fence: 0, reason: 'not ended after 1m', why: 'deadline', bridge: 'ci' },
  };
  expect(textsIn(shown(running), 'store/package')).toEqual(['waits for store/compile']);
  expect(textsIn(shown([...running, asks('store/compile'), fails('store/compile', null)]), 'store/package')).toEqual([
    'waits for store/compile, which failed',
  ]);
  expect(textsIn(shown([...running, asks('store/compile'), fails('store/compile', 1000)]), 'store/compile')).toEqual([
    expect.stringMatching(/^attempt 1 of 2 failed: .*; tried again at 2026-11-24T08:00:07.000Z$/),
  ]);
  expect(textsIn(shown([...running, held]), 'store/compile')).toEqual([`held since ${timeOf(5)}: held by ann: lunch`]);
  expect(textsIn(shown([...running, asks('store/compile'), starts('store/compile')]), 'store/compile')).toEqual([]);
  expect(textsIn(shown([...running, asks('store/compile'), starts('store/compile'), late]), 'store/compile')).toEqual([
    `not ended after 1m; ci-bridge was asked to end it at ${timeOf(7)} and has not confirmed`,
  ]);
  expect(textsIn(shown([...running, cancelRequested]), 'store/package')).toEqual([
    expect.stringMatching(/^is not begun any more: cancelled by /),
  ]);
});

test('an operation that does not move says why in words', () => {
  const says = (...events: readonly OperationEvent[]) => waitOf(shown(events).operation);
  const planning: OperationEvent = { type: 'PlanningStarted', data: { operation } };
  const behind: OperationEvent = {
    type: 'OperationWaiting',
    data: { operation, for: 'lease', text: 'waits for x', operations: ['x'], freeze: null },
  };
  expect(says(requested())?.text).toBe(`planning waits for the orchestrator to take it up since ${timeOf(1)}`);
  expect(says(requested(), planning)?.text).toBe(`planning waits for the definitions since ${timeOf(2)}`);
  expect(says(...plan, begun)).toBe(null);
  expect(says(...plan, begun, behind)).toEqual({
    for: 'lease',
    what: 'waits for x',
    operations: ['x'],
    since: timeOf(5),
    text: 'waits for x',
  });
  expect(says(...plan, begun, asks('store/compile'), cancelRequested)?.text).toMatch(
    /^cancel asked for by .* since 2026-11-24T08:00:06.000Z; waits for the step that is under way to end$/,
  );
  expect(says(...goodStory)).toBe(null);
});
