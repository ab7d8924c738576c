import { setMaxListeners } from 'node:events';
import type { Reader, SubscribeOptions } from './bus.ts';
import type { Stream } from './log-store.ts';

/** Reads one stream for one member until the signal aborts. */
type Read = (stream: Stream, options: SubscribeOptions, signal: AbortSignal) => Promise<void>;

/** Divides streams among the readers that have joined: at each join and leave all settle, are told, and begin anew. */
export function readerGroup(streams: readonly Stream[], read: Read): Readonly<{ join: (options: SubscribeOptions) => Promise<Reader> }> {
  const members = new Set<SubscribeOptions>();
  let generation = new AbortController();
  let running: readonly Promise<void>[] = [];
  let divided: Promise<void> = Promise.resolve();

  const begin = (): void => {
    const present = [...members];
    generation = new AbortController();
    setMaxListeners(0, generation.signal);
    present.forEach((member) => member.onJoin?.());
    running = streams.flatMap((stream, index) => {
      const member = present[index % present.length];
      return member === undefined ? [] : [read(stream, member, generation.signal)];
    });
  };
  const divide = (): Promise<void> => {
    generation.abort();
    divided = divided.then(async () => {
      generation.abort();
      await Promise.all(running);
      begin();
    });
    return divided;
  };
  return {
    join: async (options) => {
      const member = { ...options };
      members.add(member);
      await divide();
      return { stop: () => (members.delete(member) ? divide() : divided) };
    },
  };
}
