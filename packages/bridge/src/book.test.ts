import { memoryDocuments } from './testing/memory-documents.ts';
import { cancelStep, runStep, undoStep } from './testing/commands.ts';
import { world } from './testing/world.ts';
import { book } from './book.ts';
import type { JobDocument } from './job-document.ts';

const id = runStep('store/deploy').data.job;
const verdict = { reason: 'no', code: null, retryable: false, effect: 'none' } as const;
const succeeded = { kind: 'JobSucceeded', outputs: [], unchanged: false } as const;
const cancelled = { kind: 'JobCancelled', reason: 'asked', effect: 'none', evidence: null } as const;
const progress = { kind: 'JobProgressed', done: 1, total: 2, text: '' } as const;

const fresh = async () => {
  const b = book(memoryDocuments(), 'sem', world().clock('a'));
  const now = async (): Promise<JobDocument> => {
    const job = await b.find(id);
    if (job === null) throw new Error('not in the book');
    return job;
  };
  const said = async (): Promise<void> => b.markSaid(await now());
  return { b, now, said };
};

type Fresh = Awaited<ReturnType<typeof fresh>>;

/** How a job comes to each state, all that it said on the way included. */
const states: Readonly<Record<string, (f: Fresh) => Promise<unknown>>> = {
  opened: async ({ b }) => b.insert(runStep('store/deploy')),
  restorable: async (f) => {
    await states.opened?.(f);
    await f.b.restorable(await f.now(), '{}');
    await f.said();
  },
  starting: async (f) => {
    await states.restorable?.(f);
    await f.b.takeRight(await f.now(), 'a', 1);
  },
  started: async (f) => {
    await states.starting?.(f);
    await f.b.started(await f.now(), 0);
    await f.said();
  },
  closed: async (f) => {
    await states.starting?.(f);
    await f.b.close(await f.now(), 'end', succeeded);
    await f.said();
  },
};

const transitions: Readonly<Record<string, (f: Fresh, job: JobDocument) => Promise<unknown>>> = {
  restorable: ({ b }, job) => b.restorable(job, '{}'),
  right: ({ b }, job) => b.takeRight(job, 'b', 2),
  started: ({ b }, job) => b.started(job, 0),
  progressed: ({ b }, job) => b.progressed(job, progress, 0),
  judged: ({ b }, job) => b.judge(job, 1, verdict),
  'closed untouched': ({ b }, job) => b.close(job, 'no start right', cancelled),
  'closed by its end': ({ b }, job) => b.close(job, 'end', succeeded),
  'closed by number': ({ b }, job) => b.close(job, { number: 1 }, cancelled),
};

const cases = Object.keys(states).flatMap((state) => Object.keys(transitions).map((transition) => [state, transition] as const));
const allowed = new Set([
  'opened restorable',
  'opened closed untouched',
  'restorable right',
  'restorable closed untouched',
  'starting right',
  'starting started',
  'starting judged',
  'starting closed by its end',
  'starting closed by number',
  'started progressed',
  'started judged',
  'started closed by its end',
  'started closed by number',
]);

test.each(cases)('%s → %s', async (state, transition) => {
  const f = await fresh();
  await states[state]?.(f);
  const won = await transitions[transition]?.(f, await f.now());
  expect(won !== null && won !== false).toBe(allowed.has(`${state} ${transition}`));
});

test.each(cases)('%s → %s, twice from the same reading: at most one wins', async (state, transition) => {
  const f = await fresh();
  await states[state]?.(f);
  const job = await f.now();
  const move = transitions[transition];
  const won = [await move?.(f, job), await move?.(f, job)].filter((one) => one !== null && one !== false);
  expect(won.length).toBeLessThanOrEqual(1);
});

const spoken = cases.filter(([state]) => state !== 'opened');

test.each(spoken)('%s → %s is lost while the last report is unsaid', async (state, transition) => {
  const f = await fresh();
  await states[state]?.(f);
  const job = await f.now();
  const unsaid: JobDocument = { ...job, report: job.report && { ...job.report, said: false } };
  const documents = memoryDocuments();
  await documents.collection<JobDocument>('sem.jobs').insertOne(unsaid);
  const b = book(documents, 'sem', world().clock('a'));
  expect([false, null]).toContain(await transitions[transition]?.({ ...f, b }, unsaid));
});

test('an undo takes a start right without a restore point of its own', async () => {
  const { b } = await fresh();
  const undo = undoStep('store/deploy');
  await b.insert(undo);
  const job = await b.find(undo.data.job);
  expect(job && (await b.takeRight(job, 'a', 1))).toBe(1);
});

test('what has nothing to undo by takes a start right without anything being said before', async () => {
  const { b, now } = await fresh();
  await b.insert(runStep('store/deploy'));
  expect(await b.takeRight(await now(), 'a', 1, true)).toBe(1);
  const { state, restorePoint, report } = await now();
  expect({ state, restorePoint, report }).toEqual({ state: 'starting', restorePoint: null, report: null });
});

test('who has said the restore point marks it as said by taking the start right', async () => {
  const { b, now } = await fresh();
  await b.insert(runStep('store/deploy'));
  await b.restorable(await now(), '{}');
  const { report, ...job } = await now();
  expect(await b.takeRight({ ...job, report }, 'a', 1)).toBe(null);
  expect(await b.takeRight({ ...job, report: report && { ...report, said: true } }, 'a', 1)).toBe(1);
  expect((await now()).report).toEqual(report && { ...report, said: true });
});

test('no start right is given to a job whose cancel was asked for, and a holder of an older right closes nothing', async () => {
  const f = await fresh();
  await states.starting?.(f);
  expect(await f.b.takeRight(await f.now(), 'b', 2)).toBe(2);
  expect(await f.b.close(await f.now(), { number: 1 }, cancelled)).toBe(false);
  expect(await f.b.judge(await f.now(), 1, verdict)).toBe(false);
  await f.b.askCancel(id, 'asked');
  expect(await f.b.takeRight(await f.now(), 'a', 3)).toBe(null);
  expect((await f.now()).startRight).toEqual({ number: 2, holder: 'b', until: 2 });
});

test('no start right is given once the job was judged', async () => {
  const f = await fresh();
  await states.starting?.(f);
  await f.b.judge(await f.now(), 1, verdict);
  expect(await f.b.takeRight(await f.now(), 'b', 2)).toBe(null);
});

test('a cancel closes a job that is not there, and none that is', async () => {
  const f = await fresh();
  expect(await f.b.askCancel(id, 'asked')).toBe(false);
  expect(await f.b.insertClosed(cancelStep('store/deploy'), cancelled)).toBe(true);
  expect(await f.b.insert(runStep('store/deploy'))).toBe(false);
  expect(await f.b.askCancel(id, 'asked')).toBe(false);
  expect((await f.now()).report?.number).toBe(1);
});

test('a restore point is written once for a step', async () => {
  const { b } = await fresh();
  expect(await b.restorePoints.keep('o', 'store/deploy', 'j1', '1')).toBe('1');
  expect(await b.restorePoints.keep('o', 'store/deploy', 'j2', '2')).toBe('1');
  expect(await b.restorePoints.find('o', 'other/deploy')).toBe(null);
});

test('fences only rise, each component of each product for itself', async () => {
  const { b } = await fresh();
  const store = { tenant: 't', environment: 'e', product: 'p', component: 'store', fence: 5 };
  for (const fence of [5, 3, 9, 8]) await b.fences.raise({ ...store, fence });
  await b.fences.raise({ ...store, product: 'q', fence: 2 });
  await b.fences.raise({ ...store, environment: null, fence: 99 });
  const highest = (what: Partial<typeof store>): Promise<number> => b.fences.raise({ ...store, fence: 0, ...what });
  expect([await highest({}), await highest({ product: 'q' }), await highest({ product: 'r' })]).toEqual([9, 2, 0]);
  expect(await b.fences.raise({ ...store, environment: null, fence: 99 })).toBe(0);
});
