import type { Term, Operator } from './filter.ts';
import { isText } from './json.ts';
import { jsonPath, valueSql } from './names.ts';
import type { Value } from './database.ts';

/** A filter, or as much of it as SQL can say. exact: all of it, no row has to be looked at again. */
export type Narrowed = Readonly<{ where: string; values: readonly Value[]; exact: boolean }>;

/** Literals are needed where SQLite has to prove that a partial index may be used. */
type Bind = (value: Value) => string;

/** `isPlain`: no document has an array along this path, so that SQL compares as MongoDB does. */
export function narrow(terms: readonly Term[], isPlain: (path: string) => boolean): Narrowed {
  const values: Value[] = [];
  const bind: Bind = (value) => {
    values.push(value);
    return '?';
  };
  const { sql, exact } = all(terms, isPlain, bind);
  return { where: sql, values, exact };
}

/** With every value in the text. null: SQL cannot say all of it. */
export function literalSql(terms: readonly Term[]): string | null {
  const { sql, exact } = all(terms, () => true, literal);
  return exact ? sql : null;
}

const literal: Bind = (value) => (typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`);

type Sql = Readonly<{ sql: string; exact: boolean }>;

function all(terms: readonly Term[], isPlain: (path: string) => boolean, bind: Bind): Sql {
  const parts = terms.map((term) => one(term, isPlain, bind));
  const said = parts.flatMap(({ sql }) => (sql === '1' ? [] : [sql]));
  return { sql: said.length === 0 ? '1' : said.join(' AND '), exact: parts.every(({ exact }) => exact) };
}

const unsaid: Sql = { sql: '1', exact: false };

function one(term: Term, isPlain: (path: string) => boolean, bind: Bind): Sql {
  if (term.sort === 'or') return or(term.branches, isPlain, bind);
  if (term.path !== '_id' && !isPlain(term.path)) return unsaid;
  const sql = comparison(term.path, term.operator, term.value, bind);
  return sql === null ? unsaid : { sql, exact: true };
}

/** A branch that cannot be said at all lets every row through. SQLite allows some hundred branches only. */
function or(branches: readonly (readonly Term[])[], isPlain: (path: string) => boolean, bind: Bind): Sql {
  if (branches.length > 100) return unsaid;
  const parts = branches.map((branch) => all(branch, isPlain, bind));
  return { sql: `(${parts.map(({ sql }) => `(${sql})`).join(' OR ')})`, exact: parts.every(({ exact }) => exact) };
}

function comparison(path: string, operator: Operator, value: unknown, bind: Bind): string | null {
  const field = valueSql(path);
  switch (operator) {
    case '$eq':
      return scalar(path, value) ? `${field} = ${bound(value, bind)}` : null;
    case '$ne':
      return scalar(path, value) ? `${field} <> ${bound(value, bind)}` : null;
    case '$in':
    case '$nin':
      return list(path, operator, value, bind);
    case '$exists':
      return path === '_id' ? null : `json_type(json, ${jsonPath(path)}) IS ${isTrue(value) ? 'NOT NULL' : 'NULL'}`;
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return range(field, operator, value, bind);
    case '$elemMatch':
      return null;
  }
}

const isTrue = (value: unknown): boolean => value !== false && value !== 0 && value !== null;

type Scalar = string | number | boolean | null;
const scalar = (path: string, value: unknown): value is Scalar =>
  path === '_id'
    ? isText(value)
    : value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) || isText(value);

function bound(value: Scalar, bind: Bind): string {
  if (value === null) return '-9e999';
  if (typeof value === 'boolean') return value ? "x'ff'" : "x'fe'";
  return bind(value);
}

function list(path: string, operator: '$in' | '$nin', value: unknown, bind: Bind): string | null {
  if (!Array.isArray(value) || value.length > 1000 || !value.every((item): item is Scalar => scalar(path, item))) return null;
  const items = value.map((item) => bound(item, bind)).join(', ');
  return `${valueSql(path)} ${operator === '$in' ? 'IN' : 'NOT IN'} (${items})`;
}

const comparisons = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' } as const;

/** Within the type of the value, as in MongoDB. */
function range(field: string, operator: keyof typeof comparisons, value: unknown, bind: Bind): string | null {
  const sign = comparisons[operator];
  const upward = sign.startsWith('>');
  if (typeof value === 'number' && Number.isFinite(value))
    return `${field} ${sign} ${bind(value)} AND ${field} ${upward ? "< ''" : '> -9e999'}`;
  if (isText(value)) return `${field} ${sign} ${bind(value)} AND ${field} ${upward ? "< x''" : ">= ''"}`;
  return null;
}
