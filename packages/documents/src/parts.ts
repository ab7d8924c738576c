/** What another adapter of the port is made of: filters, updates, JSON, errors. */
export { DuplicateKey, Refused } from './errors.ts';
export { predicate, termsOf, type Term } from './filter.ts';
export { idOf, type Json } from './json.ts';
export { updaterOf } from './update.ts';
