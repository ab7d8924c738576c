import type { Documents } from '@srm/documents';
import type { BusRecord, Codec } from '@srm/messaging';
import {
  advance,
  definitionsDecider,
  environmentDecider,
  operationDecider,
  releasesDecider,
  type Decided,
  type Decider,
  type History,
} from '@srm/orchestrator/deciders';
import type { Envelope, Message } from '@srm/schemas';

type Stored = Readonly<{ topic: string; key: string; headers: readonly (readonly [string, string])[]; value: string }>;
type Decision = Readonly<{ _id: string; key: string; first: number; last: number; messages: readonly Stored[] }>;

/** By id, every occurrence on the topic of inputs: a timer that is said again is said at another time. */
type Inputs = ReadonlyMap<string, readonly Envelope[]>;

export type Replaying = Readonly<{
  documents: Documents;
  codec: Codec;
  /** All that lies on the topic of inputs. */
  inputs: readonly BusRecord[];
  /** How many prefixes of a history are folded anew. */
  prefixes: number;
  below: (limit: number) => number;
}>;

/** I6: replay of any prefix gives the same commands and state: every decision is made anew from the state that those before it left and from
 *  the inputs that it names, and is the same bytes, events and commands; and at drawn positions the state is what the stored events fold to. */
export async function replay(replaying: Replaying): Promise<readonly string[]> {
  const decisions = await replaying.documents
    .collection<Decision>('decisions')
    .find({}, { sort: { key: 1, first: 1 } })
    .toArray();
  const inputs = await byId(replaying);
  const broken: string[] = [];
  for (const history of byKey(decisions)) broken.push(...(await replayed(history, inputs, replaying)));
  return broken;
}

function byKey(decisions: readonly Decision[]): readonly (readonly Decision[])[] {
  const keys = new Map<string, Decision[]>();
  for (const decision of decisions) {
    const there = keys.get(decision.key);
    if (there === undefined) keys.set(decision.key, [decision]);
    else there.push(decision);
  }
  return [...keys.values()];
}

async function byId({ codec, inputs }: Replaying): Promise<Inputs> {
  const known = new Map<string, Envelope[]>();
  for (const record of inputs) {
    const input = await codec.decode(record).catch(() => null);
    if (input === null) continue; // poison
    const there = known.get(input.id);
    if (there === undefined) known.set(input.id, [input]);
    else there.push(input);
  }
  return known;
}

function replayed(history: readonly Decision[], inputs: Inputs, replaying: Replaying): Promise<readonly string[]> {
  const key = history[0]?.key ?? '';
  switch (key.slice(0, key.indexOf('/'))) {
    case 'operation':
      return made(operationDecider, key, history, inputs, replaying);
    case 'environment':
      return made(environmentDecider, key, history, inputs, replaying);
    case 'releases':
      return made(releasesDecider, key, history, inputs, replaying);
    default:
      return made(definitionsDecider, key, history, inputs, replaying);
  }
}

async function made<S extends History, E extends Message, I extends Message>(
  decider: Decider<S, E, I>,
  key: string,
  history: readonly Decision[],
  inputs: Inputs,
  { codec, prefixes, below }: Replaying,
): Promise<readonly string[]> {
  const drawn = new Set(Array.from({ length: prefixes }, () => below(history.length)));
  let state = decider.empty(key);
  for (const [n, decision] of history.entries()) {
    const events = await eventsOf<E>(codec, [decision]);
    const { causes, missing } = causesOf<I>(events, inputs);
    if (missing.length > 0) return [`I6 ${decision._id} was caused by ${missing.join(', ')}, which nobody said`];
    let anew = advance(decider, key, state, causes, null);
    let differs = differenceOf(decision.messages, await encoded(codec, anew));
    if (differs !== null) {
      // What was due after the decision before is caused by an input that was judged with that one.
      const before = folded(decider, key, await eventsOf<E>(codec, history.slice(0, n)));
      anew = advance(decider, key, before, [], causes.at(-1) ?? null);
      if (differenceOf(decision.messages, await encoded(codec, anew)) === null) differs = null;
    }
    if (differs !== null) return [`I6 ${decision._id} is decided otherwise when it is decided again: ${differs}`];
    state = anew.state;
    if (drawn.has(n) && hashOf(state) !== hashOf(folded(decider, key, await eventsOf<E>(codec, history.slice(0, n + 1)))))
      return [`I6 ${key}: the state after event ${decision.last} is not what the events fold to`];
  }
  return [];
}

async function eventsOf<E extends Message>(codec: Codec, decisions: readonly Decision[]): Promise<readonly Envelope<E>[]> {
  const all = decisions.flatMap(({ messages }) => messages.filter(({ topic }) => topic === 'srm.events.v1'));
  return Promise.all(all.map(async (one) => (await codec.decode({ ...one, value: Buffer.from(one.value, 'base64') })) as Envelope<E>));
}

function encoded<E extends Message>(
  codec: Codec,
  { decided }: Readonly<{ decided: readonly Decided<E>[] }>,
): Promise<readonly BusRecord[]> {
  const said = decided.flatMap(({ event, said: some }) => [{ topic: 'events' as const, message: event }, ...some]);
  return Promise.all(said.map((one) => codec.encode(one)));
}

/** The inputs that caused these events, each in the occurrence that was judged: the same id may have come twice, said at two times. */
function causesOf<I extends Message>(events: readonly Envelope[], inputs: Inputs) {
  const missing: string[] = [];
  const causes: Envelope<I>[] = [];
  let last = '';
  for (const { causationid: id, time } of events) {
    if (id === null || last === `${id} ${time}`) continue;
    last = `${id} ${time}`;
    const said = inputs.get(id) ?? [];
    const one = said.find((input) => input.time === time) ?? said.find((input) => input.time < time);
    if (one === undefined) missing.push(id);
    else causes.push(one as Envelope<I>);
  }
  return { causes, missing };
}

function differenceOf(stored: readonly Stored[], anew: readonly BusRecord[]): string | null {
  for (const [n, one] of stored.entries()) {
    const other = anew[n];
    if (other === undefined) return `${nameOf(one)} is missing`;
    if (print(one, one.value) !== print(other, Buffer.from(other.value).toString('base64'))) return `${nameOf(one)} is ${nameOf(other)}`;
  }
  return anew.length === stored.length ? null : `${anew.length - stored.length} more`;
}

type Named = Pick<Stored, 'topic' | 'key' | 'headers'>;
const print = ({ topic, key, headers }: Named, value: string): string => JSON.stringify([topic, key, headers, value]);
const nameOf = ({ topic, headers }: Named): string => `${new Map(headers).get('ce_type')} on ${topic}`;

function folded<S extends History, E extends Message, I extends Message>(
  decider: Decider<S, E, I>,
  key: string,
  events: readonly Envelope<E>[],
): S {
  let state = decider.empty(key);
  for (const event of events) {
    state = decider.evolve(state, event);
    state.number = event.sequence ?? 0;
    state.time = event.time;
  }
  return state;
}

/** The whole state as text: fields by name, maps and sets in their order. */
const hashOf = (state: object): string => JSON.stringify(state, (_, value: unknown) => plain(value));

function plain(value: unknown): unknown {
  if (value instanceof Map) return { map: [...value] };
  if (value instanceof Set) return { set: [...value] };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
