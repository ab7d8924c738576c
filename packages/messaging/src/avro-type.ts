import avsc from 'avsc';
import { plainCopy } from './plain-copy.ts';

/** How one version of one message is written and read. The schema is parsed once. */
export type AvroType = Readonly<{
  /** Writes at `at`; the place behind what was written, or null where the room does not suffice. Throws on what the schema does not declare. */
  write: (data: object, room: Buffer, at: number) => number | null;
  /** Plain objects. Throws on bytes that end too early or too late. */
  read: (payload: Buffer) => object;
}>;

/** @param writer the schema that the bytes were written by, where it is not today's: read by today's (BACKWARD). */
export function avroType(schema: object, writer?: object): AvroType {
  const type = parsed(schema);
  const resolver = writer === undefined ? undefined : type.createResolver(parsed(writer));
  const copy = plainCopy(schema);
  return {
    write: (data, room, at) => {
      if (!type.isValid(data, { noUndeclaredFields: true })) throw new Error(whatIsWrong(type, data));
      const end = type.encode(data, room, at);
      return end < 0 ? null : end;
    },
    read: (payload) => copy(type.fromBuffer(payload, resolver)) as object,
  };
}

const parsed = (schema: object): avsc.Type => avsc.Type.forSchema(schema as avsc.Schema);

function whatIsWrong(type: avsc.Type, data: object): string {
  const found: string[] = [];
  const errorHook = (path: readonly string[], value: unknown, expected: avsc.Type): void => {
    found.push(`${[type.name ?? '', ...path].join('.').replace(/^srm\./, '')}: ${detail(value, expected)}`);
  };
  type.isValid(data, { noUndeclaredFields: true, errorHook });
  return found.join('; ');
}

function detail(value: unknown, expected: avsc.Type): string {
  if (expected instanceof avsc.types.RecordType && typeof value === 'object' && value !== null) {
    const declared = new Set(expected.fields.map((field) => field.name));
    return `undeclared ${Object.keys(value)
      .filter((name) => !declared.has(name))
      .join(', ')}`;
  }
  return `${JSON.stringify(value)?.slice(0, 80) ?? String(value)} is not ${expected.name ?? expected.typeName}`;
}
