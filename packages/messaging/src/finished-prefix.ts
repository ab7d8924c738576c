/** Of positions in order: where everything up to and with it is done. `done` answers the new end of the prefix, or null where it did not grow. */
export function finishedPrefix(positions: readonly number[]): Readonly<{ done: (position: number) => number | null }> {
  const finished = new Set<number>();
  let length = 0;
  return {
    done: (position) => {
      finished.add(position);
      const before = length;
      for (let at = positions[length]; at !== undefined && finished.has(at); at = positions[length]) length += 1;
      return length > before ? (positions[length - 1] ?? null) : null;
    },
  };
}
