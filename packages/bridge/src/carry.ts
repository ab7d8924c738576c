import { isTransient, sentence, type Outgoing } from '@srm/messaging';
import { largestRestorePoint } from './bounds.ts';
import type { Carried, Carrying } from './carrying.ts';
import { follow } from './follow.ts';
import { jobOf, type JobDocument } from './job-document.ts';
import { restOfLog } from './logs.ts';
import { reportMessage } from './report.ts';
import { begin, tidy } from './start.ts';
import type { Way } from './way.ts';

const longestRest = 500;
const longestInTrouble = 5000;

/** Carries one job on until it is closed and its closing said, or the loop ends. Whatever it throws away, the book has. */
export async function carry(id: string, c: Carrying, way: Way): Promise<void> {
  while (!c.signal.aborted) {
    let longest = longestRest;
    try {
      const found = await c.book.find(id);
      if (found === null) return;
      const moved = await advance(found, c, way);
      if (moved === 'over') return;
      if (moved) {
        way.moved();
        continue;
      }
    } catch (error) {
      if (c.signal.aborted) return;
      longest = longestInTrouble;
      if (isTransient(error)) c.log.warn({ error, job: id }, 'out of reach; tried again');
      else c.log.error({ error, job: id }, 'a job could not be carried on; tried again');
    }
    await way.rest(longest);
  }
}

/** One transition, or one look. */
async function advance(found: JobDocument, c: Carrying, way: Way): Promise<boolean | 'over'> {
  const { report, state } = found;
  if (report?.said !== false) return goOn(found, c, way);
  await c.say([...(await lastOfLog(found, c, way)), { topic: 'inputs', message: reportMessage(c.name, found, report) }]);
  const said = { ...found, report: { ...report, said: true } };
  if (state === 'restorable' && !found.cancelAsked) return goOn(said, c, way);
  await c.book.markSaid(found);
  return state === 'closed' ? goOn(said, c, way) : true;
}

/** Of a job that has ended, what its log has more, to be said with the end. */
async function lastOfLog(found: JobDocument, c: Carrying, way: Way): Promise<readonly Outgoing[]> {
  if (found.state !== 'closed' || found.startRight === null) return [];
  const carried = await carriedOf(found, c, way);
  return carried === null ? [] : restOfLog(carried);
}

async function goOn(found: JobDocument, c: Carrying, way: Way): Promise<boolean | 'over'> {
  const carried = await carriedOf(found, c, way);
  if (found.state === 'closed') {
    if (carried !== null && way.called) await tidy(carried);
    return 'over';
  }
  if (carried === null) return noDriver(found, c);
  if (found.state === 'starting' || found.state === 'started') return follow(carried);
  if (found.cancelAsked) return cancelledUntouched(carried);
  return found.state === 'opened' && carried.job.undoes === null ? restorable(carried) : begin(carried);
}

async function carriedOf(found: JobDocument, c: Carrying, way: Way): Promise<Carried | null> {
  const driver = found.command.type === 'CancelStep' ? undefined : c.drivers.get(found.command.data.driver);
  if (driver === undefined) return null;
  const job = jobOf(found, await restorePointFor(found, c));
  return job === null ? null : { c, way, found, job, driver };
}

/** Of an undo what the undone step wrote; the command's only where the book has none (protocol 15). */
async function restorePointFor(found: JobDocument, { book }: Carrying): Promise<string | null> {
  if (found.command.type !== 'UndoStep') return found.restorePoint;
  const { operation, undoes, restorePoint } = found.command.data;
  const kept = await book.restorePoints.find(operation, undoes);
  return kept === null ? restorePoint : kept.value;
}

const cancelledUntouched = ({ c, found }: Carried): Promise<boolean> => {
  const reason = found.cancelReason ?? 'cancelled';
  return c.book.close(found, 'no start right', { kind: 'JobCancelled', reason, effect: 'none', evidence: null });
};

async function restorable(carried: Carried): Promise<boolean> {
  const { c, found, driver, job } = carried;
  const { restorePoints } = c.book;
  const kept = await restorePoints.find(found.operation, found.step);
  if (kept !== null) return c.book.restorable(found, kept.value);
  let value: string | null;
  try {
    value = await driver.restorePoint(job);
  } catch (error) {
    if (isTransient(error)) throw error;
    c.log.error({ error, job: found._id }, 'the restore point could not be taken');
    return failUntouched(found, c, 'restore-point', `what would have to be restored could not be found out: ${sentence(error)}`);
  }
  // It is so of every attempt: nothing is kept, nothing is to be said before the touch.
  if (value === null) return begin(carried, true);
  const size = Buffer.byteLength(value);
  if (size > largestRestorePoint) return failUntouched(found, c, 'restore-point-too-large', tooLarge(size));
  return c.book.restorable(found, await restorePoints.keep(found.operation, found.step, found._id, value));
}

const tooLarge = (size: number): string =>
  `what would have to be restored is ${size} bytes; at most ${largestRestorePoint} can be kept, so nothing was touched: have the driver keep it at the target and hand over its digest`;

const failUntouched = (found: JobDocument, c: Carrying, code: string, reason: string): Promise<boolean> =>
  c.book.close(found, 'no start right', { kind: 'JobFailed', reason, code, retryable: false, effect: 'none', evidence: null });

async function noDriver(found: JobDocument, c: Carrying): Promise<boolean> {
  const wanted = found.command.type === 'CancelStep' ? '' : found.command.data.driver;
  const reason = `the ${c.name} bridge has no driver "${wanted}"; it has ${[...c.drivers.keys()].join(', ') || 'none'}`;
  if (await failUntouched(found, c, 'no-driver', reason)) return true;
  c.log.error({ job: found._id, driver: wanted }, 'a job that was started cannot be looked at without its driver');
  return false;
}
