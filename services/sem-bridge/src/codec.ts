/** Reads unknown JSON as T; throws NotThatShape, which names the place. */
export type Shape<T> = (value: unknown, at: string) => T;

export class NotThatShape extends Error {
  override readonly name = 'NotThatShape';
}

const wrong = (at: string, wanted: string): NotThatShape => new NotThatShape(`${at === '' ? 'it' : at} must be ${wanted}`);

export const text: Shape<string> = (value, at) => {
  if (typeof value !== 'string') throw wrong(at, 'a text');
  return value;
};

export const number: Shape<number> = (value, at) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(at, 'a number');
  return value;
};

export const flag: Shape<boolean> = (value, at) => {
  if (typeof value !== 'boolean') throw wrong(at, 'true or false');
  return value;
};

export const anything: Shape<unknown> = (value) => value;

export const oneOf =
  <const T extends string>(...words: readonly T[]): Shape<T> =>
  (value, at) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw wrong(at, `one of ${words.join(', ')}`);
    return found;
  };

/** What is not there reads as null. */
export const nullable =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value, at) =>
    value === null || value === undefined ? null : shape(value, at);

export const either =
  <A, B>(first: Shape<A>, second: Shape<B>): Shape<A | B> =>
  (value, at) => {
    try {
      return first(value, at);
    } catch {
      return second(value, at);
    }
  };

export const list =
  <T>(shape: Shape<T>): Shape<readonly T[]> =>
  (value, at) => {
    if (!Array.isArray(value)) throw wrong(at, 'a list');
    return value.map((item: unknown, index) => shape(item, `${at}/${index}`));
  };

/** An object with free keys. */
export const pairs =
  <T>(shape: Shape<T>): Shape<ReadonlyMap<string, T>> =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(at, 'an object');
    return new Map(Object.entries(value).map(([key, item]: [string, unknown]) => [key, shape(item, `${at}/${key}`)]));
  };

type Fields<T extends Readonly<Record<string, Shape<unknown>>>> = { readonly [K in keyof T]: ReturnType<T[K]> };

/** An object with these keys; others are dropped. */
export const fields =
  <T extends Readonly<Record<string, Shape<unknown>>>>(shapes: T): Shape<Fields<T>> =>
  (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(at, 'an object');
    const given = new Map<string, unknown>(Object.entries(value));
    return Object.fromEntries(Object.entries(shapes).map(([key, shape]) => [key, shape(given.get(key), `${at}/${key}`)])) as Fields<T>;
  };

/** JSON text as T; throws NotThatShape. */
export function decode<T>(shape: Shape<T>, json: string, at = ''): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw wrong(at, 'JSON');
  }
  return shape(value, at);
}

/** JSON text; maps as objects. */
export const encode = (value: unknown): string =>
  JSON.stringify(value, (_key, item: unknown) => (item instanceof Map ? Object.fromEntries(item) : item), 1);
