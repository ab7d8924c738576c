import { readFileSync } from 'node:fs';
import { extname, posix } from 'node:path';
import { digestOf } from '@srm/definitions';
import { avroSchemas } from '@srm/schemas';

/** One more wherever something outside these modules and schemas changes what comes of old events. */
const folds = 1;

/**
 * Of all that makes a state from events: the text of the decider's module and of those that it imports from here, the form of
 * snapshots, and the schemas of the messages that they name. Whoever changes any of it changes the version, and cannot forget to.
 */
export function versionOf(decider: 'environment/index' | 'releases' | 'definitions'): string {
  const texts = textsFrom([decider, 'packed', 'snapshots']);
  const schemas = [...avroSchemas].filter(([type]) => texts.some((text) => text.includes(`'${type}'`)));
  return digestOf([folds, texts, schemas]);
}

/** In the order in which they are first named. What is imported as a type only is no part of it. */
export function textsFrom(modules: readonly string[]): readonly string[] {
  const found = new Map<string, string>();
  const waiting = [...modules];
  for (let at = 0; at < waiting.length; at += 1) {
    const name = waiting[at];
    if (name === undefined || found.has(name)) continue;
    const text = readFileSync(new URL(`./${name}${extname(import.meta.url)}`, import.meta.url), 'utf8');
    found.set(name, text);
    for (const [, imported] of text.matchAll(/^import (?!type )[^;]*? from '(\.\.?\/[^']+)\.[jt]s';$/gm))
      if (imported !== undefined) waiting.push(posix.join(posix.dirname(name), imported));
  }
  return [...found.values()];
}
