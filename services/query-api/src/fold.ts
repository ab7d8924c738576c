import type { Clock, Codec, Log } from '@srm/messaging';
import type { Envelope } from '@srm/schemas';
import type { SetAside } from '@srm/service';
import type { Bell } from './bell.ts';
import { foldOperation } from './fold-operation.ts';
import { foldOthers } from './fold-others.ts';
import { troubleWith } from './folded.ts';
import { rawAfter, recordOf } from './raw-events.ts';
import type { RawEvent, Stores } from './stores.ts';

const slice = 200;

export type Folding = Readonly<{
  /** Folds what is stored of a key and not yet in its views, until nothing is left or a number is missing.
   *  It reads from the view's position on: order of arrival, repeats, a second instance do not matter. */
  fold: (key: string) => Promise<void>;
  /** The keys whose views stand still. */
  setAside: () => readonly SetAside[];
}>;

type Parts = Readonly<{ stores: Stores; codec: Codec; bell: Bell; clock: Clock; log: Log }>;

export function folder({ stores, codec, bell, clock, log }: Parts): Folding {
  const operation = foldOperation(stores);
  const other = foldOthers(stores);
  const standing = new Map<string, SetAside>();
  const stands = (key: string, reason: string): void => {
    if (standing.get(key)?.reason === reason) return;
    standing.set(key, { what: key, reason, since: clock.now() });
    log.error({ key, reason }, `the view of ${key} stands still: ${reason}`);
  };
  const fold = async (key: string): Promise<void> => {
    const [kind = '', id = ''] = key.split('/');
    for (;;) {
      const view = await (kind === 'operation' ? operation(id) : other(key));
      const raws = await rawAfter(stores, key, view.number, slice);
      if (raws.length === 0) return;
      const { events, trouble: unread } = await readable(codec, raws);
      const folded = events.length === 0 ? { number: view.number, trouble: null } : await view.run(events);
      const trouble = folded.trouble ?? unread;
      if (trouble !== null) await view.freeze(folded.number, trouble);
      bell.ring(key, folded.number);
      if (trouble !== null) return stands(key, trouble);
      standing.delete(key);
    }
  };
  return { fold, setAside: () => [...standing.values()] };
}

type Readable = Readonly<{ events: readonly Envelope[]; trouble: string | null }>;

/** The events up to the first that cannot be read. */
async function readable(codec: Codec, raws: readonly RawEvent[]): Promise<Readable> {
  const events: Envelope[] = [];
  for (const raw of raws) {
    try {
      events.push(await codec.decode(recordOf(raw)));
    } catch (error) {
      if (error instanceof Error && error.name === 'TransientError') throw error;
      return { events, trouble: troubleWith(raw.number, raw.type, error) };
    }
  }
  return { events, trouble: null };
}
