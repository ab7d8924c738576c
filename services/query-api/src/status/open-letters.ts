import type { DeadLetters } from '@srm/messaging';
import type { Stores } from '../stores.ts';

/** Dead letters that nobody has put back yet. */
export async function openLetters({ replayed }: Stores, all: readonly DeadLetters[]): Promise<readonly DeadLetters[]> {
  const open = all.map(async ({ topic, count, newest }): Promise<DeadLetters> => {
    const noted = await replayed.find({ _id: { $in: newest.map(({ origin }) => origin) } }).toArray();
    const back = new Set(noted.map(({ _id }) => _id));
    const left = newest.filter(({ origin }) => !back.has(origin));
    // What was put back long ago may have left the dead letter since.
    return { topic, count: Math.max(left.length, count - (await replayed.countDocuments({ topic }))), newest: left };
  });
  return (await Promise.all(open)).filter(({ count }) => count > 0);
}
