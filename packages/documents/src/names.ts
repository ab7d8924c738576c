import { Refused } from './errors.ts';

const collection = /^(?!sqlite_)[a-z][\w.-]{0,63}$/i;
const segment = /^[\p{L}\p{N}_@:/-]+$/u;
const prototypes = new Set(['__proto__', 'constructor', 'prototype']);

/** Checked, since it becomes part of SQL. */
export function tableName(name: string): string {
  if (!collection.test(name))
    throw new Refused(`${JSON.stringify(name)} cannot be the name of a collection: a letter, then letters, digits, . _ -`);
  return name;
}

/** The segments of a dotted path. Checked, since paths become part of SQL and reach into objects. */
export function segmentsOf(path: string): readonly string[] {
  const segments = path.split('.');
  const wrong = segments.find((one) => !segment.test(one) || prototypes.has(one));
  if (wrong !== undefined)
    throw new Refused(`${JSON.stringify(path)} cannot be the path of a field: ${JSON.stringify(wrong)} is not a name`);
  return segments;
}

/**
 * A field as SQL that sorts as BSON does: missing and null, numbers, strings, objects, arrays, false, true.
 * Without arrays along the path two values are equal exactly where MongoDB's are.
 */
export function valueSql(path: string): string {
  if (path === '_id') return 'id';
  const at = jsonPath(path);
  return (
    `coalesce(CASE json_type(json, ${at}) WHEN 'true' THEN x'ff' WHEN 'false' THEN x'fe' WHEN 'array' THEN x'fd'` +
    ` WHEN 'object' THEN CAST(json_extract(json, ${at}) AS BLOB) ELSE json_extract(json, ${at}) END, -9e999)`
  );
}

/** The path as SQLite's JSON functions take it, a literal. No quote of either kind can be in a segment. */
export const jsonPath = (path: string): string =>
  `'$${segmentsOf(path)
    .map((one) => `."${one}"`)
    .join('')}'`;
