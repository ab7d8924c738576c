import type { Attributes } from '@srm/schemas';
import type { Header } from './bus.ts';

/** CloudEvents, binary mode: what a message carries beside its content, as headers. What is null is left out. */
export function headersOf(type: string, attributes: Attributes): readonly Header[] {
  const headers: Header[] = [
    ['content-type', 'application/avro'],
    ['ce_specversion', '1.0'],
    ['ce_id', attributes.id],
    ['ce_source', attributes.source],
    ['ce_type', type],
    ['ce_subject', attributes.subject],
    ['ce_time', attributes.time],
  ];
  if (attributes.sequence !== null) headers.push(['ce_sequence', String(attributes.sequence).padStart(10, '0')]);
  headers.push(['ce_correlationid', attributes.correlationid]);
  if (attributes.causationid !== null) headers.push(['ce_causationid', attributes.causationid]);
  if (attributes.traceparent !== null) headers.push(['ce_traceparent', attributes.traceparent]);
  return headers;
}

/** Throws where one is missing or malformed. */
export function attributesOf(headers: readonly Header[]): Attributes & Readonly<{ type: string }> {
  const given = new Map(headers);
  const optional = (name: string): string | null => given.get(name) ?? null;
  const needed = (name: string): string => given.get(name) ?? missing(name);
  if (needed('content-type') !== 'application/avro') throw new Error(`content-type is ${needed('content-type')}, not application/avro`);
  if (needed('ce_specversion') !== '1.0') throw new Error(`ce_specversion is ${needed('ce_specversion')}, not 1.0`);
  return {
    type: needed('ce_type'),
    id: needed('ce_id'),
    source: needed('ce_source'),
    subject: needed('ce_subject'),
    time: timeOf(needed('ce_time')),
    sequence: sequenceOf(optional('ce_sequence')),
    correlationid: needed('ce_correlationid'),
    causationid: optional('ce_causationid'),
    traceparent: optional('ce_traceparent'),
  };
}

const missing = (name: string): never => {
  throw new Error(`header ${name} is missing`);
};

/** Times are compared as texts, so there is one form of them. */
function timeOf(header: string): string {
  const time = Date.parse(header);
  if (Number.isNaN(time) || new Date(time).toISOString() !== header)
    throw new Error(`ce_time is ${JSON.stringify(header)}, not a time as 2026-11-24T08:00:00.000Z`);
  return header;
}

function sequenceOf(header: string | null): number | null {
  if (header === null) return null;
  if (!/^\d{10,15}$/.test(header)) throw new Error(`ce_sequence is ${JSON.stringify(header)}, not ten digits`);
  return Number(header);
}
