import type { Clock } from '@srm/messaging';

/** Time that passes only when nothing else can happen: a macrotask after all that was due has run out, the next sleeper is woken. */
export type VirtualClock = Clock &
  Readonly<{
    stop: () => void;
    /** Nobody lives through this time. */
    leap: (milliseconds: number) => void;
    /** How many sleepers were woken so far. */
    woken: () => number;
  }>;

type Sleeper = { at: number; order: number; wake: () => void; over: boolean };

export function virtualClock(start: number): VirtualClock {
  let now = start;
  let stopped = false;
  let turning = false;
  let order = 0;
  let woken = 0;
  const sleepers: Sleeper[] = [];

  const turn = (): void => {
    turning = false;
    if (stopped) return;
    let first = soonest(sleepers);
    if (first === undefined) return;
    now = Math.max(now, first.at);
    for (; first !== undefined && first.at <= now; first = soonest(sleepers)) {
      woken += 1;
      first.wake();
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
    leap: (milliseconds) => void (now += milliseconds),
    woken: () => woken,
    stop: () => (stopped = true),
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true) return resolve();
        const sleeper: Sleeper = {
          at: now + Math.max(0, milliseconds),
          order: ++order,
          over: false,
          wake: () => {
            sleeper.over = true;
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        signal?.addEventListener('abort', sleeper.wake, { once: true });
        add(sleepers, sleeper);
        keepTurning();
      }),
  };
}

const before = (a: Sleeper, b: Sleeper): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

/** A heap: the one above is always before those below. */
function add(heap: Sleeper[], sleeper: Sleeper): void {
  let at = heap.push(sleeper) - 1;
  for (let above = (at - 1) >> 1; at > 0; above = (at - 1) >> 1) {
    const parent = heap[above];
    if (parent === undefined || before(parent, sleeper)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = sleeper;
}

/** The next that sleeps still; those that were woken before are dropped. */
function soonest(heap: Sleeper[]): Sleeper | undefined {
  while (heap[0]?.over === true) dropFirst(heap);
  return heap[0];
}

function dropFirst(heap: Sleeper[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = 2 * at + 1;
    const [a, b] = [heap[left], heap[left + 1]];
    const child = b !== undefined && a !== undefined && before(b, a) ? left + 1 : left;
    const below = heap[child];
    if (below === undefined || before(last, below)) break;
    heap[at] = below;
    at = child;
  }
  heap[at] = last;
}
