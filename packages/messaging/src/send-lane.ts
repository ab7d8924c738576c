import { TransientError, sentence } from './errors.ts';

type Waiting<T> = Readonly<{ items: readonly T[]; done: () => void; failed: (error: unknown) => void }>;

/** One write at a time, in the order it was given; what comes meanwhile joins the next one, up to `most` bytes each.
 *  A write that throws rejects all that was in it with a TransientError: any part of it may be there. */
export function sendLane<T>(
  write: (items: readonly T[]) => Promise<void>,
  size: (item: T) => number,
  most: number,
): (items: readonly T[]) => Promise<void> {
  const waiting: Waiting<T>[] = [];
  let writing = false;
  const weigh = (items: readonly T[]): number => items.reduce((sum, item) => sum + size(item), 0);
  const taken = (): readonly Waiting<T>[] => {
    let bytes = 0;
    const end = waiting.findIndex(({ items }, n) => (bytes += weigh(items)) > most && n > 0);
    return waiting.splice(0, end === -1 ? waiting.length : end);
  };
  const run = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const group = taken();
      try {
        const items = group.flatMap((one) => one.items);
        for (const part of parts(items, size, most)) await write(part);
        group.forEach((one) => one.done());
      } catch (error) {
        const transient = error instanceof TransientError ? error : new TransientError(sentence(error), { cause: error });
        group.forEach((one) => one.failed(transient));
      }
    }
    writing = false;
  };
  return (items) =>
    new Promise((done, failed) => {
      waiting.push({ items, done, failed });
      if (!writing) void run();
    });
}

/** In order, each of at most so many bytes, or of one item. */
function parts<T>(items: readonly T[], size: (item: T) => number, most: number): readonly (readonly T[])[] {
  const all: T[][] = [];
  let bytes = Infinity;
  for (const item of items) {
    bytes += size(item);
    const last = all.at(-1);
    if (last === undefined || bytes > most) {
      all.push([item]);
      bytes = size(item);
    } else last.push(item);
  }
  return all;
}
