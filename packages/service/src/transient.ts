/** By name, not by class: stores know nothing of messaging and throw one of their own. */
export const isTransient = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'name' in error && error.name === 'TransientError';

export const sentence = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
