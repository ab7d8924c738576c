import { shapeErrors } from '@srm/definitions';
import type { ApiSchemas } from '@srm/schemas';
import type { Answer, Request } from '@srm/service';
import { actorOf, idempotencyKey, mediaType, unsupported, type Actor } from './headers.ts';
import { isObject } from './is-object.ts';
import type { Parts } from './parts.ts';
import { invalid, problem, type ErrorAt } from './problem.ts';
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

type Schemas = ApiSchemas['schemas'];

/** The same of a body that has a shape. `amiss`: what the shape alone cannot say. Or all that is wrong with it. */
export function readShaped<Name extends keyof Schemas>(
  parts: Parts,
  request: Request,
  name: Name,
  amiss: (body: unknown) => readonly ErrorAt[] = () => [],
): Readonly<{ value: Schemas[Name]; key: string; actor: Actor } | { refused: Answer }> {
  const read = readJson(parts, request);
  if ('refused' in read) return read;
  const errors = [...shapeErrors(name, read.value).map(({ pointer, detail }) => ({ pointer, detail })), ...amiss(read.value)];
  return fits<Schemas[Name]>(read.value, errors) ? { ...read, value: read.value } : { refused: invalid(errors) };
}

const fits = <T>(value: unknown, errors: readonly ErrorAt[]): value is T => errors.length === 0 && isObject(value);
