import { deadLetterOf } from '@srm/schemas';
import type { Header } from './bus.ts';
import { newestShown, type DeadLetter, type DeadLetters, type Gauges } from './gauges.ts';
import type { Dropped, LogStore, Stream } from './log-store.ts';
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
    const newest = streams.flatMap((stream) => store.newest(stream, newestShown)).map(shown);
    return { topic, count: streams.reduce((sum, stream) => sum + store.end(stream) - store.begin(stream), 0), newest };
  };
  return {
    lag: async (readers) => readers.map(({ group, topic }) => ({ group, topic, behind: behind(group, topic) })),
    deadLetters: async (topics) => topics.map(inDeadLetter).filter(({ count }) => count > 0),
  };
}

const shown = ({ key, headers, at }: Dropped): DeadLetter => {
  const header = (name: string): string => headers.find(([one]: Header) => one === name)?.[1] ?? '';
  return { key, type: header('ce_type'), reason: header('srm_reason'), origin: header('srm_origin'), at };
};
