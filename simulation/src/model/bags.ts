import type { Interner } from './intern.ts';
import type { Note } from './replay.ts';

/** What waits for a handler: of each job in the order in which it was said, otherwise in any order. */
export type Bag = readonly number[];

type Notes = Pick<Interner<Note>, 'of'>;

/** Who says reports of one job says them one after the other; who else says something is bound by nothing. */
const streamOf = (notes: Notes, id: number): string => {
  const { job } = notes.of(id).data;
  return typeof job === 'string' ? job : String(id);
};

const numberOf = (notes: Notes, id: number): number => {
  const { job, number } = notes.of(id).data;
  return typeof job === 'string' ? Number(number) : Infinity;
};

/** A report behind one of its job that has its number, or a higher one, comes to nothing: it is judged after that. */
const isBehind = (notes: Notes, id: number, first: number): boolean =>
  streamOf(notes, id) === streamOf(notes, first) && numberOf(notes, id) <= numberOf(notes, first) && numberOf(notes, id) < Infinity;

export function said(notes: Notes, bag: Bag, id: number): Bag {
  if (bag.some((other) => isBehind(notes, id, other))) return bag;
  const stream = streamOf(notes, id);
  const after = bag.findIndex((other) => streamOf(notes, other) > stream);
  return bag.toSpliced(after === -1 ? bag.length : after, 0, id);
}

/** What was handed over and not resolved comes first again. */
export const handedBack = (notes: Notes, bag: Bag, ids: readonly number[]): Bag =>
  ids.toReversed().reduce<Bag>((all, id) => {
    const after = all.filter((other) => !isBehind(notes, other, id));
    const stream = streamOf(notes, id);
    const before = after.findIndex((other) => streamOf(notes, other) >= stream);
    return after.toSpliced(before === -1 ? after.length : before, 0, id);
  }, bag);

/** The first of each stream. */
export const firstOf = (notes: Notes, bag: Bag): Bag => {
  const streams = bag.map((id) => streamOf(notes, id));
  return bag.filter((_, n) => streams[n - 1] !== streams[n]);
};
