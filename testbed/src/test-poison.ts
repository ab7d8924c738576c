import type { BusRecord, Header } from '@srm/messaging';
import { operationKey, type Message, type Topic } from '@srm/schemas';
import { CompressionCodecs, CompressionTypes, type Producer } from 'kafkajs';

/** A record that somebody else puts on a topic: without a key or a value, packed, whatever its headers. */
export type Foreign = Readonly<{ key: string | null; headers: readonly Header[]; value: Buffer | null; packed?: CompressionTypes }>;
/** `why`: what people read in the dead letter. */
export type Poison = Readonly<{ record: Foreign; why: string }>;
/** Two operations, the second not asked for yet, and a step of the first. */
export type Work = Readonly<{ before: string; after: string; step: string }>;
/** Ids of schemas that others have at the registry: of an unknown type, of one of ours that has other fields, of no record at all. */
export type OthersSchemas = Readonly<{ unheard: number; broken: number; others: readonly number[] }>;

/** As much as a broker takes of others, nearly. */
const large = Buffer.alloc(1_048_000, 'x');

/** For tests: what makes of a good LogChunk what nobody can read, each in its own way. */
export function unreadable({ key, headers, value: bytes }: BusRecord, { unheard, broken, others }: OthersSchemas): readonly Poison[] {
  const value = Buffer.from(bytes);
  const filled = (other: Buffer | null, why: string): Poison => ({ record: { key, headers, value: other }, why });
  const under = (id: number, why: string): Poison => filled(Buffer.concat([wire(id), value.subarray(5)]), why);
  const headed = (name: string, text: string | null, why: string): Poison => {
    const rest = headers.filter(([one]) => one !== name);
    return { record: { key, headers: text === null ? rest : [...rest, [name, text]], value }, why };
  };
  const keyed = (other: string | null): Poison => ({
    record: { key: other, headers, value },
    why: `the key is ${JSON.stringify(other ?? '')}, but ce_subject says ${JSON.stringify(key)}`,
  });
  const notWire = (first: number): string => `the first byte is ${first}, not 0: this is not the Confluent wire format`;
  return [
    filled(Buffer.from('{"type":"LogChunk"}'), notWire(123)),
    filled(Buffer.from([0xff, 0xc3, 0x28, 0xa0, 0xa1]), notWire(255)),
    filled(null, '0 bytes are no message: five come before its content'),
    filled(large, notWire(120)),
    { record: { key, headers, value: Buffer.from('packed'), packed: CompressionTypes.Snappy }, why: notWire(112) },
    filled(value.subarray(0, -1), 'the bytes are no LogChunk: truncated buffer'),
    filled(Buffer.concat([value, Buffer.from('x')]), 'the bytes are no LogChunk: trailing data'),
    under(2 ** 31 - 2, 'schema id 2147483646 is unknown here'),
    under(2 ** 32 - 1, 'schema id 4294967295 is unknown here'),
    under(unheard, 'Unheard is not known to this version of SRM: schemas/avro has no such file'),
    under(
      broken,
      `what was written under schema id ${broken} cannot be read by today's LogChunk: no matching field for default-less srm.LogChunk.operation`,
    ),
    ...others.map((id) => under(id, `what is registered under schema id ${id} is no record of Avro`)),
    { record: { key, headers: [], value }, why: 'header content-type is missing' },
    headed('content-type', 'application/json', 'content-type is application/json, not application/avro'),
    headed('ce_specversion', '2.0', 'ce_specversion is 2.0, not 1.0'),
    headed('ce_type', 'Unheard', 'ce_type says Unheard, but the bytes are LogChunk'),
    headed('ce_subject', null, 'header ce_subject is missing'),
    headed('ce_sequence', 'first', 'ce_sequence is "first", not ten digits'),
    headed('ce_time', 'yesterday', 'ce_time is "yesterday", not a time as 2026-11-24T08:00:00.000Z'),
    keyed(null),
    keyed(`${key}/forged`),
  ];
}

/** For tests: on the topic of events what has no number is no event; what has one is kept, whatever it is. */
export function numberless(key: string): readonly Poison[] {
  const none = (record: Omit<Foreign, 'headers'>): Poison => ({
    record: { ...record, headers: [] },
    why: 'this is no event: header ce_sequence is missing',
  });
  return [
    none({ key, value: Buffer.from('{"type":"OperationRequested"}') }),
    none({ key, value: null }),
    none({ key: null, value: Buffer.from('no key') }),
    none({ key, value: large }),
    none({ key, value: Buffer.from('packed'), packed: CompressionTypes.Snappy }),
    {
      record: { key, headers: [['ce_sequence', 'first']], value: Buffer.from('x') },
      why: 'this is no event: ce_sequence is "first", not ten digits above zero',
    },
  ];
}

type Senseless = Readonly<{ message: Message; key?: string; why: string }>;

/** For tests: messages that everybody can read and nobody can do anything about. `text`: a piece of a log. */
export function senseless(topic: Topic, { before, after, step }: Work, text: Message): readonly Senseless[] {
  const job = { operation: after, step, attempt: 1, job: 'job', number: 1, fence: 0, bridge: 'sem', restorePoint: null };
  if (topic === 'logs')
    return [
      { message: { type: 'JobProgressed', data: { ...job, done: 1, total: 2, text: 'x' } }, why: 'nobody here understands JobProgressed' },
    ];
  if (topic !== 'inputs') return [{ message: text, why: 'nobody here understands LogChunk' }];
  const freeze = { tenant: 'default', environment: 'none', requestId: 'r', bodyDigest: '', frozen: true, reason: null, holdRunning: false };
  return [
    { message: text, why: `${operationKey(after)} does not understand LogChunk` },
    { message: text, key: 'nobody/1', why: 'no decider has the key nobody/1' },
    { message: { type: 'JobStarted', data: job }, why: `JobStarted is about operation ${after}, which nobody asked for` },
    {
      message: { type: 'TimerFired', data: { operation: before, timer: 'planning' } },
      why: `TimerFired is about operation ${before}, but lies under the key of ${after}`,
    },
    {
      message: { type: 'SetFreeze', data: { ...freeze, until: 'whenever', actor: { name: 'ann', authenticated: false } } },
      key: 'environment/default/none',
      why: 'a freeze until "whenever", which is no time',
    },
  ];
}

/** The five bytes before a content. */
function wire(id: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(id, 1);
  return bytes;
}

type Place = Readonly<{ namespace: string; partition: number }>;

/** For tests: puts it on that partition, alone; where it lies then, as its dead letter will say. */
export async function put(producer: Producer, topic: string, { namespace, partition }: Place, record: Foreign): Promise<string> {
  const { key, headers, value, packed } = record;
  const [at] = await producer.send({
    topic: `${namespace}${topic}`,
    messages: [{ key, value, partition, headers: Object.fromEntries(headers) }],
    ...(packed === undefined ? {} : { compression: packed }),
  });
  return `${topic}/${partition}/${at?.baseOffset}`;
}

/** As the format allows it, of literals alone. The client that the services have cannot read it. */
CompressionCodecs[CompressionTypes.Snappy] = () => ({
  compress: async ({ buffer }: Readonly<{ buffer: Buffer }>) => {
    const { length } = buffer;
    const head = [(length & 127) | 128, length >> 7, 0xf4, (length - 1) & 255, (length - 1) >> 8];
    return Buffer.concat([Buffer.from(head), buffer]);
  },
  decompress: () => Promise.reject(new Error('nothing here is read that is packed so')),
});
