import { idOf, type Outgoing } from '@srm/messaging';
import { stepKey } from '@srm/schemas';
import { whyNot } from './bounds.ts';
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
export const sayLog = async (carried: Carried): Promise<void> => say(carried, await restOfLog(carried));

/** What the log has more, said but for the last that was read: that is given back, and can be said. */
export async function restOfLog(carried: Carried): Promise<readonly Outgoing[]> {
  const { c, way, driver, job } = carried;
  let last: readonly Outgoing[] = [];
  way.logOffset = Math.max(way.logOffset, carried.found.logOffset);
  for (const end = way.logOffset + atMost; way.logOffset < end;) {
    const { text, next } = await driver.log(job, way.logOffset).catch((error: unknown) => {
      c.log.warn({ error, job: job.id }, 'the log could not be read');
      return { text: '', next: way.logOffset };
    });
    if (text !== '') {
      await say(carried, last);
      last = sayable(carried, chunks(carried, text));
    }
    if (next <= way.logOffset) break;
    way.logOffset = next;
  }
  return last;
}

async function say({ c }: Carried, some: readonly Outgoing[]): Promise<void> {
  if (some.length > 0) await c.say(some);
}

const sayable = ({ c, job }: Carried, some: readonly Outgoing[]): readonly Outgoing[] =>
  some.filter((one) => {
    const why = 'message' in one ? whyNot(one.message) : null;
    if (why !== null) c.log.error({ job: job.id, why }, 'a piece of the log cannot be said');
    return why === null;
  });

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
