import { partialSql } from './create-index.ts';
import type { Database, Value } from './database.ts';
import type { Filter, FindOptions } from './documents.ts';
import { Refused } from './errors.ts';
import { predicate, termsOf, type Term } from './filter.ts';
import { decode, isText, type Json } from './json.ts';
import { valueSql } from './names.ts';
import { narrow } from './narrow.ts';
import { queryOf } from './query.ts';
import type { Shelf } from './shelf.ts';

/** A filter, ready to be asked: the rows that SQL finds, and whether each still has to be judged. */
export type Search = Readonly<{ where: string; values: readonly Value[]; judge: ((document: Json) => boolean) | null }>;

/** The _id where a filter asks for that alone. */
export function idIn(filter: Filter): string | null {
  for (const key in filter) if (key !== '_id') return null;
  return isText(filter['_id']) ? filter['_id'] : null;
}

export function searchOf(shelf: Shelf, filter: Filter): Search {
  const id = idIn(filter);
  if (id !== null) return { where: 'id = ?', values: [id], judge: null };
  const terms = termsOf(filter);
  const { where, values, exact } = narrow(terms, (path) => shelf.arrays.get(path) === false);
  const partial = [...shelf.indexes.values()].flatMap((index) => (impliesPartial(terms, index.partial) ? [partialSql(index) ?? '1'] : []));
  return { where: [where, ...partial].join(' AND '), values, judge: exact ? null : predicate(filter, terms) };
}

/** SQLite uses a partial index only where the question repeats the index's own words. */
function impliesPartial(terms: readonly Term[], partial: Filter | null): boolean {
  if (partial === null) return false;
  return termsOf(partial).every((needed) => needed.sort === 'field' && terms.some((term) => implies(term, needed)));
}

function implies(term: Term, needed: Extract<Term, { sort: 'field' }>): boolean {
  if (term.sort !== 'field' || term.path !== needed.path) return false;
  if (JSON.stringify(term) === JSON.stringify(needed)) return true;
  if (needed.operator === '$exists' && ['$gt', '$gte', '$lt', '$lte'].includes(term.operator)) return true;
  const values: unknown = term.operator === '$eq' ? [term.value] : term.operator === '$in' ? term.value : [];
  if (!Array.isArray(values) || values.length === 0 || values.some((value) => typeof value === 'object')) return false;
  const query = queryOf({ value: { [needed.operator]: needed.value } });
  return values.every((value: unknown) => query.test({ value }));
}

const firstPage = 100;

/** The documents, or as many as are wanted, in the order of the options. */
export function find(db: Database, shelf: Shelf, filter: Filter, options: FindOptions = {}): Json[] {
  const search = searchOf(shelf, filter);
  const skip = whole(options.skip, 'skip');
  const limit = whole(options.limit, 'limit');
  const found = limit === 0 && skip === 0 ? rows(db, shelf, search, options, null) : page(db, shelf, search, options, skip, limit);
  return options.projection === undefined ? found : project(found, options.projection);
}

function page(db: Database, shelf: Shelf, search: Search, options: FindOptions, skip: number, limit: number): Json[] {
  if (search.judge === null) return rows(db, shelf, search, options, [limit === 0 ? -1 : limit, skip]);
  const wanted = limit === 0 ? Infinity : skip + limit;
  const found: Json[] = [];
  let size = limit === 0 ? -1 : Math.max(firstPage, wanted);
  for (let offset = 0; found.length < wanted; offset += size, size *= 4) {
    const { judged, read } = judgedRows(db, shelf, search, options, [size, offset]);
    found.push(...judged);
    if (size < 0 || read < size) break;
  }
  return found.slice(skip, wanted);
}

type Window = readonly [limit: number, offset: number] | null;

const rows = (db: Database, shelf: Shelf, search: Search, options: FindOptions, window: Window): Json[] =>
  judgedRows(db, shelf, search, options, window).judged;

function judgedRows(db: Database, shelf: Shelf, search: Search, options: FindOptions, window: Window): { judged: Json[]; read: number } {
  const order = options.sort === undefined ? '' : orderBy(shelf, options.sort);
  const sql = `SELECT json FROM ${shelf.table} WHERE ${search.where}${order}${window === null ? '' : ' LIMIT ? OFFSET ?'}`;
  const documents = db.column(sql, window === null ? search.values : [...search.values, ...window]).map((text) => decode(String(text)));
  return { judged: search.judge === null ? documents : documents.filter(search.judge), read: documents.length };
}

/** Ties go by age, in the direction that the index has them. */
export function orderBy(shelf: Shelf, sort: Record<string, 1 | -1>): string {
  const keys = Object.entries(sort);
  if (keys.length === 0) return '';
  const columns = keys.map(([path, direction]) => {
    if (direction !== 1 && direction !== -1) throw new Refused(`the direction of ${path} is 1 or -1`);
    return `${valueSql(path)} ${direction === 1 ? 'ASC' : 'DESC'}`;
  });
  const [path, direction] = keys.at(-1) ?? [];
  const indexed = [...shelf.indexes.values()].flatMap((index) => index.keys).find(([key]) => key === path);
  return ` ORDER BY ${columns.join(', ')}, rowid ${direction === (indexed?.[1] ?? 1) ? 'ASC' : 'DESC'}`;
}

function whole(value: number | undefined, name: string): number {
  if (value !== undefined && (!Number.isSafeInteger(value) || value < 0)) throw new Refused(`${name} is a whole number from 0 on`);
  return value ?? 0;
}

const project = (documents: Json[], projection: Record<string, 0 | 1>): Json[] => queryOf({}).find<Json>(documents, projection).all();

/** The first that fits, with its text as it is stored. */
export function first(db: Database, shelf: Shelf, filter: Filter): { text: string; document: Json } | null {
  const search = searchOf(shelf, filter);
  const text = db.first(`SELECT json FROM ${shelf.table} WHERE ${search.where} LIMIT 1`, search.values);
  if (text === undefined) return null;
  const document = decode(String(text));
  if (search.judge === null || search.judge(document)) return { text: String(text), document };
  const later = find(db, shelf, filter, { limit: 1 })[0];
  return later === undefined ? null : { text: JSON.stringify(later), document: later };
}

export function count(db: Database, shelf: Shelf, filter: Filter): number {
  const search = searchOf(shelf, filter);
  if (search.judge !== null) return rows(db, shelf, search, {}, null).length;
  return Number(db.first(`SELECT count(*) FROM ${shelf.table} WHERE ${search.where}`, search.values));
}
