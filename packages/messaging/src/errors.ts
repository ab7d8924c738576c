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

/** An error as a sentence. */
export const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));
