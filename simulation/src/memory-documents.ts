import type { Collection, Documents, Filter, FindOptions, Update } from '@srm/documents';
import { DuplicateKey, idOf, predicate, Refused, termsOf, updaterOf, type Json, type Term } from '@srm/documents/parts';
import { frozenCopy, same, thawed } from './frozen-copy.ts';
import { memoryShelf, valueAt, type Row, type Shelf } from './memory-shelf.ts';

/** Documents in plain memory. What is given is frozen, as it was at this moment: whoever would change it throws. Nothing waits for anything. */
export function memoryDocuments(): Documents {
  const shelves = new Map<string, Shelf>();
  return {
    collection: <T extends { _id: string }>(name: string): Collection<T> => {
      const shelf = shelves.get(name) ?? memoryShelf(name, (filter) => searchOf({ ...filter }).fits);
      shelves.set(name, shelf);
      return collectionOf<T>(shelf);
    },
  };
}

type Search = Readonly<{ terms: readonly Term[]; fits: (document: Json) => boolean }>;

function searchOf(filter: Filter): Search {
  const terms = termsOf(filter);
  let slowly: ((document: Json) => boolean) | undefined;
  return {
    terms,
    fits: (document) => {
      for (const term of terms) {
        const known = fitsPlain(document, term);
        if (known === undefined) return (slowly ??= predicate(filter, terms))(document);
        if (!known) return false;
      }
      return true;
    },
  };
}

const sortOf = (value: unknown): string => (value === null || value === undefined ? 'null' : typeof value);

/** Comparisons of plain values; undefined: it takes more to know. */
function fitsPlain(document: Json, term: Term): boolean | undefined {
  if (term.sort !== 'field') return undefined;
  const found = valueAt(document, term.path);
  if (sortOf(found) === 'object') return undefined;
  const { operator, value } = term;
  switch (operator) {
    case '$eq':
      return sortOf(value) === 'object' ? undefined : (found ?? null) === value;
    case '$ne':
      return sortOf(value) === 'object' ? undefined : (found ?? null) !== value;
    case '$in':
      return Array.isArray(value) && value.every((one) => sortOf(one) !== 'object') ? value.includes(found ?? null) : undefined;
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return compared(operator, found, value);
    default:
      return undefined;
  }
}

function compared(operator: '$gt' | '$gte' | '$lt' | '$lte', found: unknown, value: unknown): boolean | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  if (typeof found !== typeof value) return false;
  const order = order2(found, value);
  return operator === '$gt' ? order > 0 : operator === '$gte' ? order >= 0 : operator === '$lt' ? order < 0 : order <= 0;
}

const ranks = ['null', 'number', 'string', 'object', 'list', 'false', 'true'];
const rankOf = (value: unknown): number =>
  ranks.indexOf(Array.isArray(value) ? 'list' : typeof value === 'boolean' ? String(value) : sortOf(value));

function order2(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  return rankOf(a) - rankOf(b);
}

function rowsOf(shelf: Shelf, { terms, fits }: Search): Row[] {
  const found: Row[] = [];
  for (const row of candidates(shelf, terms)) if (fits(row.value)) found.push(row);
  return found.sort((a, b) => a.age - b.age);
}

function candidates(shelf: Shelf, terms: readonly Term[]): Iterable<Row> {
  const at = (id: unknown): readonly Row[] => {
    const row = typeof id === 'string' ? shelf.rows.get(id) : undefined;
    return row === undefined ? [] : [row];
  };
  for (const term of terms) {
    if (term.sort !== 'field') continue;
    if (term.path === '_id' && term.operator === '$eq') return at(term.value);
    if (term.path === '_id' && term.operator === '$in' && Array.isArray(term.value)) return [...new Set(term.value)].flatMap(at);
  }
  for (const term of terms)
    if (term.sort === 'field' && term.operator === '$eq') {
      const some = shelf.having(term.path, term.value);
      if (some !== undefined) return some;
    }
  return shelf.rows.values();
}

function found(shelf: Shelf, filter: Filter, options: FindOptions = {}): Json[] {
  const rows = rowsOf(shelf, searchOf(filter));
  const sort = Object.entries(options.sort ?? {});
  if (sort.length > 0)
    rows.sort((a, b) => {
      for (const [path, direction] of sort) {
        const order = order2(valueAt(a.value, path), valueAt(b.value, path));
        if (order !== 0) return order * direction;
      }
      return a.age - b.age;
    });
  const skip = options.skip ?? 0;
  const wanted = options.limit ? rows.slice(skip, skip + options.limit) : rows.slice(skip);
  const { projection } = options;
  return wanted.map(({ value }) => (projection === undefined ? value : projected(thawed(value), projection)));
}

function projected(document: Json, projection: Record<string, 0 | 1>): Json {
  const taken = Object.entries(projection).filter(([, takes]) => takes === 1);
  const left = Object.entries(projection).filter(([, takes]) => takes === 0);
  const made: Json = {};
  if (taken.length > 0 && projection['_id'] !== 0) made['_id'] = document['_id'];
  const kept = taken.flatMap(([path]) => (valueAt(document, path) === undefined ? [] : [[path, valueAt(document, path)] as const]));
  if (kept.length > 0) updaterOf({ $set: Object.fromEntries(kept) })(made, true);
  if (taken.length > 0) return made;
  updaterOf({ $unset: Object.fromEntries(left.map(([path]) => [path, ''])) })(document, false);
  return document;
}

const written = (matchedCount: number, modifiedCount: number) => ({ acknowledged: true, matchedCount, modifiedCount });

function change(shelf: Shelf, row: Row, update: (document: Json, inserting: boolean) => void): boolean {
  const document = thawed(row.value);
  update(document, false);
  if (document['_id'] !== row.id) throw new Refused('the _id of a document cannot be changed', 66);
  return replace(shelf, row, document);
}

function replace(shelf: Shelf, row: Row, document: object): boolean {
  const value = frozenCopy(document);
  if (same(value, row.value)) return false;
  shelf.put(row.id, value);
  return true;
}

function insert(shelf: Shelf, document: object): string {
  const id = idOf(document);
  if (shelf.rows.has(id)) throw duplicate(id);
  shelf.put(id, frozenCopy(document));
  return id;
}

const duplicate = (id: string): Error => new DuplicateKey(`E11000 duplicate key error index: _id_, document ${JSON.stringify(id)}`);

/** What an upsert begins with: the plain equalities of the filter. */
function seedOf(filter: Filter): Json {
  const equal = termsOf(filter).flatMap((term) =>
    term.sort === 'field' && term.operator === '$eq' ? [[term.path, term.value] as const] : [],
  );
  const seed: Json = {};
  if (equal.length > 0) updaterOf({ $set: Object.fromEntries(equal) })(seed, true);
  return seed;
}

/** JSON in, JSON out: that a document of a collection is a T is its writer's promise. */
function collectionOf<T extends { _id: string }>(shelf: Shelf): Collection<T> {
  const first = (filter: Filter): Row | undefined => rowsOf(shelf, searchOf(filter))[0];
  const upserted = (filter: Filter, update: Update): object => {
    const seed = seedOf(filter);
    updaterOf(update)(seed, true);
    return seed;
  };
  return {
    findOne: async (filter, options) => (found(shelf, filter, { ...options, limit: 1 })[0] ?? null) as T | null,
    find: (filter, options) => ({ toArray: async () => found(shelf, filter, options) as T[] }),
    countDocuments: async (filter) => rowsOf(shelf, searchOf(filter)).length,
    insertOne: async (document) => ({ acknowledged: true, insertedId: insert(shelf, document) }),
    updateOne: async (filter, update, options) => {
      const updater = updaterOf(update);
      const row = first(filter);
      if (row !== undefined) return written(1, change(shelf, row, updater) ? 1 : 0);
      if (options?.upsert === true) insert(shelf, upserted(filter, update));
      return written(0, 0);
    },
    updateMany: async (filter, update) => {
      const updater = updaterOf(update);
      const rows = rowsOf(shelf, searchOf(filter));
      return written(rows.length, rows.filter((row) => change(shelf, row, updater)).length);
    },
    replaceOne: async (filter, document, options) => {
      const row = first(filter);
      const id = idOf(document);
      if (row !== undefined && row.id !== id) throw new Refused('the _id of a document cannot be changed', 66);
      if (row === undefined && options?.upsert === true) insert(shelf, document);
      if (row === undefined) return written(0, 0);
      return written(1, replace(shelf, row, document) ? 1 : 0);
    },
    deleteOne: async (filter) => {
      const row = first(filter);
      if (row !== undefined) shelf.drop(row.id);
      return { deletedCount: row === undefined ? 0 : 1 };
    },
    deleteMany: async (filter) => {
      const rows = rowsOf(shelf, searchOf(filter));
      rows.forEach((row) => shelf.drop(row.id));
      return { deletedCount: rows.length };
    },
    createIndex: async (keys, options = {}) => shelf.index(keys, options),
  };
}
