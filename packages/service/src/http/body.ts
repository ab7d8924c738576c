import type { IncomingMessage } from 'node:http';
import { problem } from '../problem.ts';
import type { Answer } from '../service.ts';

/** The body as it came, or why it is not read; then the rest of it is dropped as it comes. */
export async function bodyOf(incoming: IncomingMessage, limit: number): Promise<Uint8Array | Answer> {
  const encoding = incoming.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    const detail = 'the body has to come as it is, without Content-Encoding';
    return problem({ type: '/problems/encoding', title: 'Content-Encoding is not supported', status: 415, detail });
  }
  const declared = Number(incoming.headers['content-length'] ?? 0);
  const chunks = declared > limit ? null : await upTo(incoming, limit);
  if (chunks !== null) return Buffer.concat(chunks);
  const detail = `the body is larger than ${limit} bytes`;
  return problem({ type: '/problems/too-large', title: 'Too large', status: 413, detail });
}

/** null: it is more. Rejects when the client goes before the end. */
function upTo(incoming: IncomingMessage, limit: number): Promise<readonly Uint8Array[] | null> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    incoming.on('data', (chunk: Uint8Array) => {
      size += chunk.length;
      if (size <= limit) return chunks.push(chunk);
      chunks.length = 0;
      resolve(null);
    });
    incoming.once('end', () => resolve(chunks));
    incoming.once('error', reject);
    incoming.once('close', () => reject(new Error('the client went before the body ended')));
  });
}
