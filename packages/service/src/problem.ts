import type { Answer } from './service.ts';

/** One thing that is wrong. `pointer`: a JSON pointer into the body, or the name of what was given; what is null is left out. */
export type ErrorAt = Readonly<{ pointer: string; detail: string; document?: string | null; line?: number | null; column?: number | null }>;

export type Problem = Readonly<{
  /** A URI reference: `/problems/…`; the same for the same sort of trouble. */
  type: string;
  /** The same for the same type. */
  title: string;
  status: number;
  /** This occurrence, in words a person can act on. */
  detail: string;
  errors?: readonly ErrorAt[];
}>;

/** RFC 9457: an answer that says what is wrong, all of it. */
export function problem({ type, title, status, detail, errors = [] }: Problem, headers: Readonly<Record<string, string>> = {}): Answer {
  const all = errors.length === 0 ? {} : { errors: errors.map(withoutNull) };
  return { status, headers: { 'Content-Type': 'application/problem+json', ...headers }, json: { type, title, status, detail, ...all } };
}

const withoutNull = (error: ErrorAt): object => Object.fromEntries(Object.entries(error).filter(([, value]) => value !== null));
