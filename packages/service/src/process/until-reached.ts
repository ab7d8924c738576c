import { backoff, isTransient, sentence, type Clock, type Log } from '@srm/messaging';

/** Asked to end while something was waited for. */
export class Ended extends Error {
  override readonly name = 'Ended';
}

export type Reaching = Readonly<{
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** What is waited for, and why; null: nothing. */
  waits: (text: string | null) => void;
}>;

/** Does it again for as long as what it needs is out of reach. Throws what is not transient; Ended as soon as the signal aborts. */
export async function untilReached<T>({ clock, log, signal, waits }: Reaching, what: string, work: () => Promise<T>): Promise<T> {
  waits(`${what} is not reached yet`);
  for (let failures = 1; ; failures += 1) {
    try {
      const done = await before(signal, work());
      waits(null);
      return done;
    } catch (error) {
      if (!isTransient(error)) throw error;
      waits(`${what}: ${sentence(error)}`);
      log.warn({ event: 'waiting', for: what, failures }, `${what} is waited for: ${sentence(error)}`);
      await clock.sleep(backoff(what, failures), signal);
    }
  }
}

/** What comes after the signal is not waited for: the process ends. */
function before<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new Ended());
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', end));
  });
}
