import type { Outgoing } from '@srm/messaging';
import { whyNot } from './bounds.ts';

type Waiting = Readonly<{ batch: readonly Outgoing[]; said: () => void; lost: (error: Error) => void }>;

/** Many that speak, one that yields: what is said while a batch is being published goes together with the next. */
export type Voice = Readonly<{
  /** Resolves when it is published; rejects when the voice is closed before, and at once where one of it cannot be encoded: what others say must not be lost with it. */
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
        const wrong = unsaid(batch);
        if (wrong !== null) return lost(new Error(wrong));
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

const unsaid = (batch: readonly Outgoing[]): string | null => {
  for (const one of batch) {
    const why = 'message' in one ? whyNot(one.message) : null;
    if (why !== null) return why;
  }
  return null;
};
