import { embeddedCodec } from '@srm/messaging';
import type { JobDocument } from './job-document.ts';
import { reportMessage, written, type Finding } from './report.ts';
import { runStep } from './testing/commands.ts';
import { reportsOf, stage, type Stage } from './testing/play.ts';
import { voice } from './voice.ts';

const codec = embeddedCodec({ file: ':memory:' });
const { data, id, correlationid, traceparent } = runStep('store/deploy');
const about = { _id: data.job, operation: data.operation, step: data.step, attempt: 1, fence: 7, report: null };
const time = '2026-11-24T10:00:00.000Z';

/** What is written about a finding, after it went through the codec. */
const said = async (finding: Finding, restorePoint: string | null = null): Promise<Readonly<Record<string, unknown>>> => {
  const report = written('sem', about, restorePoint, finding, time);
  const job: Pick<JobDocument, '_id' | 'operation' | 'cause'> = { ...about, cause: { id, correlationid, traceparent } };
  const message = reportMessage('sem', job, report);
  const { type, data: read } = await codec.decode(await codec.encode({ topic: 'inputs', message }));
  return { type, effectInBook: report.effect, ...read };
};
const failed = { kind: 'JobFailed', reason: 'no', code: null, retryable: false, effect: 'possible', evidence: null } as const;
const bytes = (text: unknown): number => Buffer.byteLength(String(text));
const lastOf = (s: Stage): Readonly<Record<string, unknown>> => ({ ...reportsOf(s.published).at(-1)?.data });

test('a reason and the text of a progress are cut at 4 KB, between characters', async () => {
  const { reason } = await said({ ...failed, reason: '€'.repeat(400_000) });
  const { text } = await said({ kind: 'JobProgressed', done: 1, total: 2, text: `a${'€'.repeat(2000)}` });
  expect([bytes(reason), bytes(text)]).toEqual([4095, 4096]);
  expect([String(reason).slice(-2), String(text).slice(-2)]).toEqual(['€…', '€…']);
  expect((await said({ ...failed, reason: 'x'.repeat(4096) })).reason).toBe('x'.repeat(4096));
});

test('how far a job is goes as whole numbers that have room in the message', async () => {
  const progress = async (done: number | null, total: number | null) => {
    const report = await said({ kind: 'JobProgressed', done, total, text: '' });
    return [report.done, report.total];
  };
  expect(await progress(3_000_000_000.5, 4e20)).toEqual([2_147_483_647, 2_147_483_647]);
  expect(await progress(0.4, 99.6)).toEqual([0, 100]);
  expect(await progress(-3_000_000_000, null)).toEqual([0, null]);
  expect(await progress(Number.NaN, Infinity)).toEqual([null, null]);
});

test('an end that cannot be said for all that becomes a short failure that keeps its effect', async () => {
  const large = 'x'.repeat(1_000_000);
  const reason = 'the JobSucceeded report could not be said: JobSucceeded is larger than 1000000 bytes: larger things go by digest';
  const short = { type: 'JobFailed', code: 'report-too-large', retryable: false, evidence: null };
  expect(
    await said({ kind: 'JobSucceeded', outputs: [{ name: 'url', value: large, secret: false }], unchanged: false }, '{}'),
  ).toMatchObject({
    ...short,
    reason,
    effect: 'done',
    effectInBook: 'done',
    restorePoint: '{}',
  });
  expect(await said({ ...failed, evidence: large }, large)).toMatchObject({ ...short, effect: 'possible', restorePoint: null });
  expect(await said({ kind: 'JobCancelled', reason: 'asked', effect: 'none', evidence: large })).toMatchObject({
    ...short,
    effect: 'none',
  });
});

test('outputs are measured in bytes', async () => {
  const s = stage(() => ({ does: 'succeed', outputs: { text: '€'.repeat(100_000) } }));
  s.join('a');
  s.give('a', runStep('store/compile'));
  await s.run();
  expect([lastOf(s).code, lastOf(s).reason]).toEqual([
    'outputs-too-large',
    'the outputs are 300043 bytes; at most 262144 are allowed: hand larger ones over by their digest',
  ]);
});

test('a step whose restore point is larger than 256 KB fails before anything is touched', async () => {
  const s = stage();
  s.target.deployed.set('default/development/shop/store', '€'.repeat(100_000));
  s.join('a');
  s.give('a', runStep('store/deploy'));
  await s.run();
  expect(lastOf(s)).toMatchObject({ code: 'restore-point-too-large', effect: 'none', restorePoint: null });
  expect(lastOf(s).reason).toBe(
    'what would have to be restored is 300020 bytes; at most 262144 can be kept, so nothing was touched: have the driver keep it at the target and hand over its digest',
  );
  expect([s.target.effects, s.target.jobs.size]).toEqual([[], 0]);
});

test('one message that cannot be said is lost alone; the others of its batch are said', async () => {
  const { say, speak, close } = voice();
  const stop = new AbortController();
  const word = (text: unknown, offset: number) =>
    ({
      topic: 'logs',
      message: { ...runStep('store/deploy'), type: 'LogChunk', data: { operation: 'o', step: 's', attempt: 1, offset, text } },
    }) as const;
  const heard: unknown[] = [];
  const ends = Promise.allSettled([say([word('a', 0)]), say([word('b', 1), word('b', 0.5)]), say([word('c', 2)])]);
  for await (const batch of speak(stop.signal)) {
    for (const one of await Promise.all(batch.map((each) => codec.encode(each)))) heard.push((await codec.decode(one)).data);
    stop.abort();
  }
  close();
  expect(heard.map((one) => (typeof one === 'object' && one !== null && 'text' in one ? one.text : null))).toEqual(['a', 'c']);
  expect((await ends).map((one) => (one.status === 'rejected' ? String(one.reason) : one.status))).toEqual([
    'fulfilled',
    'Error: LogChunk.offset: 0.5 is not long',
    'fulfilled',
  ]);
});
