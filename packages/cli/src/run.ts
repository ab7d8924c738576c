import { CommanderError } from 'commander';
import { Refused, Unreachable } from './http.ts';
import { program } from './program.ts';
import { sentences } from './sentences.ts';
import { named, told } from './told.ts';
import { langOf } from './words.ts';
import type { Lang } from './words.ts';
import type { World } from './world.ts';
import { Left, Mistake, exit } from './world.ts';

/** Runs one command line, without the name of the program; returns the exit code. It never throws for what people or servers do wrong. */
export async function run(argv: readonly string[], world: World): Promise<number> {
  const lang = langOf(spoken(argv) ?? world.lang ?? undefined);
  let code: number = exit.succeeded;
  try {
    await program(world, lang, (ended) => (code = ended)).parseAsync(argv.map(longer), { from: 'user' });
    return code;
  } catch (error) {
    return failed(error, world, lang);
  }
}

/** Both words are understood. */
const longer = (word: string): string => word.replace(/^--environment(?=$|=)/, '--env');

/** --lang is needed before the rest is read: the help is in that language, too. */
function spoken(argv: readonly string[]): string | undefined {
  const at = argv.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  return argv[at]?.includes('=') === true ? argv[at].slice('--lang='.length) : at < 0 ? undefined : argv[at + 1];
}

function failed(error: unknown, world: World, lang: Lang): number {
  const say = sentences[lang];
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.succeeded : exit.refused;
  if (error instanceof Mistake) return (world.error(`✖ ${error.message}`), exit.refused);
  if (error instanceof Left) return (world.error(error.message), exit.interrupted);
  if (error instanceof Unreachable) return (world.error(`✖ ${error.detail ?? say.notReachable(error.message)}`), exit.unreachable);
  if (error instanceof Refused) return (world.error(refusalOf(error, lang)), exit.refused);
  const trouble = fileTrouble(error, lang);
  if (trouble !== null) return (world.error(`✖ ${trouble}`), exit.refused);
  throw error;
}

/** What the file system refused, in words; null: it is something else. */
function fileTrouble(error: unknown, lang: Lang): string | null {
  if (typeof error !== 'object' || error === null || !('syscall' in error) || !('code' in error) || !('message' in error)) return null;
  const known: Readonly<Record<string, string>> = sentences[lang].fileWhy;
  const why = known[String(error.code)] ?? String(error.message).replace(/ '.*'$/, '');
  return 'path' in error ? named(String(error.path), why, lang) : why;
}

/** All errors at once, each with its place: `srm.yaml:12:7  /spec/components/3  …` */
function refusalOf({ problem, file }: Refused, lang: Lang): string {
  const { title, status, detail, errors = [] } = problem;
  const place = (line: number | null | undefined, column: number | null | undefined): string =>
    line == null ? '' : `${file ?? ''}:${line}${column == null ? '' : `:${column}`}`;
  const lines = errors.map((error) =>
    [place(error.line, error.column), error.document ?? '', error.pointer, told(error.detail, lang)]
      .filter((part) => part !== '')
      .join('  '),
  );
  const brief = detail === undefined || detail === title || errors.length > 0;
  const head = brief ? told(title, lang) : named(told(title, lang), told(detail, lang), lang);
  return [`✖ ${sentences[lang].refused(head, status)}`, ...lines.map((line) => `  ${line}`)].join('\n');
}
