import { deadLetterOf, topics } from '@srm/schemas';
import { largestForeign, largestValue } from './errors.ts';

/** `largest`: of a value, in bytes. */
type LogTopic = Readonly<{ name: string; partitions: number; retention: number | 'forever'; largest: number }>;

const month = 30 * 24 * 60 * 60 * 1000;
const table: readonly LogTopic[] = Object.values(topics).map((topic) => ({ ...topic, largest: largestValue }));

/** Every topic that exists: those of the table, and a dead letter for each. Nothing is made by naming it. */
export const logTopics: ReadonlyMap<string, LogTopic> = new Map(
  table
    .flatMap((topic) => [topic, { name: deadLetterOf(topic.name), partitions: 1, retention: month, largest: largestForeign }])
    .map((topic): [string, LogTopic] => [topic.name, topic]),
);

/** Throws where there is no such topic. */
export function logTopic(name: string): LogTopic {
  const topic = logTopics.get(name);
  if (topic === undefined) throw new Error(`there is no topic ${name}: the topics table in schemas/src/topics.ts names them all`);
  return topic;
}
