import type { Answer, Request, Route } from '@srm/service';
import { operationKey } from '@srm/schemas';
import { until } from '../bell.ts';
import { openStatuses } from '../status/open-statuses.ts';
import type { OperationStatus, OperationView } from '../views/operation-view.ts';
import { equal, page } from './page.ts';
import { idIn, operationNow, reading, type Parts } from './parts.ts';
import { getSteps } from './get-steps.ts';
import { operationJson } from './present.ts';
import { invalid, notFound } from './problem.ts';
import { queryOf } from './query.ts';

/** Milliseconds that a reader is kept waiting for what it has written. */
export const patience = 2000;

const statuses: readonly OperationStatus[] = [
  ...openStatuses,
  'planned',
  'succeeded',
  'failed',
  'compensated',
  'compensation-failed',
  'cancelled',
  'refused',
];
const kinds = ['compile', 'package', 'deploy', 'release', 'start', 'stop', 'restart', 'destroy'] as const;

export const getOperations = (parts: Parts): readonly Route[] => [
  reading('/v1/operations', (request) => list(parts, request)),
  reading('/v1/operations/:id', (request) => one(parts, request)),
  reading('/v1/operations/:id/steps', (request) => getSteps(parts, request)),
];

const list = ({ stores }: Parts, request: Request): Promise<Answer> =>
  page(request, {
    name: 'operations',
    collection: stores.operations,
    by: 'place',
    placeOf: (view) => view.place,
    filter: (query) => ({
      ...equal({
        tenant: query.text('tenant'),
        product: query.text('product'),
        environment: query.text('environment'),
        status: query.oneOf('status', statuses),
        kind: query.oneOf('kind', kinds),
      }),
    }),
    present: operationJson,
  });

async function one(parts: Parts, request: Request): Promise<Answer> {
  const id = idIn(request);
  const query = queryOf(request);
  const after = query.whole('after', { least: 0 }) ?? 0;
  query.nothingElse();
  if (query.errors.length > 0) return invalid(query.errors, 400);
  const view = after === 0 ? await operationNow(parts, id) : await reached(parts, id, after, request.signal);
  if (view === null) return notFound(`operation ${id}`);
  const tag = `"${view.number}${view.frozen === null ? '' : '-frozen'}"`;
  const headers = { ETag: tag, 'Cache-Control': 'no-cache' };
  if (request.headers.get('if-none-match') === tag) return { status: 304, headers, text: '' };
  return { status: 200, headers, json: operationJson(view) };
}

/** The view once it has this event, or as it is when patience is over. */
async function reached(parts: Parts, id: string, after: number, signal: AbortSignal): Promise<OperationView | null> {
  const ear = parts.bell.listen(operationKey(id));
  try {
    return await until(parts.clock, ear, {
      read: () => operationNow(parts, id),
      done: (view) => view !== null && (view.number >= after || view.ending !== null),
      number: (view) => view?.number ?? 0,
      limit: patience,
      signal,
    });
  } finally {
    ear.close();
  }
}
