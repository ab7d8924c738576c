import type { Answer, Request } from '@srm/service';
import { actorOf, idempotencyKey, mediaType, unsupported, type Actor } from './headers.ts';
import type { Parts } from './parts.ts';
import { problem } from './problem.ts';
import { strictJson } from './strict-json.ts';

/** What is asked for as JSON, by whom, under which key (made here when none was given). Or why it cannot be read. */
export function readJson(
  { actor: fallback, newId }: Parts,
  request: Request,
): Readonly<{ value: unknown; key: string; actor: Actor } | { refused: Answer }> {
  if (mediaType(request) !== 'application/json') return { refused: unsupported(['application/json']) };
  const key = idempotencyKey(request);
  if ('refused' in key) return key;
  const actor = actorOf(request, fallback);
  if ('refused' in actor) return actor;
  const body = strictJson(request.body);
  if ('wrong' in body) return { refused: problem(400, 'json', 'The body cannot be read', { detail: body.wrong }) };
  return { value: body.value, key: key.key ?? newId(), actor: actor.actor };
}
