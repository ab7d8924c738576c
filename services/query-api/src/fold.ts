import { TransientError, type Codec, type Log } from '@srm/messaging';
import type { Envelope } from '@srm/schemas';
import type { Bell } from './bell.ts';
import { foldOperation } from './fold-operation.ts';
import { foldOthers } from './fold-others.ts';
import { troubleWith } from './folded.ts';
import { rawAfter, recordOf } from './raw-events.ts';
import type { RawEvent, Stores } from './stores.ts';

const slice = 200;

/** Folds what is stored of a key and not yet in its views, until nothing is left or a number is missing.
 *  It reads from the view's position on: order of arrival, repeats, a second instance do not matter. */
export const folder = (stores: Stores, codec: Codec, bell: Bell, log: Log): ((key: string) => Promise<void>) => {
  const operation = foldOperation(stores);
  const other = foldOthers(stores);
  return async (key) => {
    const [kind = '', id = ''] = key.split('/');
    for (;;) {
      const fold = await (kind === 'operation' ? operation(id) : other(key));
      const raws = await rawAfter(stores, key, fold.number, slice);
      if (raws.length === 0) return;
      const { events, trouble: unread } = await readable(codec, raws);
      const folded = events.length === 0 ? { number: fold.number, trouble: null } : await fold.run(events);
      const trouble = folded.trouble ?? unread;
      if (trouble !== null) {
        await fold.freeze(folded.number, trouble);
        log.error({ key, trouble }, 'a view stands still');
      }
      bell.ring(key, folded.number);
      if (trouble !== null) return;
    }
  };
};

type Readable = Readonly<{ events: readonly Envelope[]; trouble: string | null }>;

/** The events up to the first that cannot be read. */
async function readable(codec: Codec, raws: readonly RawEvent[]): Promise<Readable> {
  const events: Envelope[] = [];
  for (const raw of raws) {
    try {
      events.push(await codec.decode(recordOf(raw)));
    } catch (error) {
      if (error instanceof TransientError) throw error;
      return { events, trouble: troubleWith(raw.number, raw.type, error) };
    }
  }
  return { events, trouble: null };
}
