import { problem as made, type ErrorAt } from '@srm/service';
import type { Answer } from '@srm/service';

export type { ErrorAt } from '@srm/service';

type More = Readonly<{ detail: string; errors?: readonly ErrorAt[]; instance?: string; headers?: Readonly<Record<string, string>> }>;

/** A problem of the door; `instance` is the operation it is about. */
export function problem(status: number, type: string, title: string, { headers, errors = [], detail, instance }: More): Answer {
  const answer = made({ type: `/problems/${type}`, title, status, detail, errors }, headers);
  if (instance === undefined || !('json' in answer)) return answer;
  return { ...answer, json: Object.assign({}, answer.json, { instance }) };
}

export const invalid = (errors: readonly ErrorAt[], status = 422): Answer =>
  problem(status, 'invalid', 'Not valid', { detail: errors.map(said).slice(0, 3).join('; '), errors });

const said = ({ pointer, detail }: ErrorAt): string => (pointer === '' ? detail : `${pointer}: ${detail}`);

export const notFound = (what: string): Answer => problem(404, 'not-found', 'Not found', { detail: `there is no ${what}` });
