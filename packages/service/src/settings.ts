import { isAbsolute } from 'node:path';
import { Secret } from './secret.ts';

type Read<T> = Readonly<{ value: T }> | Readonly<{ wrong: string }>;

/** One name in the environment of a process. */
export type Setting<T> = Readonly<{
  name: string;
  /** What it is, for who has to set it. */
  what: string;
  read: (text: string) => Read<T>;
  /** Where it is not set; without it, it has to be. */
  otherwise?: T;
  /** It may be given as `<name>_FILE`, too: the file that holds it. */
  byFile: boolean;
}>;

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type ConfigOf<S extends Settings> = Readonly<{ [K in keyof S]: S[K] extends Setting<infer T> ? T : never }>;
export type Env = Readonly<Record<string, string | undefined>>;

const setting =
  <T>(read: (text: string) => Read<T>, byFile = false) =>
  (name: string, what: string, ...otherwise: readonly [] | readonly [T]): Setting<T> => ({
    name,
    what,
    read,
    byFile,
    ...(otherwise.length === 0 ? {} : { otherwise: otherwise[0] }),
  });

const isPort = (port: number): boolean => Number.isInteger(port) && port >= 0 && port <= 65_535;
const listed = (text: string, by: string): readonly string[] => text.split(by).flatMap((one) => (one.trim() === '' ? [] : [one.trim()]));
const brokerOf = (text: string): boolean => /^[^\s:,]+:\d{1,5}$/.test(text) && isPort(Number(text.slice(text.indexOf(':') + 1)));

export const text = setting<string>((value) => ({ value }));
export const secret = setting<Secret>((value) => ({ value: new Secret(value) }), true);
export const mongoAddress = setting<Secret>(
  (value) =>
    /^mongodb(\+srv)?:\/\/[^\s/]/.test(value) ? { value: new Secret(value) } : { wrong: 'is no address like mongodb://host:port' },
  true,
);
export const whole = setting<number>((value) => (/^\d{1,9}$/.test(value) ? { value: Number(value) } : { wrong: 'is no whole number' }));
export const port = setting<number>((value) =>
  /^\d{1,5}$/.test(value) && isPort(Number(value)) ? { value: Number(value) } : { wrong: 'is no port from 0 (any free one) to 65535' },
);
export const folder = setting<string>((value) => (isAbsolute(value) ? { value } : { wrong: 'is no absolute path' }));
export const folders = setting<readonly string[]>((value) => {
  const all = listed(value, ':');
  return all.length > 0 && all.every((one) => isAbsolute(one)) ? { value: all } : { wrong: 'is no list of absolute paths with : between' };
});
export const brokers = setting<readonly string[]>((value) => {
  const all = listed(value, ',');
  return all.length > 0 && all.every(brokerOf) ? { value: all } : { wrong: 'is no list of host:port with commas between' };
});
export const webAddress = setting<string>((value) =>
  /^https?:\/\/\S+$/.test(value) && URL.canParse(value)
    ? { value: value.replace(/\/$/, '') }
    : { wrong: 'is no address like http://host:port' },
);
export const oneOf = <const T extends readonly string[]>(...values: T) =>
  setting<T[number]>((value) => (values.includes(value) ? { value } : { wrong: `is none of ${values.join(', ')}` }));

/**
 * The environment as a checked configuration, or everything that is wrong with it at once, a sentence each that says what to do. A name that begins
 * with `SRM_` and is none of these is a mistake, too: it was meant to do something. `readFile` reads the secrets that are given as files.
 */
export function readSettings<S extends Settings>(
  settings: S,
  env: Env,
  readFile: (path: string) => string,
): Readonly<{ config: ConfigOf<S> }> | Readonly<{ mistakes: readonly string[] }> {
  const mistakes: string[] = [];
  const read = Object.entries(settings).map(([key, one]) => {
    const found = valueOf(one, env, readFile);
    if ('wrong' in found) mistakes.push(found.wrong);
    return [key, 'wrong' in found ? null : found.value] as const;
  });
  mistakes.push(...unknownIn(settings, env));
  return mistakes.length > 0 ? { mistakes } : { config: Object.fromEntries(read) as ConfigOf<S> };
}

function valueOf(one: Setting<unknown>, env: Env, readFile: (path: string) => string): Read<unknown> {
  const { name, what } = one;
  const given = textOf(one, env, readFile);
  if (typeof given !== 'string' && given !== undefined) return given;
  if (given === undefined || given === '')
    return 'otherwise' in one ? { value: one.otherwise } : { wrong: `${name} is not set: give it ${what}` };
  const read = one.read(given);
  return 'wrong' in read ? { wrong: `${name} ${read.wrong}${one.byFile ? '' : `: ${JSON.stringify(given)}`}; give it ${what}` } : read;
}

function textOf({ name, byFile }: Setting<unknown>, env: Env, readFile: (path: string) => string) {
  const file = byFile ? env[`${name}_FILE`] : undefined;
  if (file === undefined || file === '') return env[name];
  if (env[name] !== undefined) return { wrong: `${name} and ${name}_FILE are both set: take one of them away` };
  try {
    return readFile(file).trim();
  } catch (error) {
    return { wrong: `${name}_FILE names ${file}, which cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

export const namesOf = (settings: Settings): readonly string[] =>
  Object.values(settings).flatMap(({ name, byFile }) => (byFile ? [name, `${name}_FILE`] : [name]));

function unknownIn(settings: Settings, env: Env): readonly string[] {
  const names = namesOf(settings);
  return Object.keys(env)
    .filter((name) => name.startsWith('SRM_') && !names.includes(name))
    .sort()
    .map((name) => `${name} is no setting of this service: take it away, or correct its name (there are ${names.join(', ')})`);
}
