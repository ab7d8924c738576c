import type { Answer, Request, Route } from '@srm/service';
import type { LogPiece } from '../stores.ts';
import { operationNow, reading, type Parts } from './parts.ts';
import { invalid, notFound } from './problem.ts';
import { queryOf } from './query.ts';

/** A step's id has slashes in it: as they are, or as %2F. */
export const getLog = (parts: Parts): readonly Route[] => {
  const at = (path: string, stepOf: (params: Request['params']) => string): Route =>
    reading(`/v1/operations/:id/steps/${path}/log`, (request) => log(parts, request, stepOf(request.params)));
  const named = (params: Request['params'], name: string): string => params.get(name) ?? '';
  return [
    at(':step', (params) => named(params, 'step')),
    at(':component/:phase', (params) => `${named(params, 'component')}/${named(params, 'phase')}`),
    at(':component/:phase/undo', (params) => `${named(params, 'component')}/${named(params, 'phase')}/undo`),
  ];
};

async function log(parts: Parts, request: Request, step: string): Promise<Answer> {
  const operation = request.params.get('id') ?? '';
  const { stores } = parts;
  const query = queryOf(request);
  const wanted = query.whole('attempt', { least: 1 });
  const offset = query.whole('offset', { least: 0 }) ?? 0;
  query.nothingElse();
  if (query.errors.length > 0) return invalid(query.errors, 400);
  const [last] = await stores.logs.find({ operation, step }, { sort: { attempt: -1 }, limit: 1 }).toArray();
  const isThere = last !== undefined && (wanted ?? last.attempt) <= last.attempt;
  const known = isThere ? null : await stores.steps.findOne({ _id: `${operation}/${step}` });
  if (last === undefined && known === null)
    return notFound((await operationNow(parts, operation)) === null ? `operation ${operation}` : `step ${step} of ${operation}`);
  const attempt = wanted ?? last?.attempt ?? 1;
  const made = Math.max(known?.attempt ?? 0, last?.attempt ?? 0);
  if (attempt > Math.max(made, 1)) return notFound(`attempt ${attempt} of ${step}, which has had ${made} so far`);
  const pieces = await stores.logs.find({ operation, step, attempt }, { sort: { offset: 1 } }).toArray();
  const { text, next } = joined(pieces, offset);
  const headers = {
    'Content-Type': 'text/plain; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Cache-Control': 'no-cache',
    'SRM-Log-Attempt': String(attempt),
    'SRM-Log-Next': String(next),
  };
  return { status: 200, headers, text };
}

type Joined = Readonly<{ text: Uint8Array; next: number }>;

/** The text from an offset on. Pieces may overlap; of what is missing it says how much. */
export function joined(pieces: readonly Pick<LogPiece, 'offset' | 'size' | 'text'>[], from: number): Joined {
  const parts: Uint8Array[] = [];
  let at = from;
  for (const piece of pieces) {
    if (piece.offset + piece.size <= at) continue;
    if (piece.offset > at) parts.push(Buffer.from(`\n[${piece.offset - at} bytes are missing here]\n`));
    parts.push(Buffer.from(piece.text).subarray(Math.max(0, at - piece.offset)));
    at = piece.offset + piece.size;
  }
  return { text: Buffer.concat(parts), next: at };
}
