import type { Outgoing } from '@srm/messaging';
import { cancelStep, runStep, undoStep } from './testing/commands.ts';
import { reportsOf, stage, type Stage } from './testing/play.ts';

const said = (s: Stage): readonly string[] => reportsOf(s.published).map(({ step, number, type }) => `${step} ${number} ${type}`);
const chunks = (published: readonly Outgoing[]): readonly object[] =>
  published.flatMap((one) => ('message' in one && one.topic === 'logs' ? [one.message.data] : []));
const ending = (s: Stage): Readonly<Record<string, unknown>> => {
  const report = reportsOf(s.published).at(-1);
  return { ...report?.data };
};
const why = (s: Stage): readonly unknown[] => [ending(s).reason, ending(s).code, ending(s).effect];

test('a run says its restore point, then its end with outputs; the log goes before the end', async () => {
  const s = stage(() => ({ does: 'succeed', outputs: { url: 'http://127.0.0.1:1' } }));
  s.join('a');
  const { data } = runStep('store/deploy');
  s.give('a', runStep('store/deploy'));
  await s.run();
  const shared = {
    operation: data.operation,
    step: 'store/deploy',
    attempt: 1,
    job: data.job,
    fence: 7,
    bridge: 'sem',
    restorePoint: '{"was":null,"asked":1}',
  };
  expect(reportsOf(s.published).map((report) => [report.type, report.data])).toEqual([
    ['JobRestorable', { ...shared, number: 1 }],
    ['JobSucceeded', { ...shared, number: 2, outputs: [{ name: 'url', value: 'http://127.0.0.1:1', secret: false }], unchanged: false }],
  ]);
  expect(chunks(s.published)).toEqual([
    { operation: data.operation, step: 'store/deploy', attempt: 1, offset: 0, text: 'store/deploy, attempt 1: nothing was done\n' },
  ]);
});

test('a step that cannot be undone says no restore point, and one that ends at once says its end alone', async () => {
  const s = stage();
  s.join('a');
  s.give('a', runStep('store/compile'));
  await s.run();
  expect(said(s)).toEqual(['store/compile 1 JobSucceeded']);
});

test('a job that lasts says that it started, and how far it is once more when a second has passed', async () => {
  const s = stage(() => ({ does: 'succeed', looks: 12 }));
  s.join('a');
  s.give('a', runStep('store/compile'));
  await s.run();
  expect(said(s)).toEqual(['store/compile 1 JobStarted', 'store/compile 2 JobProgressed', 'store/compile 3 JobSucceeded']);
});

test('a repeated command is answered with the last report, byte for byte', async () => {
  const s = stage();
  s.join('a');
  s.give('a', runStep('store/compile'));
  await s.run();
  s.give('a', runStep('store/compile'));
  s.give('a', cancelStep('store/compile'));
  await s.run();
  const [first, ...others] = reportsOf(s.published);
  expect(others).toEqual([first, first]);
});

test('a cancel of a job that nobody knows closes it, and a run that comes later starts nothing', async () => {
  const s = stage();
  s.join('a');
  s.give('a', cancelStep('store/deploy'));
  await s.run();
  s.give('a', runStep('store/deploy'));
  await s.run();
  expect([...new Set(said(s))]).toEqual(['store/deploy 1 JobCancelled']);
  expect(why(s)).toEqual(['somebody asked for it', undefined, 'none']);
  expect(s.target.effects).toEqual([]);
});

test('a job whose driver is not there is failed, and the sentence names those that are', async () => {
  const s = stage();
  s.join('a');
  s.give('a', runStep('store/deploy', { driver: 'kubernetes' }));
  await s.run();
  expect(why(s)).toEqual(['the sem bridge has no driver "kubernetes"; it has nothing', 'no-driver', 'none']);
});

test('what the system refuses is failed without effect, with the sentence of the system, and can never start later', async () => {
  const s = stage(() => ({ does: 'refuse', reason: 'there is no such image' }));
  s.join('a');
  s.give('a', runStep('store/deploy'));
  await s.run();
  expect(why(s)).toEqual(['there is no such image', null, 'none']);
  expect([...s.target.tombstones]).toEqual([runStep('store/deploy').data.job]);
});

test('a command with a fence older than one that was seen touches nothing', async () => {
  const s = stage(undefined, 'careless');
  s.join('a');
  s.give('a', runStep('store/deploy', { attempt: 2, fence: 9 }));
  await s.run();
  s.give('a', runStep('store/deploy', { attempt: 1, fence: 8 }));
  await s.run();
  expect(why(s)).toEqual([
    'store in development belongs to a later operation by now (fence 9; this one has 8); nothing was touched',
    'fenced',
    'none',
  ]);
  expect(s.target.effects.map(({ fence }) => fence)).toEqual([9]);
});

test('an undo reads the restore point of the step it undoes, whatever its command says', async () => {
  const s = stage();
  s.target.deployed.set('default/development/shop/store', 'sha256:before');
  s.join('a');
  s.give('a', runStep('store/deploy'));
  await s.run();
  s.give('a', undoStep('store/deploy', { restorePoint: '{"was":"sha256:wrong"}' }));
  await s.run();
  expect([...s.target.deployed]).toEqual([['default/development/shop/store', 'sha256:before']]);
});

test('a second attempt uses the restore point of the first', async () => {
  const s = stage((job) => (job.attempt === 1 ? { does: 'fail', reason: 'half done', effect: 'possible' } : { does: 'succeed' }));
  s.join('a');
  s.give('a', runStep('store/deploy'));
  await s.run();
  s.give('a', runStep('store/deploy', { attempt: 2 }));
  await s.run();
  expect(reportsOf(s.published).map(({ type, data }) => [type, 'restorePoint' in data && data.restorePoint])).toEqual([
    ['JobRestorable', '{"was":null,"asked":1}'],
    ['JobFailed', '{"was":null,"asked":1}'],
    ['JobRestorable', '{"was":null,"asked":1}'],
    ['JobSucceeded', '{"was":null,"asked":1}'],
  ]);
});

test('a job that hangs holds up no other', async () => {
  const s = stage((job) => (job.component === 'store' ? { does: 'hang' } : { does: 'succeed' }));
  s.join('a');
  s.give('a', runStep('store/deploy'));
  s.give('a', runStep('order/deploy'));
  await s.run(() => s.closed('order/deploy'));
  expect(s.closed('store/deploy')).toBe(false);
});

test('an absent job is closed by its cancel only after T, and what is found running later under it is cancelled', async () => {
  const s = stage(() => ({ does: 'hang' }), 'careless');
  s.join('a');
  s.give('a', runStep('store/deploy'));
  const starting = async () => (await s.w.waiting()).find(({ what }) => what === 'driver.start');
  let start = await starting();
  for (; start === undefined; start = await starting()) s.w.take((await s.w.waiting())[0]);
  const { now } = s.w.clock('a');
  const began = now();
  s.give('a', cancelStep('store/deploy'));
  // The start is on its way for longer than T: what no driver may do, and a network does.
  for (let left = 400; left > 0 && !s.closed('store/deploy'); left -= 1) {
    const next = (await s.w.waiting()).find((turn) => turn !== start);
    if (next === undefined) s.w.advance();
    else s.w.take(next);
  }
  expect([why(s), s.target.effects.length]).toEqual([['somebody asked for it', undefined, 'none'], 0]);
  // Call, hold and pause of this bridge and its driver.
  expect(now() - began).toBeGreaterThanOrEqual(5000 + 1000 + 500);
  s.w.take(start);
  await s.run();
  expect([...s.target.jobs.values()].map(({ end }) => end?.state)).toEqual(['cancelled']);
});

test('a job that the system no longer knows though it ran is failed, and its effect is possible', async () => {
  const s = stage(() => ({ does: 'hang' }));
  s.join('a');
  s.give('a', runStep('store/deploy'));
  await s.run(() => reportsOf(s.published).some(({ type }) => type === 'JobStarted'));
  s.target.jobs.clear();
  await s.run();
  expect(why(s)).toEqual([
    'the nothing driver no longer knows this job, which was seen running; what it has done is not certain',
    'vanished',
    'possible',
  ]);
});

test('a run that asks for an undo is closed as failed before anything is touched: only UndoStep says what it undoes', async () => {
  const s = stage();
  s.target.deployed.set('default/development/shop/store', 'sha256:before');
  s.join('a');
  s.give('a', runStep('store/deploy/undo', { action: 'undo' }));
  await s.run();
  expect([...new Set(said(s))]).toEqual(['store/deploy/undo 1 JobFailed']);
  expect(why(s)).toEqual(['RunStep cannot ask for an undo: UndoStep does, and names the step it undoes', 'bad-command', 'none']);
  expect(s.target.effects).toEqual([]);
  s.give('a', runStep('store/deploy/undo', { action: 'undo' }));
  await s.run();
  expect([...new Set(said(s))]).toEqual(['store/deploy/undo 1 JobFailed']);
  expect((await s.jobs()).map(({ state, open }) => [state, open])).toEqual([['closed', false]]);
});
