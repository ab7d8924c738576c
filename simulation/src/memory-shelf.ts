import type { IndexOptions } from '@srm/documents';
import { DuplicateKey, Refused, type Json } from '@srm/documents/parts';

/** One document, frozen: what is given out is what is stored. */
export type Row = Readonly<{ id: string; age: number; value: Json }>;
type Index = Readonly<{ name: string; path: string; paths: readonly string[]; unique: boolean; options: string }>;

/** The documents of one collection, by id and by the first path of each index. */
export type Shelf = Readonly<{
  rows: ReadonlyMap<string, Row>;
  put: (id: string, value: Json) => void;
  drop: (id: string) => void;
  index: (keys: Record<string, 1 | -1>, options: IndexOptions) => string;
  /** Those that may have this value at this path; undefined: no index tells. */
  having: (path: string, value: unknown) => Iterable<Row> | undefined;
}>;

type Place = Map<unknown, Map<string, Row>>;

export function memoryShelf(name: string, judged: (filter: object) => (document: Json) => boolean): Shelf {
  const rows = new Map<string, Row>();
  const indexes = new Map<string, Index>();
  const taken = new Map<string, { takes: (value: Json) => boolean; ids: Map<string, string> }>();
  const places = new Map<string, Place>();
  let age = 0;

  const into = (path: string, place: Place, row: Row): void => {
    const at = keyOf(valueAt(row.value, path));
    const there = place.get(at) ?? new Map<string, Row>();
    place.set(at, there.set(row.id, row));
  };
  const outOf = (path: string, place: Place, row: Row): void => {
    const at = keyOf(valueAt(row.value, path));
    const there = place.get(at);
    there?.delete(row.id);
    if (there?.size === 0) place.delete(at);
  };
  const claims = (row: Row): readonly (readonly [ids: Map<string, string>, claim: string])[] => {
    const found: (readonly [Map<string, string>, string])[] = [];
    for (const [index, { takes, ids }] of taken) {
      if (!takes(row.value)) continue;
      const claim = JSON.stringify(indexes.get(index)?.paths.map((path) => valueAt(row.value, path) ?? null));
      const holder = ids.get(claim);
      if (holder !== undefined && holder !== row.id)
        throw new DuplicateKey(`E11000 duplicate key error collection: ${name} index: ${index}, document ${JSON.stringify(row.id)}`);
      found.push([ids, claim]);
    }
    return found;
  };
  const drop = (id: string): void => {
    const row = rows.get(id);
    if (row === undefined) return;
    rows.delete(id);
    for (const [path, place] of places) outOf(path, place, row);
    for (const [ids, claim] of claims(row)) ids.delete(claim);
  };
  return {
    rows,
    drop,
    put: (id, value) => {
      const before = rows.get(id);
      const row = { id, age: before?.age ?? ++age, value };
      const claimed = claims(row);
      if (before !== undefined) {
        for (const [path, place] of places) outOf(path, place, before);
        for (const [ids, claim] of claims(before)) ids.delete(claim);
      }
      rows.set(id, row);
      for (const [path, place] of places) into(path, place, row);
      for (const [ids, claim] of claimed) ids.set(claim, id);
    },
    index: (keys, options) => {
      const paths = Object.keys(keys);
      const path = paths[0] ?? '_id';
      if (path === '_id' && paths.length === 1) return '_id_';
      const index = options.name ?? Object.entries(keys).flat().join('_');
      const made = { name: index, path, paths, unique: options.unique === true, options: JSON.stringify([keys, options]) };
      const there = indexes.get(index);
      if (there?.options === made.options) return index;
      if (there !== undefined) throw new Refused(`there is another index ${index} on ${name}`, 86);
      indexes.set(index, made);
      if (made.unique) {
        taken.set(index, { takes: judged(options.partialFilterExpression ?? {}), ids: new Map() });
        try {
          for (const row of rows.values()) for (const [ids, claim] of claims(row)) ids.set(claim, row.id);
        } catch (error) {
          indexes.delete(index);
          taken.delete(index);
          throw error;
        }
      }
      for (const indexed of [path, ...Object.keys(options.partialFilterExpression ?? {})])
        if (!places.has(indexed)) {
          const place: Place = new Map();
          places.set(indexed, place);
          for (const row of rows.values()) into(indexed, place, row);
        }
      return index;
    },
    having: (path, value) => {
      const place = places.get(path);
      if (place === undefined || typeof value === 'object') return undefined;
      const lists = place.get(list)?.values() ?? [];
      return [...(place.get(value)?.values() ?? []), ...lists];
    },
  };
}

/** What is no plain value is found by a look at all of them. */
const list = Symbol('a list or an object');
const keyOf = (value: unknown): unknown => (typeof value === 'object' && value !== null ? list : (value ?? null));

/** What is there, a list met on the way included. */
export function valueAt(document: Json, path: string): unknown {
  if (!path.includes('.')) return Object.hasOwn(document, path) ? document[path] : undefined;
  let here: unknown = document;
  for (const segment of path.split('.')) {
    if (Array.isArray(here)) return here;
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, segment)) return undefined;
    here = (here as Json)[segment];
  }
  return here;
}
