import { when } from './times.js';
import { language } from './words.js';

let make = (text) => text;
let name = (_, value) => value;

/** main.js hands over the table of sentences and of terms, which lies beside the page and not in it. */
export const tellBy = (sentence, term) => {
  make = sentence;
  name = term;
};

/** The kind of an operation in the language that is chosen. */
export const kindOf = (kind) => name('kind', kind, language());

/** A sentence of the server in the language that is chosen, its times as they are here. */
export const told = (text) => make(text, language(), when);
