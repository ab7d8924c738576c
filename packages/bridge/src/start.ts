import { isTransient, sentence } from '@srm/messaging';
import type { Carried } from './carrying.ts';
import type { Started } from './driver.ts';
import type { Verdict } from './job-document.ts';

/** Takes the start right, or takes it over, and starts (protocol 17). True: read the book again at once.
 *  @param nothing there is nothing to undo the step by */
export async function begin(carried: Carried, nothing = false): Promise<boolean> {
  const { c, found, driver } = carried;
  const over = new AbortController();
  const right = new AbortController();
  // Counted from before the write: whatever the write takes is gone from the right.
  void c.clock.sleep(driver.timing.call, over.signal).then(() => right.abort());
  try {
    const number = await c.book.takeRight(found, c.holder, c.clock.now() + driver.timing.call, nothing);
    if (number === null) return true;
    const fence = await c.book.fences.raise(carried.job);
    if (fence > carried.job.fence) return await fenced(carried, number, fence);
    const started = await callStart(carried, number, right.signal);
    if (started?.refused) await c.book.judge({ ...found, state: 'starting' }, number, verdictOf(started, started.refused));
    return true;
  } finally {
    over.abort();
  }
}

const verdictOf = (started: Started, reason: string): Verdict => ({
  reason,
  code: started.code ?? null,
  retryable: started.retryable ?? false,
  effect: 'none',
});

/** Another operation has the component now. Nobody has called start yet where this is the first right: closed at once. */
async function fenced({ c, found, job }: Carried, number: number, fence: number): Promise<boolean> {
  const reason = `${job.component} in ${job.environment} belongs to a later operation by now (fence ${fence}; this one has ${job.fence}); nothing was touched`;
  const verdict: Verdict = { reason, code: 'fenced', retryable: false, effect: 'none' };
  if (number > 1) await c.book.judge(found, number, verdict);
  else await c.book.close(found, { number }, { kind: 'JobFailed', ...verdict, evidence: null });
  return true;
}

/** Calls start, again while the system is out of reach, for as long as the right lasts. Null: what became of it has to be observed. */
async function callStart(carried: Carried, number: number, right: AbortSignal): Promise<Started | null> {
  const { c, way, found, driver, job } = carried;
  while (!right.aborted && !c.signal.aborted) {
    way.called = true;
    try {
      return await untilAborted(right, driver.start(job, right), () => late(carried));
    } catch (error) {
      if (!isTransient(error)) {
        c.log.error({ error, job: job.id }, 'start threw what is no answer');
        way.trouble = sentence(error);
        return null;
      }
      c.log.warn({ error, job: job.id }, 'the system is out of reach; start is called again');
    }
    await way.rest(1000);
    const now = await c.book.find(found._id);
    if (now?.state !== 'starting' || now.cancelAsked || now.startRight?.number !== number) return null;
  }
  return null;
}

/** A call that does not heed its signal must not hold the job up. */
async function untilAborted<T>(signal: AbortSignal, call: Promise<T>, settledLate: () => Promise<void>): Promise<T | null> {
  let gone = (): void => undefined;
  const aborted = new Promise<null>((resolve) => {
    gone = () => resolve(null);
    signal.addEventListener('abort', gone);
  });
  const first = await Promise.race([call, aborted]);
  signal.removeEventListener('abort', gone);
  if (first === null) void call.then(settledLate, () => undefined);
  return first;
}

const late = async (carried: Carried): Promise<void> => {
  const now = await carried.c.book.find(carried.found._id).catch(() => null);
  if (now?.state === 'closed') await tidy(carried);
};

/** A start that came back to a closed job: what it left running is cancelled, as far as it can be (protocol 13). */
export async function tidy({ c, way, job, driver }: Carried): Promise<void> {
  way.called = false;
  try {
    const status = await driver.observe(job);
    if (status.state !== 'running') return;
    c.log.warn({ job: job.id, step: job.step }, 'found running under a closed job; it is cancelled');
    await driver.cancel(job);
  } catch (error) {
    c.log.warn({ error, job: job.id }, 'what runs under a closed job could not be looked at');
  }
}
