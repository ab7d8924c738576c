import { quoted } from './nearest.ts';
import type { Parameter } from './types.ts';

const words = { boolean: 'true or false', string: 'a text', integer: 'a whole number', number: 'a number' };

const hasType = (type: Parameter['type'], value: unknown): boolean =>
  type === 'integer' ? Number.isSafeInteger(value) : type === 'number' ? Number.isFinite(value) : typeof value === type;

/** Why a value does not fit its declaration, as the end of a sentence, or null. */
export function misfit(parameter: Parameter, value: unknown): string | null {
  if (!hasType(parameter.type, value)) return `${quoted(value)} is not ${words[parameter.type]}`;
  const { enum: allowed, minimum, maximum, minLength, maxLength } = parameter;
  if (allowed !== undefined && !allowed.some((item) => item === value))
    return `${quoted(value)} is none of ${allowed.map(quoted).join(', ')}`;
  if (typeof value === 'number' && minimum !== undefined && value < minimum) return `${value} is too small; at least ${minimum}`;
  if (typeof value === 'number' && maximum !== undefined && value > maximum) return `${value} is too large; at most ${maximum}`;
  const length = typeof value === 'string' ? [...value].length : null;
  if (length !== null && minLength !== undefined && length < minLength) return `the text is too short; at least ${minLength} characters`;
  if (length !== null && maxLength !== undefined && length > maxLength) return `the text is too long; at most ${maxLength} characters`;
  return null;
}
