export type Effect = 'none' | 'possible' | 'done';

/** One attempt at one step, as its command asked for it. */
export type Job = Readonly<{
  id: string;
  operation: string;
  step: string;
  attempt: number;
  /** compile, package, configure, deploy, publish, withdraw, start, stop, restart, destroy, undo … */
  action: string;
  tenant: string;
  product: string;
  /** '' where no environment is touched. */
  environment: string;
  component: string;
  /** 0 without a lease. */
  fence: number;
  /** Milliseconds from the request. */
  deadline: number;
  driver: string;
  /** JSON text from the environment's definition, or null. */
  target: string | null;
  inputs: ReadonlyMap<string, string>;
  /** Of an undo: the step it undoes. */
  undoes: string | null;
  /** What restorePoint() gave for the step; of an undo, for the step it undoes; null: none was taken. */
  restorePoint: string | null;
}>;

export type Output = Readonly<{ name: string; value: string; secret: boolean }>;

export type JobStatus =
  | Readonly<{ state: 'absent' }>
  | Readonly<{ state: 'unknown'; why: string }>
  | Readonly<{ state: 'running'; done: number | null; total: number | null; text: string }>
  | Readonly<{ state: 'succeeded'; outputs: readonly Output[]; unchanged: boolean }>
  | Readonly<{ state: 'failed'; reason: string; code: string | null; retryable: boolean; effect: Effect }>
  | Readonly<{ state: 'cancelled'; reason: string; effect: Effect }>;

/** What start() came to. refused: the system said no, and nothing was done; a sentence a person can act on. */
export type Started = Readonly<{ refused: string | null; code?: string; retryable?: boolean }>;

/** How long a call may be in flight (protocol 13, 17), in milliseconds. */
export type Timing = Readonly<{
  /** The client's time-out of one call. */
  call: number;
  /** The longest that the target may hold a request before it takes effect, after the client gave up. */
  hold: number;
}>;

/** One outside system. Every call may be repeated: the same job.id is the same job.
 *  A job that the system refuses is 'failed' (or refused by start), never a throw; a system out of reach is a TransientError. */
export interface Driver {
  /** Who can refuse an older fence, and keep a tombstone: the target itself, or only the book. */
  readonly fencing: 'target' | 'bridge';
  readonly timing: Timing;
  /** JSON text: what has to be known to undo the step. Asked before anything is touched. Null where jobs of this kind have nothing to undo by:
   *  that follows from the job alone, never from what is found at the target, and is so of every attempt. */
  restorePoint(job: Job): Promise<string | null>;
  start(job: Job, signal: AbortSignal): Promise<Started>;
  observe(job: Job): Promise<JobStatus>;
  /** Of an unknown job too: where the target can, it keeps a tombstone and a later start does nothing. True: a tombstone stands, no start can take effect any more. */
  cancel(job: Job): Promise<boolean>;
  /** Text from this offset (bytes) on, as far as there is. */
  log(job: Job, offset: number): Promise<Readonly<{ text: string; next: number }>>;
  /** JSON text: last log lines, exit codes, probe answers, platform events; null where there is none. */
  evidence(job: Job): Promise<string | null>;
}
