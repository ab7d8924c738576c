import { deadLetterOf } from '@srm/schemas';
import type { BusRecord, Header, Received } from './bus.ts';
import { sentence } from './errors.ts';
import type { DeadLetter } from './gauges.ts';

/** The record as it came, and why and from where it went there. */
export const deadLetter = (record: Received, error: unknown): BusRecord => ({
  topic: deadLetterOf(record.topic),
  key: record.key,
  headers: [
    ...record.headers,
    ['srm_reason', sentence(error).slice(0, 2_000)],
    ['srm_origin', `${record.topic}/${record.partition}/${record.position}`],
  ],
  value: record.value,
});

/** The original bytes and headers, for the topic that they came from. */
export function broughtBack(buried: BusRecord): BusRecord {
  const topic = buried.topic.replace(/\.dlq$/, '');
  if (deadLetterOf(topic) !== buried.topic) throw new Error(`${buried.topic} is no dead letter`);
  return { topic, key: buried.key, headers: buried.headers.slice(0, -ours), value: buried.value };
}

/** Headers that were put behind the original ones. */
const ours = 2;

/** A record of a dead letter, for people; when it was put there its log knows. */
export function letterOf({ key, headers }: Pick<BusRecord, 'key' | 'headers'>): Omit<DeadLetter, 'at'> {
  const header = (name: string): string => headers.findLast(([one]: Header) => one === name)?.[1] ?? '';
  return { key, type: header('ce_type'), reason: header('srm_reason'), origin: header('srm_origin') };
}
