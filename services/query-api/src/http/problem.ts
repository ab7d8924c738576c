import type { Answer } from '@srm/service';

export type ErrorAt = Readonly<{ pointer: string; detail: string; document?: string | null; line?: number | null; column?: number | null }>;

type More = Readonly<{ detail?: string; errors?: readonly ErrorAt[]; instance?: string; headers?: Readonly<Record<string, string>> }>;

/** RFC 9457. What is null is left out. */
export function problem(status: number, type: string, title: string, { headers, errors, ...more }: More = {}): Answer {
  const all = errors === undefined || errors.length === 0 ? {} : { errors: errors.map(present) };
  const json = { type: `/problems/${type}`, title, status, ...more, ...all };
  return { status, headers: { 'Content-Type': 'application/problem+json', ...headers }, json };
}

const present = (error: ErrorAt): object => Object.fromEntries(Object.entries(error).filter(([, value]) => value !== null));

export const invalid = (errors: readonly ErrorAt[], status = 422): Answer =>
  problem(status, 'invalid', 'Not valid', { detail: errors.map(said).slice(0, 3).join('; '), errors });

const said = ({ pointer, detail }: ErrorAt): string => (pointer === '' ? detail : `${pointer}: ${detail}`);

export const notFound = (what: string): Answer => problem(404, 'not-found', 'Not found', { detail: `there is no ${what}` });
