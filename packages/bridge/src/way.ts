import type { Clock } from '@srm/messaging';

const shortest = 50;

/** What a loop remembers of one job while it carries it on. All of it may be lost at any time. */
export type Way = {
  /** Called when the job was seen running: it lasts. */
  seen: boolean;
  /** A start was called here, and nothing that was read since shows what became of it. */
  called: boolean;
  /** What a start threw that is no answer: the job is closed with it once the target is known not to have it. */
  trouble: string | null;
  logOffset: number;
  progress: Readonly<{ text: string; at: number }>;
  /** Waits, each time longer, at most `longest` milliseconds, or until poked. */
  rest: (longest: number) => Promise<void>;
  /** The next rest is short again. */
  moved: () => void;
  poke: () => void;
  /** Whether this long has passed since this start right was first seen here, by this process's own timers: no clock of others is believed. */
  ripe: (number: number, milliseconds: number) => boolean;
  end: () => void;
};

export const way = (clock: Clock, signal: AbortSignal): Way => {
  const over = new AbortController();
  let interval = shortest;
  let nap: AbortController | null = null;
  let poked = false;
  let watched: { number: number; ripe: boolean } | null = null;
  const poke = (): void => {
    poked = true;
    nap?.abort();
  };
  const stop = (): void => {
    over.abort();
    poke();
  };
  signal.addEventListener('abort', stop);
  return {
    seen: false,
    called: false,
    trouble: null,
    logOffset: 0,
    progress: { text: '', at: 0 },
    rest: async (longest) => {
      const time = Math.min(interval, longest);
      interval = Math.ceil(Math.min(interval * 1.5, longest));
      if (!poked && !signal.aborted) {
        nap = new AbortController();
        await clock.sleep(time, nap.signal);
        nap = null;
      }
      poked = false;
    },
    moved: () => void (interval = shortest),
    poke,
    ripe: (number, milliseconds) => {
      if (watched?.number === number) return watched.ripe;
      const watch = { number, ripe: milliseconds <= 0 };
      watched = watch;
      if (!watch.ripe) void clock.sleep(milliseconds, over.signal).then(() => (watch.ripe = !over.signal.aborted));
      return watch.ripe;
    },
    end: () => {
      over.abort();
      signal.removeEventListener('abort', stop);
    },
  };
};
