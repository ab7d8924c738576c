/** Work that is not done and will not be before something changes: an operation set aside, a message that fails again and again. */
export type SetAside = Readonly<{
  /** What it is about: a key. */
  what: string;
  reason: string;
  /** Milliseconds since 1970. */
  since: number;
}>;

export type Trouble = Readonly<{ at: number; text: string }>;

export type PartHealth = Readonly<{
  /** The topic of a subscription, or `loop <n>`. */
  name: string;
  state: 'starting' | 'running' | 'ended' | 'stopped';
  lastError: Trouble | null;
  /** Messages that were given up (they are in the dead letter) since the start. */
  deadLetters: number;
  /** What is tried again at the moment, or waits for a mend and is tried every minute. */
  setAside: readonly SetAside[];
}>;

/** Of one service. ready: everything has started and nothing was stopped. What is set aside does not make it unready: the rest goes on. */
export type Health = Readonly<{ service: string; ready: boolean; parts: readonly PartHealth[]; setAside: readonly SetAside[] }>;
