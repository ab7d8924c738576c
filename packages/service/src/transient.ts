/** By name, not by class: stores know nothing of messaging and throw one of their own. */
export const isTransient = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'TransientError';

/** What lies under the key has to be mended first (protocol 10). */
export const isSetAside = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'SetAside';

export const sentence = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
