import { idOf, type Outgoing } from '@srm/messaging';
import { stepKey } from '@srm/schemas';
import type { Carried } from './carrying.ts';

const pieceSize = 64 * 1024;
const atMost = 4 * 1024 * 1024;

/** Pieces of at most `size` bytes, cut between characters. */
export function* pieces(text: string, size = pieceSize): Iterable<string> {
  let piece = '';
  let bytes = 0;
  for (const character of text) {
    const more = Buffer.byteLength(character);
    if (bytes + more > size) {
      yield piece;
      piece = '';
      bytes = 0;
    }
    piece += character;
    bytes += more;
  }
  if (piece !== '') yield piece;
}

/** Says what the log has more. Log text is no truth: that it cannot be had holds nothing up. */
export async function sayLog(carried: Carried): Promise<void> {
  const { c, way, driver, job } = carried;
  way.logOffset = Math.max(way.logOffset, carried.found.logOffset);
  for (const end = way.logOffset + atMost; way.logOffset < end;) {
    const { text, next } = await driver.log(job, way.logOffset).catch((error: unknown) => {
      c.log.warn({ error, job: job.id }, 'the log could not be read');
      return { text: '', next: way.logOffset };
    });
    if (text !== '')
      await c.say(chunks(carried, text)).catch((error: unknown) => {
        if (c.signal.aborted) throw error;
        c.log.error({ error, job: job.id }, 'a piece of the log could not be said');
      });
    if (next <= way.logOffset) return;
    way.logOffset = next;
  }
}

function chunks({ c, way, found, job }: Carried, text: string): readonly Outgoing[] {
  const all: Outgoing[] = [];
  let offset = way.logOffset;
  for (const piece of text.length * 3 <= pieceSize ? [text] : pieces(text)) {
    all.push({
      topic: 'logs',
      message: {
        type: 'LogChunk',
        data: { operation: job.operation, step: job.step, attempt: job.attempt, offset, text: piece },
        id: idOf('log', job.id, offset),
        source: `/srm/${c.name}-bridge`,
        subject: stepKey(job.operation, job.step),
        time: new Date(c.clock.now()).toISOString(),
        sequence: null,
        correlationid: found.cause.correlationid,
        causationid: found.cause.id,
        traceparent: found.cause.traceparent,
      },
    });
    offset += Buffer.byteLength(piece);
  }
  return all;
}
