/** Out of reach, busy, timed out: the same thing done again later can succeed. Everything else thrown is not transient. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** What lies under this key stands in the way, not the input, and somebody has to mend it: its records wait in order, those of other keys go on (protocol 10). */
export class SetAside extends Error {
  override readonly name = 'SetAside';
}

/** The most that the value of a record may have, in bytes. Larger things go by digest. */
export const largestValue = 1_000_000;

/** What a broker takes of others unless it is told otherwise, in bytes: of that size, too, may be what is no message and goes to a dead letter. */
export const largestForeign = 1_048_588;

const isNamed = (error: unknown, name: string): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === name;

/** By name, not by class: stores know nothing of messaging and throw one of their own. */
export const isTransient = (error: unknown): boolean => isNamed(error, 'TransientError');

/** What lies under the key has to be mended first (protocol 10). */
export const isSetAside = (error: unknown): boolean => isNamed(error, 'SetAside');

/** An error as a sentence. */
export const sentence = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
