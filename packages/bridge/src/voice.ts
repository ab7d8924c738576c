import type { Outgoing } from '@srm/messaging';

type Waiting = Readonly<{ batch: readonly Outgoing[]; said: () => void; lost: (error: Error) => void }>;

/** Many that speak, one that yields: what is said while a batch is being published goes together with the next. */
export type Voice = Readonly<{
  /** Resolves when it is published; rejects when the voice is closed before. */
  say: (batch: readonly Outgoing[]) => Promise<void>;
  /** Yields until the signal aborts. */
  speak: (signal: AbortSignal) => AsyncGenerator<readonly Outgoing[]>;
  close: () => void;
}>;

export const voice = (): Voice => {
  let waiting: Waiting[] = [];
  let closed = false;
  let wake = (): void => undefined;
  const something = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (waiting.length > 0 || signal.aborted) return resolve();
      const done = (): void => (signal.removeEventListener('abort', done), resolve());
      signal.addEventListener('abort', done);
      wake = done;
    });
  return {
    say: (batch) =>
      new Promise((said, lost) => {
        if (closed) return lost(new Error('the loop has ended'));
        waiting.push({ batch, said, lost });
        wake();
      }),
    speak: async function* (signal) {
      while (!signal.aborted) {
        await something(signal);
        const now = waiting;
        waiting = [];
        if (now.length === 0) continue;
        let published = false;
        try {
          yield now.flatMap(({ batch }) => batch);
          published = true;
        } finally {
          now.forEach(({ said, lost }) => (published ? said() : lost(new Error('the loop has ended'))));
        }
      }
    },
    close: () => {
      closed = true;
      waiting.forEach(({ lost }) => lost(new Error('the loop has ended')));
      waiting = [];
    },
  };
};
