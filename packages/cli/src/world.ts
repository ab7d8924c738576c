import type { Client } from './client.ts';
import type { Screen } from './screen.ts';
import type { Sentences } from './sentences.ts';
import type { Sleep } from './stream.ts';
import type { Lang } from './words.ts';

/** What a command has of the world around it. */
export type World = Readonly<{
  /** Of SRM. */
  version: string;
  /** Paths start here. */
  folder: string;
  /** SRM_SERVER and LANG. */
  server: string | null;
  lang: string | null;
  actor: string;
  out: Screen;
  error: (text: string) => void;
  now: () => number;
  sleep: Sleep;
  newId: () => string;
  fetch: typeof fetch;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}>;

/** One command with its options settled. `json`: the answer as JSON instead of text. */
export type Call = World &
  Readonly<{
    client: Client;
    language: Lang;
    say: Sentences;
    json: boolean;
    /** The server that somebody named for this call alone: commands that are printed repeat it. */
    named: string | null;
  }>;

export const exit = { succeeded: 0, failed: 1, refused: 2, unreachable: 3, interrupted: 130 } as const;

/** Mistyped, or not to be done: one sentence, exit code 2. */
export class Mistake extends Error {
  override readonly name = 'Mistake';
}

/** Interrupted while watching: the operation goes on; exit code 130. */
export class Left extends Error {
  override readonly name = 'Left';
}
