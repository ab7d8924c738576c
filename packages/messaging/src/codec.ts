import type { Envelope } from '@srm/schemas';
import type { BusRecord } from './bus.ts';
import type { Outgoing } from './handler.ts';

/** Avro in the Confluent wire format, attributes as `ce_` headers. */
export interface Codec {
  /** What is bytes already stays as it is. Throws on undeclared fields and on values that the schema refuses. */
  encode(outgoing: Outgoing): Promise<BusRecord>;
  /** Throws on unknown ids, types and bytes. What it gives is plain objects. */
  decode(record: BusRecord): Promise<Envelope>;
}
