/** Out of reach, busy, timed out: the same thing done again later can succeed. Everything else thrown is not transient. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** The most that the value of a record may have, in bytes. Larger things go by digest. */
export const largestValue = 1_000_000;

/** An error as a sentence. */
export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
