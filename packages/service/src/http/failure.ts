import { isTransient, sentence, type Log } from '@srm/messaging';
import { problem } from '../problem.ts';
import type { Answer } from '../service.ts';

/** What a thrown thing is answered with. Nothing of it is shown that is not meant for the asker. */
export function failure(error: unknown, where: string, log: Log): Answer {
  const status = statusOf(error);
  if (status !== null) return problem({ type: '/problems/request', title: 'The request cannot be read', status, detail: sentence(error) });
  if (isTransient(error)) {
    log.warn({ err: error, where }, `${where}: for the moment not possible: ${sentence(error)}`);
    const detail = 'a part of SRM is out of reach for the moment; the same request again is safe';
    return problem({ type: '/problems/unavailable', title: 'Not available for the moment', status: 503, detail }, { 'Retry-After': '1' });
  }
  log.error({ err: error, where }, `${where}: ${sentence(error)}`);
  return problem({
    type: '/problems/internal',
    title: 'An error in SRM',
    status: 500,
    detail: 'this is a mistake in SRM; its log says more',
  });
}

/** Of what express throws; a route answers instead of throwing. */
function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('status' in error) || !(error instanceof URIError)) return null;
  return typeof error.status === 'number' && error.status >= 400 && error.status < 500 ? error.status : null;
}
