import type { Query } from 'mingo/query';
import type { Filter } from './documents.ts';
import { Refused } from './errors.ts';
import { isObject, type Json } from './json.ts';
import { segmentsOf } from './names.ts';
import { queryOf } from './query.ts';

export type Operator = '$eq' | '$ne' | '$gt' | '$gte' | '$lt' | '$lte' | '$in' | '$nin' | '$exists' | '$elemMatch';
/** One thing that has to hold. A filter is all of a list of them. */
export type Term =
  | Readonly<{ sort: 'field'; path: string; operator: Operator; value: unknown }>
  | Readonly<{ sort: 'or'; branches: readonly (readonly Term[])[] }>;

const operators: ReadonlySet<string> = new Set<Operator>([
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$nin',
  '$exists',
  '$elemMatch',
]);
const isOperator = (name: string): name is Operator => operators.has(name);

/** Throws on operators that are not of the port, so that none is taken for a value. */
export function termsOf(filter: Filter): readonly Term[] {
  return Object.entries(filter).flatMap(([key, value]): readonly Term[] => {
    if (key === '$and') return filtersOf(key, value).flatMap(termsOf);
    if (key === '$or') return [{ sort: 'or', branches: filtersOf(key, value).map(termsOf) }];
    if (key.startsWith('$')) throw new Refused(`the filter operator ${key} is not supported`);
    segmentsOf(key);
    return fieldTerms(key, value ?? null);
  });
}

function filtersOf(key: string, value: unknown): readonly Filter[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) throw new Refused(`${key} takes a list of filters`);
  return value;
}

function fieldTerms(path: string, value: unknown): readonly Term[] {
  const names = isObject(value) ? Object.keys(value) : [];
  if (!isObject(value) || !names.some((name) => name.startsWith('$'))) return [{ sort: 'field', path, operator: '$eq', value }];
  return names.map((operator) => {
    if (!isOperator(operator)) throw new Refused(`the filter operator ${operator} on ${path} is not supported`);
    const operand = value[operator] ?? null;
    if ((operator === '$in' || operator === '$nin') && !Array.isArray(operand)) throw new Refused(`${operator} on ${path} takes a list`);
    return { sort: 'field', path, operator, value: operand };
  });
}

/** Whether a document fits. Plain values are compared here, everything else by mingo, made when first needed. */
export function predicate(filter: Filter, terms: readonly Term[]): (document: Json) => boolean {
  let query: Query | undefined;
  return (document) => {
    const quick = fits(document, terms);
    if (quick !== undefined) return quick;
    query ??= queryOf(withoutUndefined(filter));
    return query.test(document);
  };
}

/** undefined: it takes more to know. */
function fits(document: Json, terms: readonly Term[]): boolean | undefined {
  for (const term of terms) {
    if (term.sort !== 'field') return undefined;
    const one = holds(plainAt(document, term.path), term.operator, term.value);
    if (one !== true) return one;
  }
  return true;
}

function holds(found: unknown, operator: Operator, value: unknown): boolean | undefined {
  if (!isPlain(found)) return undefined;
  switch (operator) {
    case '$eq':
      return isPlain(value) ? isSame(found, value) : undefined;
    case '$ne':
      return isPlain(value) ? !isSame(found, value) : undefined;
    case '$in':
      return Array.isArray(value) && value.every(isPlain) ? value.some((one) => isSame(found, one)) : undefined;
    case '$lt':
      return typeof found === 'number' && typeof value === 'number' ? found < value : undefined;
    default:
      return undefined;
  }
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;
/** What is not there is null to a question. */
const isSame = (found: unknown, value: unknown): boolean => (value === null ? found === null || found === undefined : found === value);

/** What is there, an array met on the way included; undefined: nothing is. */
function plainAt(document: Json, path: string): unknown {
  let here: unknown = document;
  for (const segment of path.split('.')) {
    if (Array.isArray(here)) return here;
    if (!isObject(here) || !Object.hasOwn(here, segment)) return undefined;
    here = here[segment];
  }
  return here;
}

const withoutUndefined = (filter: Filter): Json =>
  JSON.parse(JSON.stringify(filter, (_, value: unknown) => (value === undefined ? null : value))) as Json;

/** True when an array lies along the path, at its end included. */
export const meetsArray = (document: Json, path: string): boolean => Array.isArray(plainAt(document, path));
