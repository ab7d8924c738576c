import { Refused, Unreachable, isAway } from './http.ts';
import type { Client } from './client.ts';
import { plain } from './text.ts';

export type Sleep = (milliseconds: number, signal?: AbortSignal) => Promise<void>;
/** `step`: the id of the step that it is about, null where it is about none. */
export type StreamEvent = Readonly<{ number: number; type: string; step: string | null }>;

/** So long a server may be gone before following it is given up, in milliseconds. */
const patience = 60_000;
const pause = 500;

/**
 * The events of an operation after a number, each once, in order; ends with the operation.
 * A cut connection is made again from the last event that came (protocol 25). Throws Unreachable when the server stays away.
 */
export async function* follow(client: Client, id: string, after: number, sleep: Sleep, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  let last = after;
  let left = patience / pause;
  while (!signal.aborted) {
    try {
      const body = await client.stream(id, last, signal);
      if (body === null) return;
      for await (const event of parsed(body)) {
        left = patience / pause;
        if (event.type === 'end') return;
        if (event.number <= last) continue;
        last = event.number;
        yield event;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refused && !isAway(error)) throw error;
    }
    left -= 1;
    if (left <= 0) throw new Unreachable(client.server);
    await sleep(pause, signal);
  }
}

/** The server-sent events of a body: what they are about only; the picture is read from the views. */
async function* parsed(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n\r?\n/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split(/\r?\n/).map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      );
      const [number, type] = [fields.get('id'), fields.get('event')];
      if (type === 'end') yield { number: 0, type, step: null };
      else if (number !== undefined && /^\d+$/.test(number))
        yield { number: Number(number), type: plain(type ?? ''), step: stepIn(fields.get('data') ?? '') };
    }
  }
}

/** The step that a CloudEvent is about. What cannot be read is about none. */
function stepIn(data: string): string | null {
  const found = /"step":("(?:[^"\\]|\\.)*")/.exec(data);
  const step: unknown = found?.[1] === undefined ? null : JSON.parse(found[1]);
  return typeof step === 'string' ? step : null;
}
