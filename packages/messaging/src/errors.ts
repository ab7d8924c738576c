/** Out of reach, busy, timed out: the same thing done again later can succeed. Everything else thrown is not transient. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}
