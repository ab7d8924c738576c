import { avroSchemas, type Message } from '@srm/schemas';
import { avroType, type AvroType } from './avro-type.ts';
import { largestValue, sentence } from './errors.ts';

/** What comes before the content: the magic byte and the schema id. */
const before = 5;

/** Why no codec of today's schemas could encode this message, as a sentence; null: it can be said. For those who fix what they will say before they say it. */
export function unsayable(): (message: Pick<Message, 'type' | 'data'>) => string | null {
  const types = new Map<string, AvroType>();
  const room = Buffer.allocUnsafe(largestValue - before);
  const typeOf = (name: string): AvroType => {
    const schema = avroSchemas.get(name);
    if (schema === undefined) throw new Error(`there is no message ${name}: schemas/avro has no such file`);
    const type = types.get(name) ?? avroType(schema);
    types.set(name, type);
    return type;
  };
  return ({ type, data }) => {
    try {
      const end = typeOf(type).write(data, room, 0);
      return end === null ? `${type} is larger than ${largestValue} bytes: larger things go by digest` : null;
    } catch (error) {
      return sentence(error);
    }
  };
}
