import { book } from './book.ts';
import type { Carried } from './carrying.ts';
import type { JobStatus } from './driver.ts';
import { follow } from './follow.ts';
import { jobOf, type JobDocument } from './job-document.ts';
import { nothingDriver, nothingTarget } from './nothing.ts';
import { runStep } from './testing/commands.ts';
import { memoryDocuments } from './testing/memory-documents.ts';
import { quiet, world } from './testing/world.ts';
import { way } from './way.ts';

/** A job whose start got no answer, as a loop sees it; and what the loop asks, in its order. */
async function unanswered(status: JobStatus, ripe: boolean) {
  const w = world();
  const clock = w.clock('a');
  const { signal } = new AbortController();
  const own = book(memoryDocuments(), 'sem', clock);
  const command = runStep('store/deploy');
  const now = async (): Promise<JobDocument> => (await own.find(command.data.job)) ?? Promise.reject(new Error('it is in the book'));
  await own.insert(command);
  await own.takeRight(await now(), 'a', 1, true);
  const asked: string[] = [];
  const bare = nothingDriver(nothingTarget());
  const look = async (): Promise<boolean> => {
    const found = await now();
    const job = jobOf(found, null);
    if (job === null) throw new Error('it is a run');
    const carried: Carried = {
      c: { name: 'sem', book: own, drivers: new Map(), clock, log: quiet, holder: 'a', pause: 0, say: async () => undefined, signal },
      way: { ...way(clock, signal), ripe: () => (asked.push('the time'), ripe) },
      found,
      job,
      driver: {
        ...bare,
        start: async () => (asked.push('start'), { refused: null }),
        cancel: async () => (asked.push('cancel'), false),
        observe: async () => (asked.push('observe'), status),
      },
    };
    return follow(carried);
  };
  return { own, look, asked, now, id: command.data.job };
}

test('an absent job is started again only after T', async () => {
  const { look, asked, now } = await unanswered({ state: 'absent' }, false);
  expect(await look()).toBe(false);
  expect([asked, (await now()).startRight?.number]).toEqual([['the time', 'observe'], 1]);
  const later = await unanswered({ state: 'absent' }, true);
  expect(await later.look()).toBe(true);
  expect([later.asked, (await later.now()).startRight?.number]).toEqual([['the time', 'observe', 'start'], 2]);
});

test('whether T has passed is asked before the look, so that the look begins after it', async () => {
  const { own, look, asked, now, id } = await unanswered({ state: 'absent' }, true);
  await own.askCancel(id, 'asked');
  expect(await look()).toBe(true);
  expect([asked, (await now()).state]).toEqual([['the time', 'cancel', 'observe'], 'closed']);
});

test('what the target does not know is neither absent nor ended: it is asked later', async () => {
  const { own, look, asked, now, id } = await unanswered({ state: 'unknown', why: 'the index is being rebuilt' }, true);
  expect(await look()).toBe(false);
  await own.askCancel(id, 'asked');
  expect(await look()).toBe(false);
  expect([asked, (await now()).state]).toEqual([['the time', 'observe', 'the time', 'cancel', 'observe'], 'starting']);
});
