export type Header = readonly [name: string, value: string];

/** What lies on a topic: bytes, with the CloudEvents attributes as `ce_…` headers. */
export type BusRecord = Readonly<{ topic: string; key: string; headers: readonly Header[]; value: Uint8Array }>;
export type Received = BusRecord & Readonly<{ partition: number; position: number }>;

/** Records of one partition, in order. It belongs to one generation of its group. */
export type Batch = Readonly<{
  topic: string;
  partition: number;
  records: readonly Received[];
  /** Everything up to and with this position is done and need not come again. */
  resolve: (position: number) => Promise<void>;
  /** False once the partition belongs to somebody else, or the reader is stopping: start nothing more, settle, throw. */
  alive: () => boolean;
  /** Says "still at it" while a transient error is retried. */
  heartbeat: () => Promise<void>;
}>;

export type SubscribeOptions = Readonly<{
  /** Full topic name, as in the topics table. */
  topic: string;
  group: string;
  /** shared: the group's instances divide the partitions, positions are kept. whole: every instance reads all that comes from now on. */
  read: 'shared' | 'whole';
  /** Handed one batch at a time per partition; the next comes when it has settled. What was not resolved comes again. */
  onBatch: (batch: Batch) => Promise<void>;
  /** Called whenever the group is joined (anew), before the first batch: caches are emptied (protocol 5). */
  onJoin?: () => void;
  /** Called when the group was lost: nothing is read until it is joined anew. */
  onLeave?: () => void;
}>;

export interface Reader {
  /** Starts nothing more, waits for the batches under way to settle. */
  stop(): Promise<void>;
}

export interface Bus {
  /** Resolves when all are durable, in this order per key. Rejects with a TransientError; then any part of them may be there. */
  publish(records: readonly BusRecord[]): Promise<void>;
  /** Resolves when the reader is in place: what is published from then on reaches it. */
  subscribe(options: SubscribeOptions): Promise<Reader>;
  close(): Promise<void>;
}
