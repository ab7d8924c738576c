/** One task of a supervisor: whose, how to tell of it, when to leave off. */
export type Task = Readonly<{
  job: string;
  /** Aborts when the job is to be cancelled. */
  cancel: AbortSignal;
  /** Aborts when the supervisor ends: the job stays open and is gone on with by the next. */
  leave: AbortSignal;
  say: (text: string) => void;
  former: ReadonlyMap<string, number>;
}>;
