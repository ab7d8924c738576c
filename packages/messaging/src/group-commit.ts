import { sentence, TransientError } from './errors.ts';

type Waiting<T> = Readonly<{ items: readonly T[]; done: () => void; failed: (error: unknown) => void }>;

/** What is given in the same turn of the event loop is written at once and resolves together; what comes meanwhile joins the next write.
 *  A write that throws rejects all that was in it with a TransientError. */
export function groupCommit<T>(write: (items: readonly T[]) => void): (items: readonly T[]) => Promise<void> {
  let waiting: Waiting<T>[] = [];
  const flush = (): void => {
    const group = waiting;
    waiting = [];
    try {
      write(group.flatMap((one) => one.items));
    } catch (error) {
      group.forEach((one) => one.failed(new TransientError(`the log could not be written: ${sentence(error)}`, { cause: error })));
      return;
    }
    group.forEach((one) => one.done());
  };
  return (items) =>
    new Promise((done, failed) => {
      waiting.push({ items, done, failed });
      if (waiting.length === 1) setImmediate(flush);
    });
}
