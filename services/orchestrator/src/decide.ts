import { isTransient, sentence, SetAside, type BusRecord, type Codec, type Handler, type Outgoing } from '@srm/messaging';
import { topics, type Envelope, type Message } from '@srm/schemas';
import { advance, folded, type Decided } from './advance.ts';
import type { Decider, History } from './decider.ts';
import type { Appended, Decisions } from './decisions.ts';
import { digestOfDecision, type Snapshots } from './snapshots.ts';

/** Largest encoded message. Refused before the append: after it, publishing is tried for ever (protocol 9). */
const largestMessage = 900 * 1024;
const cached = 1000;

/** A state at a document border, the last input that was judged, and which snapshot of it was kept last. */
type Held<S> = { state: S; cause: Envelope | null; last: Appended | null; kept: Readonly<{ number: number; size: number }> };
const none = { number: 0, size: 0 };
/** Decisions that are read at once. */
const page = 500;
/** Events between two snapshots; more where the state is large, so that keeping it costs each event little. */
const between = (size: number): number => Math.max(500, size / 2000);

/** The shell of a decider: load, advance, append one document, yield it, again until nothing is due (protocol 1 to 9). */
export function decide<S extends History, E extends Message, I extends Message>(
  decider: Decider<S, E, I>,
  decisions: Decisions,
  codec: Codec,
  /** Of those whose histories grow for ever. */
  snapshots: Snapshots<S> | null = null,
): { on: Handler; onJoin: () => void; load: (key: string, until?: number) => Promise<S> } {
  const cache = new Map<string, Held<S>>();
  /** Keys that are over, by the number of their last event. A timer outlives its operation: nobody loads a whole history for it. */
  const ended = new Map<string, number>();

  /** Where folding begins: at a snapshot, if it is of this very log, or at the beginning. */
  async function start(key: string, until: number): Promise<Held<S>> {
    for (const { state, number, first, decision, size } of (await snapshots?.read(key, until)) ?? []) {
      const [last] = await decisions.read(key, { from: first, until: first });
      if (last?.last === number && digestOfDecision(last) === decision) return { state, cause: null, last, kept: { number, size } };
    }
    return { state: decider.empty(key), cause: null, last: null, kept: none };
  }

  /** The state after the decision that holds event `until`, or after the last. */
  async function fold(key: string, until = Number.MAX_SAFE_INTEGER): Promise<Held<S>> {
    const held = await start(key, until);
    for (;;) {
      const history = await decisions.read(key, { from: held.state.number + 1, until, limit: page });
      for (const decision of history) {
        for (const record of decision.records)
          if (record.topic === topics.events.name) held.state = await refold(decider, codec, held.state, record);
        held.last = decision;
      }
      if (history.length < page) return held;
    }
  }

  /** What is kept is only to be faster: where it cannot be, the next load folds more. */
  async function keepSnapshot(key: string, held: Held<S>): Promise<void> {
    const { state, last, kept } = held;
    if (snapshots === null || last === null || state.number - kept.number < between(kept.size)) return;
    const { number } = state;
    held.kept = { number, size: kept.size };
    const size = await snapshots.write(key, state, last).catch(() => kept.size);
    held.kept = { number, size };
  }

  async function* load(key: string): AsyncGenerator<readonly Outgoing[], Held<S>> {
    const held = await fold(key);
    if (held.last !== null) yield held.last.records; // it may never have been said (protocol 4)
    return snapshots === null ? { ...held, last: null } : held;
  }

  async function* on(messages: readonly Envelope[]): AsyncGenerator<readonly Outgoing[]> {
    const key = messages[0]?.subject ?? '';
    for (const { type } of messages) if (!Object.hasOwn(decider.inputs, type)) throw new Error(`${key} does not understand ${type}`);
    const over = ended.get(key);
    if (over !== undefined && messages.every(({ type }) => decider.deafTo.has(type)) && !(await decisions.follows(key, over))) return;
    // The state is used up while it is judged; it comes back into the cache only at a document border that was said.
    let held = cache.get(key);
    cache.delete(key);
    let inputs = messages as readonly Envelope<I>[];
    for (;;) {
      held ??= yield* load(key);
      const before = held.state.number;
      const { state, decided } = advance(decider, key, held.state, inputs, held.cause);
      const cause = inputs.at(-1) ?? held.cause;
      if (decided.length === 0) {
        if (await decisions.follows(key, before)) {
          held = undefined; // a stale cache: somebody else decided (protocol 5)
          continue;
        }
        ended.delete(key);
        if (decider.over(state)) keep(ended, key, before);
        else {
          held = { ...held, state, cause };
          await keepSnapshot(key, held);
          keep(cache, key, held);
        }
        return;
      }
      const decision = await encode(codec, decided, before);
      if (!(await decisions.append(key, decision))) {
        held = undefined; // somebody was faster: load, judge again
        continue;
      }
      yield decision.records;
      held = { ...held, state, cause, last: snapshots === null ? null : decision };
      inputs = [];
    }
  }

  return {
    on,
    onJoin: () => [cache, ended].forEach((kept) => kept.clear()),
    load: async (key, until) => (await fold(key, until)).state,
  };
}

/** What was stored and cannot be folded is the trouble of this key, not of the input: its inputs wait, in order, for the mend (protocol 10). */
async function refold<S extends History, E extends Message, I extends Message>(
  decider: Decider<S, E, I>,
  codec: Codec,
  state: S,
  record: BusRecord,
): Promise<S> {
  const { number } = state; // the state may be used up by an event that cannot be folded
  try {
    const event = (await codec.decode(record)) as Envelope<E>;
    return folded(decider, state, event);
  } catch (error) {
    if (isTransient(error)) throw error;
    throw new SetAside(`${record.key} is set aside: event ${number + 1} cannot be read: ${sentence(error)}`, { cause: error });
  }
}

async function encode<E extends Message>(codec: Codec, decided: readonly Decided<E>[], before: number): Promise<Appended> {
  const outgoing = decided.flatMap(({ event, said }): Outgoing[] => [{ topic: 'events', message: event }, ...said]);
  const records: BusRecord[] = [];
  for (const one of outgoing) {
    const record = await codec.encode(one);
    if (record.value.length > largestMessage)
      throw new Error(`a message of ${record.value.length} bytes about ${record.key} is too large to be said`);
    records.push(record);
  }
  const causes = [...new Set(decided.flatMap(({ event }) => (event.causationid === null ? [] : [event.causationid])))];
  return { first: before + 1, last: before + decided.length, causes, records };
}

/** Least recently used goes first. */
function keep<T>(kept: Map<string, T>, key: string, value: T): void {
  kept.delete(key);
  kept.set(key, value);
  if (kept.size <= cached) return;
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    return;
  }
}
