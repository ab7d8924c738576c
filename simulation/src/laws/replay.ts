import type { Documents } from '@srm/documents';
import type { BusRecord, Codec } from '@srm/messaging';
import {
  advance,
  definitionsDecider,
  environmentDecider,
  operationDecider,
  releasesDecider,
  type Decider,
  type History,
} from '@srm/orchestrator/deciders';
import type { Envelope, Message } from '@srm/schemas';

type Stored = Readonly<{ topic: string; key: string; headers: readonly (readonly [string, string])[]; value: string }>;
type Decision = Readonly<{ _id: string; key: string; first: number; last: number; causes: readonly string[]; messages: readonly Stored[] }>;

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
    const { causes, missing } = causesOf<I>(decision, events, inputs);
    if (missing.length > 0) return [`I6 ${decision._id} was caused by ${missing.join(', ')}, which nobody said`];
    const anew = advance(decider, key, state, causes, null);
    const said = anew.decided.flatMap(({ event, said: some }) => [{ topic: 'events' as const, message: event }, ...some]);
    const records = await Promise.all(said.map((one) => codec.encode(one)));
    const differs = differenceOf(decision.messages, records);
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

/** The inputs that a decision names, each in the occurrence that was judged. What came twice, and again at the end, is what caused the rest. */
function causesOf<I extends Message>({ causes }: Decision, events: readonly Envelope[], inputs: Inputs) {
  const missing: string[] = [];
  const last = events.at(-1)?.causationid ?? null;
  const all = last === null || last === causes.at(-1) ? causes : [...causes, last];
  const found = all.flatMap((id): Envelope<I>[] => {
    const said = inputs.get(id) ?? [];
    const time = events.find(({ causationid }) => causationid === id)?.time ?? '';
    const one = said.find((input) => input.time === time) ?? said.find((input) => input.time < time);
    if (one === undefined) missing.push(id);
    return one === undefined ? [] : [one as Envelope<I>];
  });
  return { causes: found, missing };
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
