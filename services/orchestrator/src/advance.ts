import { idOf } from '@srm/messaging';
import type { Envelope, Message } from '@srm/schemas';
import type { Decider, History, Said } from './decider.ts';

/** An event and what was said because of it. */
export type Decided<E extends Message> = Readonly<{
  event: Envelope<E>;
  said: readonly (Readonly<{ topic: Said['topic'] }> & Readonly<{ message: Envelope }>)[];
}>;

/** Slices end at about this many characters of content, so that a decision stays far below every limit (protocol 8). */
const sliceWeight = 256 * 1024;

/** Judges the inputs in order, then says a slice of what is due: accept, fold, next, fold. Pure but for using up `state`. */
export function advance<S extends History, E extends Message, I extends Message>(
  decider: Decider<S, E, I>,
  key: string,
  state: S,
  inputs: readonly Envelope<I>[],
  /** What the events of `next` are caused by when there are no inputs: the last input that was judged. */
  cause: Envelope | null,
): { state: S; decided: readonly Decided<E>[] } {
  const decided: Decided<E>[] = [];
  const fold = (message: E, by: Envelope | null): void => {
    const event = envelopeOf(key, state, message, by);
    state = folded(decider, state, event);
    decided.push({ event, said: decider.said(event, state).map((said, n) => ({ topic: said.topic, message: saidBy(event, said, n) })) });
  };
  for (const input of inputs) for (const message of decider.accept(state, input)) fold(message, input);
  const by = inputs.at(-1) ?? cause;
  let weight = 0;
  for (const message of decider.next(state)) {
    weight += weightOf(message.data);
    if (weight > sliceWeight && decided.length > 0) break;
    fold(message, by);
  }
  return { state, decided };
}

/** The state after one event, its history counted on. */
export function folded<S extends History, E extends Message, I extends Message>(
  decider: Decider<S, E, I>,
  state: S,
  event: Envelope<E>,
): S {
  const after: S | undefined = decider.evolve(state, event);
  // What was stored may be of a newer version (protocol 10).
  if (after === undefined) throw new Error(`${event.type} is not known to this version`);
  after.number = event.sequence ?? 0;
  after.time = event.time;
  return after;
}

function envelopeOf<E extends Message>(key: string, state: History, message: E, by: Envelope | null): Envelope<E> {
  const number = state.number + 1;
  const time = by === null || by.time < state.time ? state.time : by.time;
  const about = { correlationid: by?.correlationid ?? key, causationid: by?.id ?? null, traceparent: by?.traceparent ?? null };
  const place = { id: idOf('event', key, number), source: `/srm/${key}`, subject: key, time, sequence: number };
  return enveloped(message, place, about);
}

type Place = Pick<Envelope, 'id' | 'source' | 'subject' | 'time' | 'sequence'>;
type About = Pick<Envelope, 'correlationid' | 'causationid' | 'traceparent'>;

/** Field by field: each event and command takes one, and spreading them cost a sixth of a decision. */
const enveloped = <M extends Message>({ type, data }: M, place: Place, about: About): Envelope<M> =>
  ({
    type,
    data,
    id: place.id,
    source: place.source,
    subject: place.subject,
    time: place.time,
    sequence: place.sequence,
    correlationid: about.correlationid,
    causationid: about.causationid,
    traceparent: about.traceparent,
  }) as Envelope<M>;

const saidBy = ({ id, source, time, correlationid, traceparent }: Envelope, { message, subject }: Said, n: number): Envelope =>
  enveloped(message, { id: idOf('said', id, n), source, subject, time, sequence: null }, { correlationid, causationid: id, traceparent });

/** About the characters that a value has as JSON, without making them. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 8;
  let weight = 2;
  for (const [name, part] of Object.entries(value)) weight += name.length + 3 + weightOf(part);
  return weight;
}
