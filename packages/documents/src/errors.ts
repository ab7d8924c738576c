/** A unique index has it already; shaped like MongoDB's error. See isDuplicateKey. */
export class DuplicateKey extends Error {
  override readonly name = 'DuplicateKey';
  readonly code = 11000;
}

/** The disk is full, gone or busy: nothing of the write may have happened, or all of it. The runner knows it by its name. */
export class TransientError extends Error {
  override readonly name = 'TransientError';
}

/** The write or the filter makes no sense, here or in MongoDB (`code` is MongoDB's where it has one). */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: number;
  constructor(message: string, code = 2) {
    super(message);
    this.code = code;
  }
}
