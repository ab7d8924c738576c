import { setMaxListeners } from 'node:events';
import type { Clock, Log, Loop } from '@srm/messaging';
import type { Book } from './book.ts';
import { carry } from './carry.ts';
import type { Driver } from './driver.ts';
import type { Hub } from './hub.ts';
import { voice } from './voice.ts';
import { way, type Way } from './way.ts';

export type LoopParts = Readonly<{
  name: string;
  book: Book;
  hub: Hub;
  drivers: ReadonlyMap<string, Driver>;
  clock: Clock;
  newId: () => string;
  log: Log;
  pause: number;
}>;

/** Carries all open jobs of the book on, each by itself: a slow one holds up only itself. Nothing open: it waits for a wake. */
export const jobLoop = ({ hub, newId, ...parts }: LoopParts): Loop =>
  async function* (outer) {
    const stopped = new AbortController();
    const { signal } = stopped;
    setMaxListeners(0, signal);
    const stop = (): void => stopped.abort();
    outer.addEventListener('abort', stop);
    if (outer.aborted) stop();
    const { say, speak, close } = voice();
    const carrying = { ...parts, holder: newId(), say, signal };
    const ways = new Map<string, Way>();
    const carried = new Set<Promise<void>>();

    const take = (id: string): void => {
      const known = ways.get(id);
      if (known) return known.poke();
      if (signal.aborted) return;
      const own = way(parts.clock, signal);
      ways.set(id, own);
      const done: Promise<void> = carry(id, carrying, own).finally(() => {
        own.end();
        ways.delete(id);
        carried.delete(done);
      });
      carried.add(done);
    };
    const takeAll = async (): Promise<void> => {
      const waiting = way(parts.clock, signal);
      while (!signal.aborted) {
        try {
          await parts.book.prepare();
          (await parts.book.open()).forEach(take);
          break;
        } catch (error) {
          parts.log.warn({ error }, 'the book cannot be read; tried again');
          await waiting.rest(5000);
        }
      }
      waiting.end();
    };

    const deaf = hub.listen((id) => (id === null ? void takeAll() : take(id)));
    try {
      void takeAll();
      yield* speak(signal);
    } finally {
      deaf();
      stop();
      outer.removeEventListener('abort', stop);
      close();
      await Promise.allSettled(carried);
    }
  };
