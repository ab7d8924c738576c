import type { Finder } from './finder.ts';

/** A text in the place of another, in one file of the repository; `old` stands there exactly once. */
export type Change = Readonly<{ file: string; old: string; new: string }>;

/** A rule that is broken on purpose. What is doubled on purpose is broken in both places. */
export type Mutant = Readonly<{
  /** A rule of the protocol (`4`), a row of the table of the book (`book`), or a law (`I3`): then a finder has to name that law. */
  rule: string;
  /** What is broken. */
  broken: string;
  changes: readonly Change[];
  /** Who is expected to find it, cheapest first. */
  finders: readonly Finder[];
}>;

/** Makes changes in one file. */
export const inFile =
  (file: string) =>
  (old: string, now: string): Change => ({ file, old, new: now });

export const mutant = (rule: string, broken: string, changes: readonly Change[], finders: readonly Finder[]): Mutant => ({
  rule,
  broken,
  changes,
  finders,
});

export const nameOf = ({ rule, broken }: Mutant): string => `${rule}: ${broken}`;

/** The text with the change made. Throws where it does not fit any more. */
export function changed(text: string, { file, old, new: now }: Change, mutant: Mutant): string {
  const times = text.split(old).length - 1;
  if (times !== 1) throw new Error(`mutant "${nameOf(mutant)}" no longer applies: ${file} has its text ${times} times, not once:\n${old}`);
  return text.split(old).join(now);
}
