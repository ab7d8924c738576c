import { inspect } from 'node:util';

/** A text that is shown nowhere: as JSON, in a log line or an error it reads `***`. Only `reveal` gives it. */
export class Secret {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  reveal(): string {
    return this.#text;
  }
  toString(): string {
    return '***';
  }
  toJSON(): string {
    return '***';
  }
  [inspect.custom](): string {
    return '***';
  }
}
