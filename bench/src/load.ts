/** Releases that are asked for by HTTP, for so many milliseconds: one after the other by each caller, or so many a second however long they take. */
export type Load = Readonly<{ callers: number; lasts: number }> &
  (Readonly<{ kind: 'closed' }> | Readonly<{ kind: 'open'; perSecond: number }>);

/** What came of it, once all that was accepted has succeeded. Milliseconds. */
export type Loaded = Readonly<{
  /** Of what was accepted, from its request to its end. */
  latencies: readonly number[];
  /** When each ended, from the beginning. */
  ends: readonly number[];
  /** Answered with 429; of these, those without Retry-After. */
  refused: number;
  without: number;
  failed: readonly string[];
}>;
