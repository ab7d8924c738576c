import { isFreer, type Turn } from './turns.ts';
import type { Budget, State } from './state.ts';

type Parts = Readonly<{ past: (id: number) => State['past']; budget: (id: number) => Budget; turn: (id: number) => Turn }>;
type Left = Readonly<{ past: number; budget: number; turn: number }>;

/** At most so many of each as of all together. */
export const mostOf = (budget: Budget, any: number): Budget =>
  Object.fromEntries(Object.entries(budget).map(([fault, n]) => [fault, Math.min(n, any)])) as Budget;

/** Whether all that can still happen by `other` can by `one`: of each fault at least as many are left, and all that may come again. */
export function covering({ past, budget, turn }: Parts): (one: Left, other: Left) => boolean {
  const known = new Map<number, boolean>();
  const once = (sort: 0 | 1, one: number, other: number, find: () => boolean): boolean => {
    const key = (one * 0x1000000 + other) * 2 + sort;
    const found = known.get(key) ?? find();
    known.set(key, found);
    return found;
  };
  const isMore = (one: number, other: number): boolean =>
    once(0, one, other, () => {
      const more = budget(one);
      return Object.entries(budget(other)).every(([fault, n]) => more[fault as keyof Budget] >= n);
    });
  const holds = (one: number, other: number): boolean =>
    once(1, one, other, () => {
      const more = past(one);
      return Object.entries(past(other)).every(([key, ids]) => ids.every((id) => more[key]?.includes(id) === true));
    });
  return (one, other) =>
    (one.turn === other.turn || isFreer(turn(one.turn), turn(other.turn))) &&
    (one.budget === other.budget || isMore(one.budget, other.budget)) &&
    (one.past === other.past || holds(one.past, other.past));
}
