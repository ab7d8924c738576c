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
  return {
    next: (group: string, stream: Stream): number => of(group).get(stream.id) ?? 0,
    set: (mark: Mark): void => {
      of(mark.group).set(mark.stream.id, mark.next);
      unwritten.set(`${mark.group}\u0000${mark.stream.id}`, mark);
    },
    waiting: (): readonly Mark[] => [...unwritten.values()],
    written: (marks: readonly Mark[]): void => {
      for (const mark of marks) {
        const place = `${mark.group}\u0000${mark.stream.id}`;
        if (unwritten.get(place) === mark) unwritten.delete(place);
      }
    },
  };
}
