import type { Clock } from '@srm/messaging';
import { changesIn, type Changes } from './changes.ts';

/** Rings when something changes in one of the folders it is over. */
export function bellOver() {
  const watched = new Map<string, Changes>();
  let rang = false;
  let wake = (): void => undefined;
  const ring = (): void => {
    rang = true;
    wake();
  };
  return {
    over: (folders: readonly string[]): void => {
      const wanted = new Set(folders);
      for (const [folder, changes] of watched) {
        if (wanted.has(folder)) continue;
        changes.close();
        watched.delete(folder);
      }
      for (const folder of wanted) {
        if (watched.has(folder)) continue;
        const changes = changesIn(folder);
        changes.each(ring);
        watched.set(folder, changes);
        // It may have changed before it was watched.
        ring();
      }
    },
    /** Resolves when it rings, or has rung since it did the last time; after `most` milliseconds; when the signal aborts. */
    rung: async (clock: Clock, most: number, signal: AbortSignal): Promise<void> => {
      const woken = new AbortController();
      wake = () => woken.abort();
      if (!rang) await clock.sleep(most, AbortSignal.any([signal, woken.signal]));
      rang = false;
    },
    close: (): void => watched.forEach((changes) => changes.close()),
  };
}
