import { isObject } from './is-object.ts';

const deepest = 64;
const token = /\s+|[{}[\],:]|"[^"\\]*(?:\\[^][^"\\]*)*"|[^\s{}[\],:"]+/gy;

type Level = { keys: Set<string> | null; key: boolean };

/** JSON as RFC 8259 and I-JSON want it: UTF-8, no BOM, no key twice, no lone surrogates, finite and exact numbers, not deeper than 64.
 *  Gives the value, or a sentence that says what is wrong. */
export function strictJson(bytes: Uint8Array): Readonly<{ value: unknown } | { wrong: string }> {
  const text = utf8(bytes);
  if (text === null) return { wrong: 'the body is not UTF-8' };
  if (text.startsWith('\ufeff')) return { wrong: 'the body begins with a byte order mark; leave it away' };
  if (text.trim() === '') return { wrong: 'the body is empty; JSON is expected' };
  const shape = misshapen(text);
  if (shape !== null) return { wrong: shape };
  try {
    const value: unknown = JSON.parse(text);
    const bad = unusable(value);
    return bad === null ? { value } : { wrong: bad };
  } catch (error) {
    return { wrong: `the body is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** What JSON.parse lets pass: depth, and keys given twice. */
function misshapen(text: string): string | null {
  const levels: Level[] = [];
  for (const [part] of text.matchAll(token)) {
    const level = levels.at(-1);
    if (part === '{' || part === '[') {
      if (levels.length === deepest) return `the body is nested deeper than ${deepest} levels`;
      levels.push({ keys: part === '{' ? new Set() : null, key: part === '{' });
    } else if (part === '}' || part === ']') levels.pop();
    else if (part === ',' && level !== undefined) level.key = level.keys !== null;
    else if (part.startsWith('"') && level?.key === true) {
      const name = keyOf(part);
      if (level.keys?.has(name) === true) return `the key ${part} is given twice`;
      level.keys?.add(name);
      level.key = false;
    }
  }
  return null;
}

function keyOf(quoted: string): string {
  try {
    const name: unknown = JSON.parse(quoted);
    return String(name);
  } catch {
    return quoted;
  }
}

function unusable(value: unknown): string | null {
  if (typeof value === 'string') return !/\p{Surrogate}/u.test(value) ? null : 'a text has half of a surrogate pair in it';
  if (typeof value === 'number') return usable(value) ? null : `the number ${value} cannot be kept exactly; give it as a text`;
  if (Array.isArray(value)) return first(value);
  return isObject(value) ? (first(Object.keys(value)) ?? first(Object.values(value))) : null;
}

const usable = (value: number): boolean => Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));

function first(values: readonly unknown[]): string | null {
  for (const value of values) {
    const bad = unusable(value);
    if (bad !== null) return bad;
  }
  return null;
}
