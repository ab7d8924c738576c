import { avroSchemas, topics } from '@srm/schemas';
import { attributesOf, headersOf } from './attributes.ts';
import { avroType, type AvroType } from './avro-type.ts';
import type { BusRecord } from './bus.ts';
import type { Codec } from './codec.ts';
import { largestValue, sentence } from './errors.ts';
import type { Outgoing } from './handler.ts';
import { embeddedSchemaIds, type SchemaIds, type WrittenBy } from './schema-ids.ts';

const start = 5;

type Known = Readonly<{ id: number; type: string; avro: AvroType }>;

/** Avro with the schema ids in a database file (it may be the embedded log's own), or `:memory:`.
 *  @param schemas the schema of each type, by default those of `@srm/schemas` */
export const embeddedCodec = (options: Readonly<{ file: string; schemas?: ReadonlyMap<string, object> }>): Codec => {
  const schemas = options.schemas ?? avroSchemas;
  return avroCodec(embeddedSchemaIds(options.file, schemas), schemas);
};

export function avroCodec(ids: SchemaIds, schemas: ReadonlyMap<string, object>): Codec {
  const writers = new Map<string, Known>();
  const readers = new Map<number, Known>();
  const room = { bytes: Buffer.allocUnsafe(1 << 16) };
  const own = new Map([...schemas.keys()].map((type) => [ids.idOf(type), type]));

  const writer = (type: string): Known => writers.get(type) ?? remembered(writers, type, writerOf(ids, schemas, type));
  /** Of today's own nothing has to be learned: reading the first takes no turn more than reading any other. */
  const today = (id: number): Known | undefined => {
    const type = own.get(id);
    return type === undefined ? undefined : remembered(readers, id, writer(type));
  };
  const learned = async (id: number): Promise<Known> => remembered(readers, id, readerOf(schemas, id, await ids.writtenBy(id)));

  const encoded = (outgoing: Exclude<Outgoing, BusRecord>): BusRecord => {
    const { message, topic } = outgoing;
    const value = valueOf(writer(message.type), message.data, room);
    return { topic: topics[topic].name, key: message.subject, headers: headersOf(message.type, message), value };
  };
  return {
    encode: async (outgoing) => ('message' in outgoing ? encoded(outgoing) : outgoing),
    decode: async (record) => {
      const attributes = attributesOf(record.headers);
      if (record.key !== attributes.subject)
        throw new Error(`the key is ${JSON.stringify(record.key)}, but ce_subject says ${JSON.stringify(attributes.subject)}`);
      const bytes = Buffer.from(record.value.buffer, record.value.byteOffset, record.value.byteLength);
      const id = idIn(bytes);
      const { type, avro } = readers.get(id) ?? today(id) ?? (await learned(id));
      if (type !== attributes.type) throw new Error(`ce_type says ${attributes.type}, but the bytes are ${type}`);
      return { ...attributes, data: read(type, avro, bytes) };
    },
  };
}

function remembered<K>(known: Map<K, Known>, key: K, one: Known): Known {
  known.set(key, one);
  return one;
}

function writerOf(ids: SchemaIds, schemas: ReadonlyMap<string, object>, type: string): Known {
  const [id, schema] = [ids.idOf(type), schemas.get(type)];
  if (id === undefined || schema === undefined) throw new Error(`there is no message ${type}: schemas/avro has no such file`);
  return { id, type, avro: avroType(schema) };
}

function readerOf(schemas: ReadonlyMap<string, object>, id: number, written: WrittenBy | undefined): Known {
  if (written === undefined) throw new Error(`schema id ${id} is unknown here`);
  if (written.type === '') throw new Error(`what is registered under schema id ${id} is no record of Avro`);
  const today = schemas.get(written.type);
  if (today === undefined) throw new Error(`${written.type} is not known to this version of SRM: schemas/avro has no such file`);
  try {
    return { id, type: written.type, avro: written.schema === today ? avroType(today) : avroType(today, written.schema) };
  } catch (error) {
    throw new Error(`what was written under schema id ${id} cannot be read by today's ${written.type}: ${sentence(error)}`);
  }
}

/** Confluent's wire format: 0, the schema id in four bytes, the content. */
function valueOf(known: Known, data: object, room: { bytes: Buffer }): Uint8Array {
  const end = known.avro.write(data, room.bytes, start);
  if (end === null) {
    if (room.bytes.length > largestValue) throw new Error(`${known.type} is larger than ${largestValue} bytes: larger things go by digest`);
    room.bytes = Buffer.allocUnsafe(room.bytes.length * 4);
    return valueOf(known, data, room);
  }
  if (end > largestValue) throw new Error(`${known.type} is larger than ${largestValue} bytes: larger things go by digest`);
  room.bytes.writeUInt8(0, 0);
  room.bytes.writeUInt32BE(known.id, 1);
  return Buffer.from(room.bytes.subarray(0, end));
}

function idIn(bytes: Buffer): number {
  if (bytes.length < start) throw new Error(`${bytes.length} bytes are no message: five come before its content`);
  if (bytes[0] !== 0) throw new Error(`the first byte is ${bytes[0]}, not 0: this is not the Confluent wire format`);
  return bytes.readUInt32BE(1);
}

function read(type: string, avro: AvroType, bytes: Buffer): object {
  try {
    return avro.read(bytes.subarray(start));
  } catch (error) {
    throw new Error(`the bytes are no ${type}: ${sentence(error)}`);
  }
}
