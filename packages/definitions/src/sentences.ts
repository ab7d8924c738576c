import type { ErrorObject } from 'ajv';
import { below, found } from './finding.ts';
import { meant, quoted } from './nearest.ts';
import { isObject } from './own.ts';
import type { Finding } from './types.ts';

const reserved = new Set(['containers', 'strategy', 'windows', 'approvals', 'database', 'base']);
const kinds: ReadonlyMap<unknown, string> = new Map([
  ['object', 'a map'],
  ['array', 'a list'],
  ['string', 'a text'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['boolean', 'true or false'],
  ['null', 'nothing'],
]);

const says = (error: ErrorObject): string | null =>
  typeof error.parentSchema?.['x-says'] === 'string' ? error.parentSchema['x-says'] : null;
const knownKeys = (error: ErrorObject): readonly string[] =>
  isObject(error.parentSchema?.['properties']) ? Object.keys(error.parentSchema['properties']) : [];
const value = (error: ErrorObject): string => quoted(error.data);

function typeSentence(error: ErrorObject): string {
  const types: readonly unknown[] = Array.isArray(error.schema) ? error.schema : [error.schema];
  const hint =
    types.includes('string') && !types.includes('number') && (typeof error.data === 'number' || typeof error.data === 'boolean')
      ? `; write it in quotes: "${String(error.data)}"`
      : '';
  return `${value(error)} is not ${says(error) ?? types.map((type) => kinds.get(type) ?? String(type)).join(' or ')}${hint}`;
}

function unknownKey(key: string, known: readonly string[]): string {
  if (reserved.has(key)) return `not supported yet: ${key}; the word is reserved`;
  return `unknown key ${quoted(key)}${meant(key, known)}`;
}

function detail(error: ErrorObject): string {
  const limit = String(error.params['limit']);
  switch (error.keyword) {
    case 'type':
      return typeSentence(error);
    case 'const':
      return `${value(error)} is not ${quoted(error.schema)}; write ${quoted(error.schema)}`;
    case 'enum':
      return Array.isArray(error.schema) ? `${value(error)} is none of ${error.schema.join(', ')}` : `${value(error)} is not allowed`;
    case 'pattern':
      return `${value(error)} is not ${says(error) ?? `of the form ${String(error.schema)}`}`;
    case 'minimum':
      return `${value(error)} is too small; at least ${limit}`;
    case 'maximum':
      return `${value(error)} is too large; at most ${limit}`;
    case 'minLength':
      return `the text is too short; at least ${limit} characters`;
    case 'maxLength':
      return `the text is too long; at most ${limit} characters`;
    case 'minItems':
      return `the list is too short; give at least ${limit}`;
    case 'maxItems':
      return `the list is too long; at most ${limit}`;
    case 'minProperties':
      return `the map is empty; give at least ${limit}${knownKeys(error).length > 0 ? ` of ${knownKeys(error).join(', ')}` : ''}`;
    case 'maxProperties':
      return `too many keys; at most ${limit}${knownKeys(error).length > 0 ? ` of ${knownKeys(error).join(', ')}` : ''}`;
    default:
      return `${value(error)} ${error.message ?? 'is not allowed'}`;
  }
}

function findingOf(error: ErrorObject): Finding {
  const pointer = error.instancePath;
  if (error.keyword === 'additionalProperties') {
    const key = String(error.params['additionalProperty']);
    return { pointer: below(pointer, key), at: 'key', detail: unknownKey(key, knownKeys(error)), loose: true };
  }
  if (error.keyword === 'required') {
    const key = String(error.params['missingProperty']);
    return { pointer, at: 'value', detail: `${quoted(key)} is missing`, loose: false };
  }
  if (error.propertyName !== undefined)
    return { pointer: below(pointer, error.propertyName), at: 'key', detail: detail({ ...error, data: error.propertyName }), loose: false };
  return { pointer, at: 'value', detail: detail(error), loose: false };
}

/** Keywords that only repeat what another error says. */
const echoes = new Set(['if', 'propertyNames', 'anyOf', 'oneOf']);

const most = 1000;

/** Sentences that say what to do, one an error; of very many only how many there are. */
export function findingsOf(errors: readonly ErrorObject[]): readonly Finding[] {
  const own = errors.filter((error) => !echoes.has(error.keyword));
  const findings = own.slice(0, most).map(findingOf);
  return own.length > most ? [...findings, found('', `and ${own.length - most} more like these; mend these first`)] : findings;
}
