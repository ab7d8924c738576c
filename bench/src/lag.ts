import type { Documents } from '@srm/documents';
import { headerOf, type Bus, type BusRecord } from '@srm/messaging';
import { topics } from '@srm/schemas';
import { calling } from './calls.ts';

/** One event of an operation, in milliseconds. */
export type Lag = Readonly<{
  /** When the view showed it, by this process's clock. */
  at: number;
  /** From its publishing until it was acknowledged. */
  commit: number;
  /** From its acknowledgement until the view of the operation shows it. */
  lag: number;
  /** From its publishing until then. */
  whole: number;
}>;

export type Lags = Readonly<{
  around: Readonly<{ bus: (bus: Bus) => Bus; documents: (documents: Documents) => Documents }>;
  /** What came since the last call. */
  taken: () => readonly Lag[];
}>;

type Said = { readonly number: number; readonly start: number; done: number };

const prefix = 'operation/';

/** Hears every event of an operation when it is said for the first time, and every write of the operation's view, which comes last (protocol 23). */
export function lags(): Lags {
  const waiting = new Map<string, Said[]>();
  const highest = new Map<string, number>();
  let found: Lag[] = [];
  const noted = (record: BusRecord): readonly Said[] => {
    const number = Number(headerOf(record, 'ce_sequence') ?? '0');
    if (record.topic !== topics.events.name || !record.key.startsWith(prefix) || number <= (highest.get(record.key) ?? 0)) return [];
    highest.set(record.key, number);
    const one: Said = { number, start: performance.now(), done: Infinity };
    const all = waiting.get(record.key);
    if (all === undefined) waiting.set(record.key, [one]);
    else all.push(one);
    return [one];
  };
  const shown = (key: string, number: number): void => {
    const at = performance.now();
    const all = waiting.get(key) ?? [];
    const later = all.filter((one) => one.number > number);
    for (const { start, done } of all.slice(0, all.length - later.length))
      found.push({ at, commit: Math.min(done, at) - start, lag: Math.max(0, at - done), whole: at - start });
    if (later.length > 0) waiting.set(key, later);
    else waiting.delete(key);
  };
  return {
    around: {
      bus: (bus) => ({
        publish: async (records) => {
          const said = records.flatMap(noted);
          await bus.publish(records);
          const done = performance.now();
          for (const one of said) one.done = done;
        },
        subscribe: (options) => bus.subscribe(options),
        close: () => bus.close(),
      }),
      documents: calling(async (collection, work, document) => {
        const result = await work();
        if (collection === 'operations' && document !== undefined && '_id' in document && 'number' in document)
          shown(`${prefix}${String(document._id)}`, Number(document.number));
        return result;
      }),
    },
    taken: () => {
      const all = found;
      found = [];
      return all;
    },
  };
}
