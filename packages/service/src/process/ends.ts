/** With what a process of a service ends, for who starts it again. */
export const ends = {
  /** Asked to end, all that was under way has settled. */
  settled: 0,
  /** Ended before all had settled: by a second signal, or since it took longer than ten seconds. Nothing is lost: it comes again. */
  hasty: 1,
  /** The environment is wrong: standard error has every mistake. Starting again does not help. */
  settings: 2,
  /** Something outside is not as it has to be (topics with other partitions, an incompatible schema, a port that is taken). */
  refused: 3,
  /** Something broke that cannot be mended from inside: a reader that ended for good, an error that nobody caught. To be started again. */
  broken: 4,
} as const;
