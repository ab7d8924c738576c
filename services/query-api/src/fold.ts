import { isTransient, sentence, type Clock, type Codec, type Log } from '@srm/messaging';
import type { Envelope } from '@srm/schemas';
import type { SetAside } from '@srm/service';
import type { Bell } from './bell.ts';
import { foldOperation } from './fold-operation.ts';
import { foldOthers } from './fold-others.ts';
import { troubleWith, type Fold, type Folded } from './folded.ts';
import { putNewer } from './put.ts';
import { following, recordOf } from './raw-events.ts';
import type { Gap, RawEvent, Stores } from './stores.ts';

const slice = 200;
/** Milliseconds that a number may be missing without anybody being told. */
const usualGap = 60_000;

export type Folding = Readonly<{
  /** Folds what is stored of a key and not yet in its views, until nothing is left or a number is missing.
   *  It reads from the view's position on: order of arrival, repeats, a second instance do not matter. */
  fold: (key: string) => Promise<void>;
  /** Looks at the keys of which a number is missing: labels the views that have waited for it too long (protocol 24). */
  lookAtGaps: () => Promise<void>;
  /** The keys whose views stand still. */
  setAside: () => readonly SetAside[];
}>;

type Parts = Readonly<{
  stores: Stores;
  codec: Codec;
  bell: Bell;
  clock: Clock;
  log: Log;
  /** Told what has just been folded. */
  told?: (key: string, events: readonly Envelope[]) => Promise<void>;
}>;

export function folder({ stores, codec, bell, clock, log, told }: Parts): Folding {
  const operation = foldOperation(stores);
  const other = foldOthers(stores);
  const standing = new Map<string, SetAside>();
  const stands = (key: string, reason: string): void => {
    if (standing.get(key)?.reason === reason) return;
    standing.set(key, { what: key, reason, since: clock.now() });
    log.error({ key, reason }, `the view of ${key} stands still: ${reason}`);
  };
  const read = (key: string): Promise<Fold> => {
    const [kind = '', id = ''] = key.split('/');
    return kind === 'operation' ? operation(id) : other(key);
  };
  const fold = async (key: string): Promise<void> => {
    for (;;) {
      const view = await read(key);
      const { raws, gap } = await following(stores, key, view.number, slice);
      if (raws.length === 0) return gap ? noteGap(stores, key, view.number + 1, clock) : undefined;
      const { events, trouble: unread } = await readable(codec, raws);
      const folded = await run(view, events);
      const fresh = events.filter(({ sequence }) => (sequence ?? 0) <= folded.number);
      await told?.(key, fresh).catch((error: unknown) => log.warn({ key, err: error }, 'what has ended could not be counted'));
      const trouble = folded.trouble ?? unread;
      if (trouble !== null) await view.freeze(folded.number, trouble);
      bell.ring(key, folded.number);
      if (trouble !== null) return stands(key, trouble);
      standing.delete(key);
    }
  };
  const lookAt = async ({ _id: key, number, since }: Gap): Promise<void> => {
    await fold(key);
    const view = await read(key);
    if (view.number >= number) return void (await stores.gaps.deleteOne({ _id: key, number }));
    if (clock.now() - Date.parse(since) < usualGap) return;
    const reason = `waits for event ${number} since ${since}`;
    if (standing.get(key)?.reason === reason) return;
    await view.freeze(view.number, reason);
    bell.ring(key, view.number);
    stands(key, reason);
  };
  const lookAtGaps = async (): Promise<void> => {
    for (const gap of await stores.gaps.find({}).toArray()) await lookAt(gap);
  };
  return { fold, lookAtGaps, setAside: () => [...standing.values()] };
}

/** What is no passing trouble is the view's: the events are all there, and it can be folded again. */
async function run(view: Fold, events: readonly Envelope[]): Promise<Folded> {
  if (events.length === 0) return { number: view.number, trouble: null };
  try {
    return await view.run(events);
  } catch (error) {
    if (isTransient(error)) throw error;
    return { number: view.number, trouble: `the events after ${view.number} cannot be folded: ${sentence(error)}` };
  }
}

/** Kept, so that the next process knows since when. */
async function noteGap({ gaps }: Stores, key: string, number: number, clock: Clock): Promise<void> {
  const known = await gaps.findOne({ _id: key });
  if (known?.number !== number) await putNewer(gaps, { _id: key, number, since: new Date(clock.now()).toISOString() }, known !== null);
}

type Readable = Readonly<{ events: readonly Envelope[]; trouble: string | null }>;

/** The events up to the first that cannot be read. */
async function readable(codec: Codec, raws: readonly RawEvent[]): Promise<Readable> {
  const events: Envelope[] = [];
  for (const raw of raws) {
    try {
      events.push(await codec.decode(recordOf(raw)));
    } catch (error) {
      if (isTransient(error)) throw error;
      return { events, trouble: troubleWith(raw.number, raw.type, error) };
    }
  }
  return { events, trouble: null };
}
