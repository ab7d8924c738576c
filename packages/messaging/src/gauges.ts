import type { Received } from './bus.ts';

/** How many records of a topic a group has still to read, over all partitions. */
export type Lag = Readonly<{ group: string; topic: string; behind: number }>;

/** `at`: milliseconds since 1970. `origin`: topic/partition/position it was read from. */
export type DeadLetter = Readonly<{ key: string; type: string; reason: string; origin: string; at: number }>;

/** `topic`: the one that they were read from. */
export type DeadLetters = Readonly<{ topic: string; count: number; newest: readonly DeadLetter[] }>;

/** What a log can say of itself, for people: it changes nothing, and is true of a moment ago.
 *  Kafka: fetchTopicOffsets less fetchOffsets; the newest are read from the end of the dead letter. Throws a TransientError when the log is out of reach. */
export interface Gauges {
  /** Of each pair, in this order. A group that was never there has all of it still to read. */
  lag(readers: readonly Readonly<{ group: string; topic: string }>[]): Promise<readonly Lag[]>;
  /** Of those topics whose dead letter holds something: how many records, and at most five of them, the newest first. */
  deadLetters(topics: readonly string[]): Promise<readonly DeadLetters[]>;
  /** What lies in the dead letter of this topic from this position on, as it was put there, in order, at most so many. */
  buried(topic: string, from: number, limit: number): Promise<readonly Received[]>;
}

export const newestShown = 5;
