import type { Page, Problem } from './api.ts';

type Kind = 'string' | 'number' | 'array' | 'object';
type Narrow<T> = (value: unknown) => value is T;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const isKind = (value: unknown, kind: Kind | undefined): boolean =>
  kind === 'array' ? Array.isArray(value) : kind === 'object' ? isRecord(value) : typeof value === kind;

/** Whether a JSON value is what SRM answers, as far as this program looks at it: the named fields, each of its kind. */
export const hasFields =
  <T>(fields: Partial<Record<keyof T & string, Kind>>): Narrow<T> =>
  (value): value is T =>
    isRecord(value) && Object.entries<Kind | undefined>(fields).every(([name, kind]) => isKind(value[name], kind));

export const isPage =
  <T>(narrow: Narrow<T>): Narrow<Page<T>> =>
  (value): value is Page<T> =>
    isRecord(value) &&
    Array.isArray(value['items']) &&
    value['items'].every(narrow) &&
    (value['next'] === null || typeof value['next'] === 'string');

/** A problem from whatever came with an error status; something else than SRM may have answered. */
export function problemOf(status: number, value: unknown): Problem {
  if (!isRecord(value)) return { type: 'about:blank', status, title: `HTTP ${status}`, detail: String(value).slice(0, 300) };
  const text = (name: string): string | null => (typeof value[name] === 'string' ? value[name] : null);
  const detail = text('detail');
  const errors = (Array.isArray(value['errors']) ? value['errors'] : []).filter(
    hasFields<NonNullable<Problem['errors']>[number]>({ pointer: 'string', detail: 'string' }),
  );
  return {
    type: text('type') ?? 'about:blank',
    title: text('title') ?? `HTTP ${status}`,
    status,
    ...(detail === null ? {} : { detail }),
    ...(errors.length === 0 ? {} : { errors }),
  };
}
