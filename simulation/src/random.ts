/** One source of chance from a seed (mulberry32): the same seed, the same draws. */
export type Chance = Readonly<{
  /** 0 ≤ x < 1 */
  next: () => number;
  below: (limit: number) => number;
  is: (probability: number) => boolean;
  of: <T>(some: readonly T[]) => T;
}>;

export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    is: (probability) => next() < probability,
    of: (some) => {
      const one = some[below(some.length)];
      if (one === undefined) throw new Error('nothing to choose from');
      return one;
    },
  };
}
