import type { Clock } from '@srm/messaging';

/** Hears one key until it is closed. */
export interface Ear {
  /** The highest number that was rung. */
  readonly heard: number;
  /** True when it rang since the last call or rings within so many milliseconds. */
  next(milliseconds: number, signal?: AbortSignal): Promise<boolean>;
  close(): void;
}

/** Wakes who waits in this process. It says that something is there, never what (protocol 25). */
export interface Bell {
  ring(key: string, number: number): void;
  listen(key: string): Ear;
}

type Listener = { heard: number; rang: boolean; wake: () => void };

export function bell(clock: Clock): Bell {
  const listeners = new Map<string, Set<Listener>>();
  return {
    ring(key, number) {
      for (const listener of listeners.get(key) ?? []) {
        listener.heard = Math.max(listener.heard, number);
        listener.rang = true;
        listener.wake();
      }
    },
    listen(key) {
      const listener: Listener = { heard: 0, rang: false, wake: () => undefined };
      const all = listeners.get(key) ?? new Set();
      listeners.set(key, all.add(listener));
      return {
        get heard() {
          return listener.heard;
        },
        next: (milliseconds, signal) => rung(clock, listener, milliseconds, signal),
        close() {
          all.delete(listener);
          if (all.size === 0 && listeners.get(key) === all) listeners.delete(key);
        },
      };
    },
  };
}

async function rung(clock: Clock, listener: Listener, milliseconds: number, signal?: AbortSignal): Promise<boolean> {
  if (!listener.rang && signal?.aborted !== true) {
    const woken = new AbortController();
    listener.wake = () => woken.abort();
    await clock.sleep(milliseconds, signal === undefined ? woken.signal : AbortSignal.any([signal, woken.signal]));
    listener.wake = () => undefined;
  }
  const { rang } = listener;
  listener.rang = false;
  return rang;
}

/** How long a reader waits that knows that more was said than it can read yet: another instance stores it right now. */
const behind = 25;

type Until<T> = Readonly<{
  read: () => Promise<T>;
  done: (found: T) => boolean;
  number: (found: T) => number;
  limit: number;
  signal: AbortSignal;
}>;

/** Reads, and reads again when it rings, until it is done or the limit (milliseconds) is over; gives what it read last. */
export async function until<T>(clock: Clock, ear: Ear, { read, done, number, limit, signal }: Until<T>): Promise<T> {
  const end = clock.now() + limit;
  for (;;) {
    const found = await read();
    const rest = end - clock.now();
    if (done(found) || rest <= 0 || signal.aborted) return found;
    await ear.next(ear.heard > number(found) ? Math.min(behind, rest) : rest, signal);
  }
}
