import { Refused } from './errors.ts';

export type Json = Record<string, unknown>;

const largest = 16 * 1024 * 1024;
const deepest = 100;

/** JSON text of what BSON would keep: undefined becomes null. What JSON would change in silence is refused. */
export function encode(document: object): string {
  const holes = check(document, 0, []);
  const text = holes ? JSON.stringify(document, (_, value: unknown) => (value === undefined ? null : value)) : JSON.stringify(document);
  if (text.length > largest) throw new Refused(`a document of ${text.length} characters is too large, at most ${largest}`, 10334);
  return text;
}

/** Throws on what JSON would change in silence. */
export const refuseOther = (value: object): void => void check(value, 0, []);

/** True when somewhere in it is an undefined. */
function check(value: unknown, depth: number, path: string[]): boolean {
  if (value === undefined) return true;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return false;
  if (typeof value === 'number' && Number.isFinite(value)) return false;
  if (typeof value !== 'object' || !isPlain(value)) throw new Refused(`${path.join('.')} cannot be stored: ${kindOf(value)} is not JSON`);
  if (depth > deepest) throw new Refused(`a document nested deeper than ${deepest} cannot be stored`, 15);
  let holes = false;
  for (const key of Object.keys(value)) {
    path.push(key);
    if (check((value as Json)[key], depth + 1, path)) holes = true;
    path.pop();
  }
  return holes;
}

const kindOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? (Object.getPrototypeOf(value)?.constructor?.name ?? 'object') : String(value);

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export const decode = (text: string): Json => JSON.parse(text) as Json;

/** An _id: text that the database keeps as it is. */
export function idOf(document: { _id?: unknown }): string {
  if (!isText(document._id)) throw new Refused('_id has to be a string without NUL and lone surrogates', 53);
  return document._id;
}

/** SQLite cuts text at NUL and replaces lone surrogates. */
export const isText = (value: unknown): value is string => typeof value === 'string' && !/[\0\p{Surrogate}]/u.test(value);

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
