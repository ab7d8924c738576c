import { deadLetterOf } from '@srm/schemas';
import { letterOf } from './dead-letter.ts';
import { newestShown, type DeadLetters, type Gauges } from './gauges.ts';
import type { LogStore, Stream } from './log-store.ts';
import { logTopic } from './log-topics.ts';
import type { markBook } from './mark-book.ts';

/** The gauges of the embedded log. */
export function logGauges(store: LogStore, marks: ReturnType<typeof markBook>): Gauges {
  const streamsOf = (topic: string): readonly Stream[] => store.streams.get(logTopic(topic).name) ?? [];
  const behind = (group: string, topic: string): number =>
    streamsOf(topic).reduce(
      (sum, stream) => sum + Math.max(0, store.end(stream) - Math.max(marks.next(group, stream), store.begin(stream))),
      0,
    );
  const inDeadLetter = (topic: string): DeadLetters => {
    const streams = streamsOf(deadLetterOf(topic));
    const newest = streams.flatMap((stream) => store.newest(stream, newestShown)).map((record) => ({ ...letterOf(record), at: record.at }));
    return { topic, count: streams.reduce((sum, stream) => sum + store.end(stream) - store.begin(stream), 0), newest };
  };
  return {
    lag: async (readers) => readers.map(({ group, topic }) => ({ group, topic, behind: behind(group, topic) })),
    deadLetters: async (topics) => topics.map(inDeadLetter).filter(({ count }) => count > 0),
    buried: async (topic, from, limit) =>
      streamsOf(deadLetterOf(topic))
        .flatMap((stream) => store.read(stream, Math.max(from, store.begin(stream))))
        .slice(0, limit),
  };
}
