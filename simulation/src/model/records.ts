import type { Filter } from '@srm/documents';
import type { Json, Plain } from './replay.ts';

/** As much of filters and updates as books use, on plain values. */
const at = (document: Json | undefined, path: string): Json =>
  path.split('.').reduce((value: Json | undefined, name) => (isPlain(value) ? value[name] : undefined), document) ?? null;

export const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

const operators: Readonly<Record<string, (value: Json, wanted: unknown) => boolean>> = {
  $ne: (value, wanted) => value !== wanted,
  $in: (value, wanted) => Array.isArray(wanted) && wanted.includes(value),
  $lt: (value, wanted) => typeof value === 'number' && typeof wanted === 'number' && value < wanted,
  $lte: (value, wanted) => typeof value === 'number' && typeof wanted === 'number' && value <= wanted,
};

export const fits = (document: Plain, filter: Filter): boolean =>
  Object.entries(filter).every(([path, wanted]) => {
    const value = at(document, path);
    if (!isPlain(wanted)) return value === (wanted ?? null);
    return Object.entries(wanted).every(([name, operand]) => {
      const holds = operators[name];
      if (holds === undefined) throw new Error(`the search does not know ${name}`);
      return holds(value, operand);
    });
  });

export const changed = (document: Plain, set: Plain): Plain =>
  Object.entries(set).reduce((after, [path, value]) => withValue(after, path.split('.'), value), document);

function withValue(document: Plain, [name = '', ...rest]: readonly string[], value: Json): Plain {
  if (rest.length === 0) return { ...document, [name]: value };
  const inner = document[name];
  return { ...document, [name]: withValue(isPlain(inner) ? inner : {}, rest, value) };
}
