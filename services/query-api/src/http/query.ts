import { meant } from '@srm/definitions';
import type { Request } from '@srm/service';
import type { ErrorAt } from './problem.ts';

type Range = Readonly<{ least: number; most?: number }>;

/** Reads the query of a request; what is wrong with it is gathered in `errors`. */
export interface Query {
  readonly errors: readonly ErrorAt[];
  text(name: string): string | null;
  oneOf<T extends string>(name: string, values: readonly T[]): T | null;
  whole(name: string, range: Range): number | null;
  /** @param narrow whether a place is one of this list */
  cursor(of: string, narrow?: (place: string) => boolean): string | null;
  /** Of a list whose places are numbers. */
  wholeCursor(of: string): number | null;
  /** Call it last: whatever was not asked for is a mistake of the caller. */
  nothingElse(): void;
}

export function queryOf({ query }: Request): Query {
  const errors: ErrorAt[] = [];
  const known = new Set<string>();
  const wrong = (name: string, detail: string): null => {
    errors.push({ pointer: `?${name}`, detail });
    return null;
  };
  const text = (name: string): string | null => {
    known.add(name);
    return query.get(name) ?? null;
  };
  const cursor: Query['cursor'] = (of, narrow = () => true) => {
    const value = text('cursor');
    const place = value === null ? null : placeIn(of, value);
    if (value === null || (place !== null && narrow(place))) return place;
    return wrong('cursor', 'is not the next of a page of this list; begin without one');
  };
  return {
    errors,
    text,
    oneOf(name, values) {
      const value = text(name);
      return value === null ? null : (values.find((one) => one === value) ?? wrong(name, `"${value}" is none of ${values.join(', ')}`));
    },
    whole(name, { least, most }) {
      const value = text(name);
      if (value === null) return null;
      const number = wholeNumber(value);
      if (number !== null && number >= least && number <= (most ?? Number.MAX_SAFE_INTEGER)) return number;
      return wrong(name, `"${value}" is not a whole number ${most === undefined ? `from ${least} on` : `from ${least} to ${most}`}`);
    },
    cursor,
    wholeCursor: (of) => {
      const place = cursor(of, (text) => wholeNumber(text) !== null);
      return place === null ? null : wholeNumber(place);
    },
    nothingElse() {
      for (const name of query.keys()) if (!known.has(name)) wrong(name, `unknown${meant(name, [...known])}`);
    },
  };
}

export const wholeNumber = (text: string): number | null => (/^\d{1,15}$/.test(text) ? Number(text) : null);

/** A cursor is the list and the place where the page before ended. */
export const cursorOf = (list: string, place: string): string => Buffer.from(JSON.stringify([list, place])).toString('base64url');

function placeIn(list: string, cursor: string): string | null {
  const text = Buffer.from(cursor, 'base64url').toString();
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value) || value.length !== 2 || value[0] !== list) return null;
    const place: unknown = value[1];
    return typeof place === 'string' && cursorOf(list, place) === cursor ? place : null;
  } catch {
    return null;
  }
}
