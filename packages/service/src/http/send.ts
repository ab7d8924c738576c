import type { ServerResponse } from 'node:http';
import type { Clock } from '@srm/messaging';
import type { Answer } from '../service.ts';

type Parts = Readonly<{
  /** Aborted when nobody waits any more. */
  signal: AbortSignal;
  clock: Clock;
  /** The head alone is asked for. */
  bare: boolean;
}>;

const policy = "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";

/** Milliseconds that a client may leave a stream unread. */
const longestStall = 60_000;

/** Writes an answer. Resolves when all of it is handed over, or nobody is there any more. */
export async function send(response: ServerResponse, answer: Answer, parts: Parts): Promise<void> {
  if (response.destroyed) return unsent(answer);
  response.statusCode = answer.status;
  for (const [name, value] of headersOf(answer)) response.setHeader(name, value);
  if ('stream' in answer) return parts.bare ? unsent(answer).then(() => void response.end()) : stream(response, answer.stream, parts);
  const body = 'json' in answer ? JSON.stringify(answer.json) : answer.text;
  const empty = answer.status === 204 || answer.status === 304;
  if (empty) response.removeHeader('Content-Type');
  else response.setHeader('Content-Length', Buffer.byteLength(body));
  response.end(empty || parts.bare ? undefined : body);
}

async function unsent(answer: Answer): Promise<void> {
  if ('stream' in answer) await answer.stream[Symbol.asyncIterator]().return?.();
}

function headersOf(answer: Answer): ReadonlyMap<string, string> {
  const headers = new Map([
    ['x-content-type-options', 'nosniff'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-resource-policy', 'same-origin'],
    ['content-type', typeOf(answer)],
    ['cache-control', 'no-cache'],
  ]);
  for (const [name, value] of Object.entries(answer.headers ?? {})) headers.set(name.toLowerCase(), value);
  if (!headers.get('content-type')?.startsWith('text/html')) return headers;
  return new Map([['content-security-policy', policy], ['x-frame-options', 'DENY'], ...headers]);
}

function typeOf(answer: Answer): string {
  if ('json' in answer) return 'application/json; charset=utf-8';
  if ('stream' in answer) return 'text/event-stream; charset=utf-8';
  return typeof answer.text === 'string' ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

/** No faster than it is read. The source is ended with the client, even while it waits for something. */
async function stream(response: ServerResponse, source: AsyncIterable<string | Uint8Array>, { signal, clock }: Parts): Promise<void> {
  const pieces = source[Symbol.asyncIterator]();
  response.flushHeaders();
  try {
    for (;;) {
      const piece = await nextOf(pieces, signal);
      if (piece === null || piece.done === true) break;
      if (!response.write(piece.value) && !(await drained(response, signal, clock))) break;
    }
    response.end();
  } finally {
    const ended = pieces.return?.();
    if (!signal.aborted) await ended;
    else ended?.catch(() => undefined);
  }
}

/** null: aborted. */
function nextOf(pieces: AsyncIterator<string | Uint8Array>, signal: AbortSignal): Promise<IteratorResult<string | Uint8Array> | null> {
  if (signal.aborted) return Promise.resolve(null);
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(null);
    signal.addEventListener('abort', stop, { once: true });
    const settled = (): void => signal.removeEventListener('abort', stop);
    pieces.next().then(resolve, reject).finally(settled);
  });
}

/** False: nobody reads it. */
async function drained(response: ServerResponse, signal: AbortSignal, clock: Clock): Promise<boolean> {
  const waiting = new AbortController();
  const stop = (): void => waiting.abort();
  let read = false;
  const onDrain = (): void => {
    read = true;
    stop();
  };
  signal.addEventListener('abort', stop, { once: true });
  response.once('drain', onDrain);
  if (signal.aborted) stop();
  await clock.sleep(longestStall, waiting.signal);
  signal.removeEventListener('abort', stop);
  response.off('drain', onDrain);
  if (!read) response.destroy();
  return read;
}
