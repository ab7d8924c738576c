import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { langOf } from '@srm/cli';
import type { Lang } from '@srm/cli';
import { sentences } from './sentences.ts';

/** What `npm start` was told. Paths are absolute. */
export type Config = Readonly<{
  data: string;
  host: string;
  port: number;
  /** The port was asked for: when it is busy, no other is taken. */
  portAsked: boolean;
  example: boolean;
  exit: boolean;
  lang: Lang;
  /** Folders that sources may lie in. */
  sources: readonly string[];
  /** A backup that the empty data folder is filled from first; null: none. */
  restore: string | null;
}>;

export const defaultPort = 7070;

type Env = Readonly<Record<string, string | undefined>>;
type Read = Readonly<{ config: Config }> | Readonly<{ mistake: string }> | Readonly<{ help: string }>;

const options = {
  data: { type: 'string', default: '.srm' },
  port: { type: 'string' },
  host: { type: 'string', default: '127.0.0.1' },
  sources: { type: 'string', multiple: true },
  'no-example': { type: 'boolean', default: false },
  restore: { type: 'string' },
  exit: { type: 'boolean', default: false },
  lang: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** Flags and environment to a checked configuration, or one sentence that says what is wrong. `home` is the folder of SRM itself. */
export function readConfig(argv: readonly string[], env: Env, folder: string, home: string): Read {
  const asked = argv.flatMap((word, at) => (word === '--lang' ? (argv[at + 1] ?? []) : word.startsWith('--lang=') ? word.slice(7) : []));
  const chosen = langOf(asked.at(-1) ?? env['LC_ALL'] ?? env['LANG']);
  const say = sentences[chosen];
  const read = flagsOf(argv, say.usage);
  if ('mistake' in read) return { mistake: read.mistake };
  const { data, port, host, sources = [], restore, exit, lang, help, 'no-example': noExample } = read.values;
  if (help) return { help: say.usage };
  if (port !== undefined && portOf(port) === null) return { mistake: say.notPort(port) };
  for (const [name, value] of Object.entries({ data, host, restore })) if (value === '') return { mistake: say.notEmpty(name) };
  if (lang !== undefined && !/^(en|zh)/i.test(lang)) return { mistake: say.notLang(lang) };
  return {
    config: {
      data: resolve(folder, data),
      host,
      port: portOf(port ?? '') ?? defaultPort,
      portAsked: port !== undefined,
      example: !noExample,
      exit,
      restore: restore === undefined ? null : resolve(folder, restore),
      lang: chosen,
      sources: [home, folder, ...sources.map((source) => resolve(folder, source))].filter((one, index, all) => all.indexOf(one) === index),
    },
  };
}

function flagsOf(argv: readonly string[], usage: string) {
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false });
  } catch (error) {
    const [sentence = ''] = String(error)
      .replace(/^\w*Error( \[\w+\])?: /, '')
      .split('. ');
    return { mistake: `${sentence}\n\n${usage}` };
  }
}

function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Infinity;
  return port <= 65_535 ? port : null;
}
