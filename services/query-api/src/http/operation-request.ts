import { shapeErrors } from '@srm/definitions';
import type { ApiSchemas } from '@srm/schemas';
import { isObject } from './is-object.ts';
import type { ErrorAt } from './problem.ts';
import { isMoment, milliseconds, noMoment } from './times.ts';

export type OperationRequest = ApiSchemas['schemas']['OperationRequest'];

const later = new Set(['configure', 'execute']);
/** Kinds that can be about a part of a product. */
const selecting = new Set(['compile', 'package', 'release', 'deploy', 'start', 'stop', 'restart', 'destroy']);
const inEnvironment = new Set(['deploy', 'release', 'scale', 'rollback', 'start', 'stop', 'restart', 'destroy']);
/** Kinds that change what others are configured with. */
const giving = new Set(['deploy', 'release', 'rollback', 'undo']);
/** Kinds that build or deploy again by force what is unchanged; a start or a stop is forced on those who need it. */
const forcing = selecting;

const fits = (value: unknown, errors: readonly ErrorAt[]): value is OperationRequest => errors.length === 0 && isObject(value);

/** The request, or everything that is wrong with it. */
export function operationRequest(body: unknown): Readonly<{ request: OperationRequest } | { errors: readonly ErrorAt[] }> {
  const unbuilt = notBuilt(body);
  const named = new Set(unbuilt.map((error) => error.pointer));
  const shape = shapeErrors('OperationRequest', body).filter((error) => !named.has(error.pointer));
  const errors = [...unbuilt, ...nameless(body), ...shape.map(({ pointer, detail }) => ({ pointer, detail })), ...amiss(body)];
  return fits(body, errors) ? { request: body } : { errors };
}

/** What is drawn but not built is refused by name. */
function notBuilt(body: unknown): readonly ErrorAt[] {
  if (!isObject(body)) return [];
  const errors: ErrorAt[] = [];
  const refuse = (key: string, what: string): void => void errors.push({ pointer: `/${key}`, detail: `not supported yet: ${what}` });
  if (typeof body['kind'] === 'string' && later.has(body['kind'])) refuse('kind', body['kind']);
  if (body['force'] === true && !forcing.has(String(body['kind']))) refuse('force', `force of ${String(body['kind'])}; leave force away`);
  return errors;
}

const isSome = (list: unknown): boolean => list !== undefined && !(Array.isArray(list) && list.length === 0);

/** What the shape alone cannot say. */
function amiss(body: unknown): readonly ErrorAt[] {
  if (!isObject(body)) return [];
  const errors: ErrorAt[] = [];
  const { kind, environment, notBefore, deadline } = body;
  if (typeof notBefore === 'string' && !isMoment(notBefore)) errors.push({ pointer: '/notBefore', detail: `notBefore ${noMoment}` });
  if (typeof deadline === 'string' && milliseconds(deadline) === 0)
    errors.push({ pointer: '/deadline', detail: 'deadline has to be longer than nothing, as in 30m' });
  if (typeof kind === 'string' && inEnvironment.has(kind) && (environment === undefined || environment === null))
    errors.push({ pointer: '', detail: `"environment" is missing: ${kind} needs to know where` });
  const named = (list: unknown, pointer: string): readonly ErrorAt[] =>
    twice(list, (item) => (isObject(item) ? item['name'] : null), pointer, '/name');
  return [
    ...errors,
    ...notOf(body),
    ...unheeded(body),
    ...ofUndo(body),
    ...ofScale(body),
    ...named(body['perComponent'], '/perComponent'),
    ...named(body['labels'], '/labels'),
    ...twice(body['components'], (item) => item, '/components', ''),
  ];
}

/** Kinds that build, and so make a release; of a part that is packaged the rest is as in another one. */
const building = new Set(['compile', 'package', 'release']);
const packaging = new Set(['package', 'release']);
const placing = new Set(['deploy', 'rollback']);

/** What a kind does not heed: it would be ignored, and whoever asked would not know. */
function unheeded(body: Readonly<Record<string, unknown>>): readonly ErrorAt[] {
  const { kind, components, release, version, pipeline } = body;
  const errors: ErrorAt[] = [];
  if (typeof kind !== 'string' || (!selecting.has(kind) && !inEnvironment.has(kind))) return errors;
  const upon = packaging.has(kind);
  if (isThere(release) && !placing.has(kind) && !(upon && isSome(components)))
    errors.push({
      pointer: '/release',
      detail: upon
        ? 'all of the product is built, so no other release is taken; leave release away, choose the components that are to be built upon it, or deploy it (kind deploy)'
        : `a ${kind} takes no release; leave release away`,
    });
  if (isThere(version) && !building.has(kind))
    errors.push({ pointer: '/version', detail: `a ${kind} makes no release; leave version away` });
  if (isThere(pipeline) && kind !== 'release')
    errors.push({ pointer: '/pipeline', detail: 'only a release both builds and deploys; leave pipeline away' });
  return errors;
}

/** What a kind cannot be asked with. */
function notOf({ kind, components, restartConsumers }: Readonly<Record<string, unknown>>): readonly ErrorAt[] {
  const name = String(kind);
  const errors: ErrorAt[] = [];
  if (isSome(components) && !selecting.has(name))
    errors.push({ pointer: '/components', detail: `${name} is not about chosen components; leave components away` });
  if (restartConsumers === true && !giving.has(name))
    errors.push({ pointer: '/restartConsumers', detail: `a ${name} changes no outputs; leave restartConsumers away` });
  return errors;
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

const nameless = (body: unknown): readonly ErrorAt[] =>
  isObject(body) && body['product'] === undefined && body['kind'] !== 'undo' ? [{ pointer: '', detail: '"product" is missing' }] : [];

/** An undo is of an operation, and of nothing else. */
function ofUndo(body: Readonly<Record<string, unknown>>): readonly ErrorAt[] {
  const { kind, of } = body;
  if (kind !== 'undo') {
    return isThere(of) ? [{ pointer: '/of', detail: 'only an undo is of an operation; leave of away' }] : [];
  }
  const errors = isThere(of) ? [] : [{ pointer: '', detail: '"of" is missing: an undo needs to know which operation it takes back' }];
  const not = ['version', 'release', 'pipeline', 'perComponent'].filter((key) => isThere(body[key]) && isSome(body[key]));
  return [
    ...errors,
    ...not.map((key) => ({ pointer: `/${key}`, detail: `what an undo comes to follows from its operation; leave ${key} away` })),
  ];
}

/** A scale says how many of each component, and nothing else says it. */
function ofScale({ kind, perComponent }: Readonly<Record<string, unknown>>): readonly ErrorAt[] {
  const items = (Array.isArray(perComponent) ? perComponent : []).map((item: unknown, index) => ({
    item,
    pointer: `/perComponent/${index}`,
  }));
  if (kind === 'scale' && items.length === 0)
    return [{ pointer: '', detail: '"perComponent" is missing: a scale needs to know how many of which components: [{ name, replicas }]' }];
  return items.flatMap(({ item, pointer }) => {
    if (!isObject(item)) return [];
    if (kind !== 'scale')
      return isThere(item['replicas'])
        ? [{ pointer: `${pointer}/replicas`, detail: 'only a scale says replicas; here a parameter of the spec may' }]
        : [];
    const missing = isThere(item['replicas']) ? [] : [{ pointer, detail: '"replicas" is missing: how many are to run' }];
    const not = ['spec', 'parameters'].filter((key) => isThere(item[key]));
    return [
      ...missing,
      ...not.map((key) => ({ pointer: `${pointer}/${key}`, detail: `a scale changes only the number; leave ${key} away` })),
    ];
  });
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
