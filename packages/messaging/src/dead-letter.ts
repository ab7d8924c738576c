import { deadLetterOf } from '@srm/schemas';
import type { BusRecord, Received } from './bus.ts';
import { sentence } from './errors.ts';

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
