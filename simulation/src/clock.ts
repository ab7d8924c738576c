import type { Clock } from '@srm/messaging';

/** Time that passes only when nothing else happens: when the event loop has had `calm` turns without activity, the next sleeper is woken. */
export type VirtualClock = Clock &
  Readonly<{ /** Something happened: time stands still a little longer. */ busy: () => void; stop: () => void }>;

const calm = 4;

export function virtualClock(start: number): VirtualClock {
  let now = start;
  let quiet = 0;
  let stopped = false;
  let turning = false;
  const sleepers = new Set<{ at: number; wake: () => void }>();

  const turn = (): void => {
    turning = false;
    if (stopped || sleepers.size === 0) return;
    quiet += 1;
    if (quiet > calm) {
      const soonest = Math.min(...[...sleepers].map((sleeper) => sleeper.at));
      now = Math.max(now, soonest);
      for (const sleeper of [...sleepers]) if (sleeper.at <= now) sleeper.wake();
      quiet = 0;
    }
    keepTurning();
  };
  const keepTurning = (): void => {
    if (turning || stopped) return;
    turning = true;
    setImmediate(turn);
  };

  return {
    now: () => now,
    busy: () => (quiet = 0),
    stop: () => (stopped = true),
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const sleeper = {
          at: now + Math.max(0, milliseconds),
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        signal?.addEventListener('abort', sleeper.wake, { once: true });
        sleepers.add(sleeper);
        keepTurning();
      }),
  };
}
