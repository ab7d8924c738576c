import type { Envelope, Message, Topic } from '@srm/schemas';
import type { BusRecord, Received } from './bus.ts';

/** Something to be said: an envelope for a topic (its key is the subject), or bytes that were encoded before. */
export type Outgoing = Readonly<{ topic: Topic; message: Envelope }> | BusRecord;

/** All waiting messages of one key, in order. Resumed after what it yielded is published; they are committed when it ends. */
export type Handler = (messages: readonly Envelope[]) => AsyncIterable<readonly Outgoing[]>;
/** The same of records as they came, also of those that nobody here can decode. */
export type RawHandler = (records: readonly Received[]) => AsyncIterable<readonly Outgoing[]>;
export type Loop = (signal: AbortSignal) => AsyncIterable<readonly Outgoing[]>;
export type Middleware = (next: Handler) => Handler;
/** shared: the instances of a service divide it. whole: every instance reads all of it, from now on. Where there is `raw`, it is asked in the place of `on`. */
export type Subscription = Readonly<{
  topic: Topic;
  read: 'shared' | 'whole';
  on: Handler;
  raw?: RawHandler;
  onJoin?: () => void;
  onLeave?: () => void;
}>;

/** A handler of many from a function of one. */
export const each = <M extends Message>(one: (message: Envelope<M>) => AsyncIterable<readonly Outgoing[]>): Handler =>
  async function* (messages) {
    for (const message of messages) yield* one(message as Envelope<M>);
  };

type Table<M extends Message> = {
  readonly [T in M['type']]: (message: Envelope<Extract<M, { type: T }>>) => AsyncIterable<readonly Outgoing[]>;
};

/** A handler of a table by type. A type that is not in the table is not understood: an error, never silence. */
export const byType = <M extends Message>(table: Table<M>): Handler =>
  each<M>((message) => {
    const one = Object.hasOwn(table, message.type) ? table[message.type as M['type']] : undefined;
    if (one === undefined) throw new Error(`nobody here understands ${message.type}`);
    return one(message as Envelope<Extract<M, { type: M['type'] }>>);
  });
