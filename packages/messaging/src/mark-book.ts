import type { LogStore, Mark, Stream } from './log-store.ts';

/** The positions of groups: at once in memory, in the database with the next records or a little later. */
export function markBook(store: LogStore) {
  const known = new Map<string, Map<number, number>>();
  const unwritten = new Map<string, Mark>();
  const of = (group: string): Map<number, number> => {
    const marks = known.get(group) ?? new Map(store.marks(group));
    known.set(group, marks);
    return marks;
  };
  const set = (mark: Mark): void => {
    of(mark.group).set(mark.stream.id, mark.next);
    unwritten.set(`${mark.group}\u0000${mark.stream.id}`, mark);
  };
  return {
    next: (group: string, stream: Stream): number => of(group).get(stream.id) ?? 0,
    set,
    /** From now on the group is known in these streams: nothing there is dropped before it has read it. */
    know: (group: string, streams: readonly Stream[]): void =>
      streams.forEach((stream) => of(group).has(stream.id) || set({ group, stream, next: 0 })),
    waiting: (): readonly Mark[] => [...unwritten.values()],
    written: (marks: readonly Mark[]): void => {
      for (const mark of marks) {
        const place = `${mark.group}\u0000${mark.stream.id}`;
        if (unwritten.get(place) === mark) unwritten.delete(place);
      }
    },
  };
}
