import { shapeErrors } from '@srm/definitions';
import type { ApiSchemas } from '@srm/schemas';
import { isObject } from './is-object.ts';
import type { ErrorAt } from './problem.ts';

export type OperationRequest = ApiSchemas['schemas']['OperationRequest'];

const later = new Set(['configure', 'execute']);
/** Kinds that can be about a part of a product. */
const selecting = new Set(['start', 'stop', 'restart', 'destroy']);
const inEnvironment = new Set(['deploy', 'release', ...selecting]);

const fits = (value: unknown, errors: readonly ErrorAt[]): value is OperationRequest => errors.length === 0 && isObject(value);

/** The request, or everything that is wrong with it. */
export function operationRequest(body: unknown): Readonly<{ request: OperationRequest } | { errors: readonly ErrorAt[] }> {
  const unbuilt = notBuilt(body);
  const named = new Set(unbuilt.map((error) => error.pointer));
  const shape = shapeErrors('OperationRequest', body).filter((error) => !named.has(error.pointer));
  const errors = [...unbuilt, ...shape.map(({ pointer, detail }) => ({ pointer, detail })), ...amiss(body)];
  return fits(body, errors) ? { request: body } : { errors };
}

/** What is drawn but not built is refused by name. */
function notBuilt(body: unknown): readonly ErrorAt[] {
  if (!isObject(body)) return [];
  const errors: ErrorAt[] = [];
  const refuse = (key: string, what: string): void => void errors.push({ pointer: `/${key}`, detail: `not supported yet: ${what}` });
  if (typeof body['kind'] === 'string' && later.has(body['kind'])) refuse('kind', body['kind']);
  if (body['kind'] === 'scale') errors.push({ pointer: '/kind', detail: 'not supported yet by target process: one replica' });
  const selects = typeof body['kind'] === 'string' && selecting.has(body['kind']);
  if (!selects && isSome(body['components'])) refuse('components', 'a part of a product; leave components away');
  if (!selects && body['force'] === true) refuse('force', `force of ${String(body['kind'])}; leave force away`);
  if ('notBefore' in body) refuse('notBefore', 'a time to begin');
  return errors;
}

const isSome = (list: unknown): boolean => list !== undefined && !(Array.isArray(list) && list.length === 0);

/** What the shape alone cannot say. */
function amiss(body: unknown): readonly ErrorAt[] {
  if (!isObject(body)) return [];
  const errors: ErrorAt[] = [];
  const { kind, environment } = body;
  if (typeof kind === 'string' && inEnvironment.has(kind) && (environment === undefined || environment === null))
    errors.push({ pointer: '', detail: `"environment" is missing: ${kind} needs to know where` });
  const named = (list: unknown, pointer: string): readonly ErrorAt[] =>
    twice(list, (item) => (isObject(item) ? item['name'] : null), pointer, '/name');
  return [
    ...errors,
    ...named(body['perComponent'], '/perComponent'),
    ...named(body['labels'], '/labels'),
    ...twice(body['components'], (item) => item, '/components', ''),
  ];
}

function twice(list: unknown, nameOf: (item: unknown) => unknown, pointer: string, at: string): readonly ErrorAt[] {
  if (!Array.isArray(list)) return [];
  const seen = new Set<unknown>();
  return list.flatMap((item: unknown, index) => {
    const name = nameOf(item);
    if (typeof name !== 'string') return [];
    if (seen.has(name)) return [{ pointer: `${pointer}/${index}${at}`, detail: `"${name}" is given twice` }];
    seen.add(name);
    return [];
  });
}
