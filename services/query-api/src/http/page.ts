import type { Collection, Filter } from '@srm/documents';
import type { Answer, Request } from '@srm/service';
import { invalid } from './problem.ts';
import { cursorOf, queryOf, type Query } from './query.ts';

type List<T extends { _id: string }> = Readonly<{
  name: string;
  collection: Collection<T>;
  /** Sorted by `place`, newest first, or by `_id`. */
  by: 'place' | '_id';
  placeOf: (found: T) => string;
  filter: (query: Query) => Filter;
  present: (found: T) => object;
}>;

const usual = 50;
const most = 200;

/** A page of a list: `{ items, next }`. */
export async function page<T extends { _id: string }>(request: Request, list: List<T>): Promise<Answer> {
  const query = queryOf(request);
  const wanted = list.filter(query);
  const limit = query.whole('limit', { least: 1, most }) ?? usual;
  const cursor = query.cursor(list.name);
  query.nothingElse();
  if (query.errors.length > 0) return invalid(query.errors, 400);
  const past = cursor === null ? {} : { [list.by]: list.by === 'place' ? { $lt: cursor } : { $gt: cursor } };
  const sort = { [list.by]: list.by === 'place' ? -1 : 1 } as const;
  const found = await list.collection.find({ ...wanted, ...past }, { sort, limit: limit + 1 }).toArray();
  const { shown, next } = cut(found, limit, list);
  return { status: 200, json: { items: shown.map(list.present), next } };
}

/** Of one more than a page holds: the page, and the cursor of the next one where there is any. */
export function cut<T>(found: readonly T[], limit: number, { name, placeOf }: Readonly<{ name: string; placeOf: (found: T) => string }>) {
  const shown = found.slice(0, limit);
  const last = found.length > limit ? shown.at(-1) : undefined;
  return { shown, next: last === undefined ? null : cursorOf(name, placeOf(last)) };
}

/** The filters that are given, each for the field of its name. */
export const equal = (values: Readonly<Record<string, string | null>>): Filter =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
