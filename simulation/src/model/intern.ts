/** Equal values share one number, so that states are short rows of numbers. */
export type Interner<T> = Readonly<{ id: (value: T) => number; of: (id: number) => T; size: () => number }>;

export function interner<T>(keyOf: (value: T) => string = JSON.stringify): Interner<T> {
  const ids = new Map<string, number>();
  const values: T[] = [];
  return {
    id: (value) => {
      const key = keyOf(value);
      const known = ids.get(key);
      if (known !== undefined) return known;
      values.push(value);
      ids.set(key, values.length - 1);
      return values.length - 1;
    },
    of: (id) => {
      const value = values[id];
      if (value === undefined) throw new Error(`nothing has the number ${id}`);
      return value;
    },
    size: () => values.length,
  };
}
