import type { Database } from './database.ts';
import { refusingIndex } from './database.ts';
import type { IndexOptions } from './documents.ts';
import { DuplicateKey, Refused } from './errors.ts';
import { termsOf } from './filter.ts';
import { jsonPath, segmentsOf, valueSql } from './names.ts';
import { literalSql } from './narrow.ts';
import { keep, noteArray, type Index, type Shelf } from './shelf.ts';

/** Makes a real index; the same again is nothing. Gives its name. */
export function createIndex(db: Database, shelf: Shelf, keys: Record<string, 1 | -1>, options: IndexOptions): string {
  const index = indexOf(keys, options);
  if (index.keys.length === 1 && index.keys[0]?.[0] === '_id') return '_id_';
  const there = shelf.indexes.get(index.name);
  if (there !== undefined) {
    if (JSON.stringify(there) === JSON.stringify(index)) return index.name;
    throw new Refused(`there is another index ${index.name} on ${shelf.name}`, 86);
  }
  const arrays = new Set(pathsOf(index).filter((path) => hasArray(db, shelf, path)));
  const strict = [...(index.unique ? index.keys.map(([path]) => path) : []), ...Object.keys(index.partial ?? {})];
  const refused = strict.find((path) => arrays.has(path));
  if (refused !== undefined) throw new Refused(`${shelf.name} has lists at ${refused}: the index ${index.name} cannot be made`, 171);
  make(db, shelf, index);
  keep(db, shelf, index);
  for (const path of arrays) noteArray(db, shelf, path);
  return index.name;
}

function indexOf(keys: Record<string, 1 | -1>, options: IndexOptions): Index {
  const entries = Object.entries(keys);
  if (entries.length === 0) throw new Refused('an index needs keys', 67);
  for (const [path, direction] of entries) {
    if (segmentsOf(path).some((segment) => /^\d+$/.test(segment))) throw new Refused(`an index cannot reach into a list: ${path}`, 67);
    if (direction !== 1 && direction !== -1) throw new Refused(`the direction of ${path} is 1 or -1`, 67);
  }
  const name = options.name ?? entries.flat().join('_');
  if (!/^[\w.$-]{1,120}$/.test(name)) throw new Refused(`${JSON.stringify(name)} cannot be the name of an index`, 67);
  const partial = options.partialFilterExpression ?? null;
  if (partial !== null) partialSql({ name, keys: entries, unique: false, partial });
  return { name, keys: entries, unique: options.unique === true, partial };
}

const pathsOf = (index: Index): readonly string[] => [...index.keys.map(([path]) => path), ...Object.keys(index.partial ?? {})];

/** The partial filter as literal SQL, or null where the index has none. Throws where it is none that MongoDB takes too. */
export function partialSql(index: Index): string | null {
  if (index.partial === null) return null;
  const terms = termsOf(index.partial);
  const allowed = terms.every(
    (term) =>
      term.sort === 'field' &&
      ['$eq', '$gt', '$gte', '$lt', '$lte', '$in', '$exists'].includes(term.operator) &&
      (term.operator !== '$exists' || term.value === true),
  );
  const sql = literalSql(terms);
  if (!allowed || sql === null || Object.keys(index.partial).some((key) => key.startsWith('$')))
    throw new Refused(`the partial filter of ${index.name} may use equality, $in, $gt to $lte and $exists: true of plain values`, 67);
  return sql;
}

function make(db: Database, shelf: Shelf, index: Index): void {
  const columns = index.keys.map(([path, direction]) => `${valueSql(path)} ${direction === 1 ? 'ASC' : 'DESC'}`).join(', ');
  const partial = partialSql(index);
  const where = partial === null ? '' : ` WHERE ${partial}`;
  try {
    db.exec(`CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX "${shelf.name}/${index.name}" ON ${shelf.table} (${columns})${where}`);
  } catch (error) {
    if (refusingIndex(error) === null) throw error;
    throw new DuplicateKey(`E11000 duplicate key error collection: ${shelf.name} index: ${index.name}`, { cause: error });
  }
}

/** Whether some document has an array along the path. */
function hasArray(db: Database, shelf: Shelf, path: string): boolean {
  if (path === '_id') return false;
  const segments = segmentsOf(path);
  const along = segments.map((_, i) => `json_type(json, ${jsonPath(segments.slice(0, i + 1).join('.'))}) = 'array'`);
  return db.first(`SELECT 1 FROM ${shelf.table} WHERE ${along.join(' OR ')} LIMIT 1`, []) !== undefined;
}
