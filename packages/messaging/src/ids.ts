import { hash } from 'node:crypto';

const namespace = Buffer.from('5a3c8f0e6d0b4d3e9b1a7c2f4e8d1a60', 'hex');
const room = Buffer.alloc(1024);
namespace.copy(room);

/** Ids derive from place (protocol 6): the same parts give the same id. Parts are joined by NUL, so ('a','bc') differs from ('ab','c').
 *  A UUID of version 5, made here since each event takes several. */
export const idOf = (...parts: readonly (string | number)[]): string => {
  const text = parts.join('\u0000');
  const hex = hash('sha1', named(text), 'hex');
  const variant = '89ab'[parseInt(hex.charAt(16), 16) & 3] ?? '';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** The namespace, then the text; good until the next call. */
function named(text: string): Buffer {
  if (namespace.length + text.length * 3 > room.length) return Buffer.concat([namespace, Buffer.from(text)]);
  return room.subarray(0, namespace.length + room.write(text, namespace.length));
}

export const jobId = (operation: string, step: string, attempt: number): string => idOf('job', operation, step, attempt);
export const reportId = (job: string, number: number): string => idOf('report', job, number);
