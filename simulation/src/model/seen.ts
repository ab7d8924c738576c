import type { Row } from './state.ts';

/** States met, by a 64-bit hash of where everything stands in them, each with what is left to happen, the state it came from and by which of its steps. */
export type Seen = Readonly<{
  /** The number of a state that is new; -1 - n of one from which nothing can come that does not come of the known state n. */
  add: (row: Row, from: number, step: number) => number;
  /** Whether one that was found since makes it needless. */
  isNeedless: (state: number) => boolean;
  /** Numbers of steps from the first state to this one. */
  way: (state: number) => readonly number[];
  budgetOf: (state: number) => number;
  size: () => number;
}>;

type Left = Readonly<{ past: number; budget: number; turn: number }>;

/** The first `standing` numbers of a row say where everything stands, the others what is left. `covers`: all that can still happen by `other` can by `one`. */
export function seen(standing: number, covers: (one: Left, other: Left) => boolean): Seen {
  let capacity = 1 << 16;
  let slots = new Int32Array(capacity).fill(-1);
  let high = new Int32Array(capacity);
  let low = new Int32Array(capacity);
  let past = new Int32Array(capacity);
  let budget = new Int32Array(capacity);
  let turn = new Uint16Array(capacity);
  let from = new Int32Array(capacity);
  let by = new Uint16Array(capacity);
  let size = 0;
  const place = (one: number): void => {
    let slot = (low[one] ?? 0) & (capacity - 1);
    while (slots[slot] !== -1) slot = (slot + 1) & (capacity - 1);
    slots[slot] = one;
  };
  const grow = (): void => {
    capacity *= 2;
    const more = <T extends Int32Array | Uint16Array>(old: T, made: T): T => (made.set(old), made);
    high = more(high, new Int32Array(capacity));
    low = more(low, new Int32Array(capacity));
    past = more(past, new Int32Array(capacity));
    budget = more(budget, new Int32Array(capacity));
    turn = more(turn, new Uint16Array(capacity));
    from = more(from, new Int32Array(capacity));
    by = more(by, new Uint16Array(capacity));
    slots = new Int32Array(capacity).fill(-1);
    for (let one = 0; one < size; one++) place(one);
  };
  const leftOf = (one: number): Left => ({ past: past[one] ?? 0, budget: budget[one] ?? 0, turn: turn[one] ?? 0 });
  const covering = (a: number, b: number, left: Left, but: number): number => {
    for (let slot = b & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
      const one = slots[slot] ?? -1;
      if (one === -1) return -1;
      if (one !== but && low[one] === b && high[one] === a && covers(leftOf(one), left)) return one;
    }
  };
  return {
    add: (row, before, step) => {
      let a = 0x9e3779b9;
      let b = 0x85ebca6b;
      for (let n = 0; n < standing; n++) {
        const number = row[n] ?? 0;
        a = Math.imul(a ^ number, 0x01000193);
        a ^= a >>> 15;
        b = Math.imul(b ^ (number + 0x7f4a7c15), 0xc2b2ae35);
        b ^= b >>> 13;
        b = Math.imul(b, 0x27d4eb2f);
        b ^= b >>> 16;
      }
      a |= 0;
      b |= 0;
      const left = { past: row[standing] ?? 0, budget: row[standing + 1] ?? 0, turn: row[standing + 2] ?? 0 };
      const known = covering(a, b, left, -1);
      if (known >= 0) return -1 - known;
      if (size * 2 >= capacity) grow();
      low[size] = b;
      high[size] = a;
      past[size] = left.past;
      budget[size] = left.budget;
      turn[size] = left.turn;
      from[size] = before;
      by[size] = step;
      place(size);
      return size++;
    },
    isNeedless: (state) => covering(high[state] ?? 0, low[state] ?? 0, leftOf(state), state) >= 0,
    budgetOf: (state) => budget[state] ?? 0,
    way: (state) => {
      const steps: number[] = [];
      for (let one = state; one > 0; one = from[one] ?? 0) steps.unshift(by[one] ?? 0);
      return steps;
    },
    size: () => size,
  };
}
