import type { Row } from './state.ts';

/** States met, by a 64-bit hash of their row, each with the state it came from and by which of its steps. */
export type Seen = Readonly<{
  /** The number of a state that is new, -1 of one that is known. */
  add: (row: Row, from: number, step: number) => number;
  /** Numbers of steps from the first state to this one. */
  way: (state: number) => readonly number[];
  size: () => number;
}>;

export function seen(): Seen {
  let capacity = 1 << 16;
  let slots = new Int32Array(capacity).fill(-1);
  let high = new Int32Array(capacity);
  let low = new Int32Array(capacity);
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
    from = more(from, new Int32Array(capacity));
    by = more(by, new Uint16Array(capacity));
    slots = new Int32Array(capacity).fill(-1);
    for (let one = 0; one < size; one++) place(one);
  };
  return {
    add: (row, before, step) => {
      let a = 0x9e3779b9;
      let b = 0x85ebca6b;
      for (const number of row) {
        a = Math.imul(a ^ number, 0x01000193);
        a ^= a >>> 15;
        b = Math.imul(b ^ (number + 0x7f4a7c15), 0xc2b2ae35);
        b ^= b >>> 13;
        b = Math.imul(b, 0x27d4eb2f);
        b ^= b >>> 16;
      }
      a |= 0;
      b |= 0;
      for (let slot = b & (capacity - 1); ; slot = (slot + 1) & (capacity - 1)) {
        const one = slots[slot] ?? -1;
        if (one === -1) break;
        if (low[one] === b && high[one] === a) return -1;
      }
      if (size * 2 >= capacity) grow();
      low[size] = b;
      high[size] = a;
      from[size] = before;
      by[size] = step;
      place(size);
      return size++;
    },
    way: (state) => {
      const steps: number[] = [];
      for (let one = state; one > 0; one = from[one] ?? 0) steps.unshift(by[one] ?? 0);
      return steps;
    },
    size: () => size,
  };
}
