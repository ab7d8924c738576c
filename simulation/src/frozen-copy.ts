import { Refused, type Json } from '@srm/documents/parts';

/** A copy that nobody can change, of what JSON keeps: undefined becomes null, what JSON would change in silence is refused. */
export function frozenCopy(document: object): Json {
  return copyOf(document, 0) as Json;
}

function copyOf(value: unknown, depth: number): unknown {
  if (value === undefined) return null;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (depth > 100) throw new Refused('a document nested deeper than 100 cannot be stored', 15);
  if (Array.isArray(value)) return Object.freeze(value.map((item) => copyOf(item, depth + 1)));
  if (typeof value !== 'object' || !isPlain(value)) throw new Refused(`${String(value)} is not JSON`);
  const copy: Json = {};
  for (const [key, item] of Object.entries(value)) copy[key] = copyOf(item, depth + 1);
  return Object.freeze(copy);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A copy that may be changed. */
export const thawed = (document: Json): Json => structuredThaw(document) as Json;

function structuredThaw(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredThaw);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Json = {};
  for (const [key, item] of Object.entries(value)) copy[key] = structuredThaw(item);
  return copy;
}

/** The same JSON, the order of fields included. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    left.length === right.length &&
    left.every(([key, item], n) => key === right[n]?.[0] && same(item, right[n]?.[1]))
  );
}
