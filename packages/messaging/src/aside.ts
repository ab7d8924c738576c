import type { Received } from './bus.ts';

/** Where the records of keys wait that were set aside, for each group. Every write that resolves is durable; all of it may be repeated. */
export interface Aside {
  /** What is there already stays once. */
  put(group: string, records: readonly Received[]): Promise<void>;
  has(group: string, topic: string, key: string): Promise<boolean>;
  /** The keys of this topic of which records wait. */
  keys(group: string, topic: string): Promise<readonly string[]>;
  /** The oldest that wait under the key, in order, as they came; none: nothing waits. */
  next(group: string, topic: string, key: string): Promise<readonly Received[]>;
  /** It need not wait any more. */
  done(group: string, record: Received): Promise<void>;
}
