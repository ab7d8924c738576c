import { readFileSync } from 'node:fs';
import { avroSchemas, type Envelope } from '@srm/schemas';
import fc from 'fast-check';
import type { BusRecord } from './bus.ts';
import type { Codec } from './codec.ts';
import { eachOn } from './test-world.ts';

/** Schema ids kept in one place, at first none, and codecs that share them. */
export type CodecsUnderTest = Readonly<{ open: (schemas?: ReadonlyMap<string, object>) => Promise<Codec>; end: () => Promise<void> }>;

const sample = (type: string): object =>
  JSON.parse(readFileSync(new URL(`../../../schemas/samples/${type}.json`, import.meta.url), 'utf8')) as object;

const envelope = (type: string, data: object = sample(type), sequence: number | null = null): Envelope => ({
  type,
  data,
  id: 'b7c2',
  source: '/srm/orchestrator',
  subject: 'operation/6f1c',
  time: '2026-11-24T08:00:00.000Z',
  sequence,
  correlationid: '6f1c',
  causationid: sequence === null ? null : 'a01d',
  traceparent: sequence === null ? null : '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
});
const encoding = (codec: Codec, message: Envelope): Promise<BusRecord> => codec.encode({ topic: 'events', message });
/** The schema id in the wire format. */
const idOf = (encoded: BusRecord): number => Buffer.from(encoded.value).readUInt32BE(1);
const log = (text: string) => ({ operation: 'o', step: 's', attempt: 1, offset: 0, text });

const record = (name: string, ...fields: readonly object[]): object => ({ type: 'record', name, namespace: 'srm', doc: 'A test.', fields });
const of = (...schemas: readonly (readonly [string, object])[]) => new Map(schemas);

/** What every codec must keep, wherever the schema ids are. */
export function codecContract(name: string, make: () => Promise<CodecsUnderTest>): void {
  describe(`${name} as a codec`, () => {
    let made: CodecsUnderTest;
    let codec: Codec;
    beforeAll(async () => {
      made = await make();
      codec = await made.open();
    });
    afterAll(() => made.end());

    messages(() => codec);
    wire(() => codec);
    schemaIds(make);
  });
}

type Made = () => Codec;

function messages(codec: Made): void {
  test.each([...avroSchemas.keys()])('%s comes back as it was said', async (type) => {
    for (const message of [envelope(type), envelope(type, sample(type), 42)]) {
      expect(await codec().decode(await encoding(codec(), message))).toStrictEqual(message);
    }
  });

  test.each([...avroSchemas.keys()])('%s with an undeclared field is refused', async (type) => {
    await expect(encoding(codec(), envelope(type, { ...sample(type), colour: 'red' }))).rejects.toThrow(`${type}: undeclared colour`);
  });
}

function wire(codec: Made): void {
  test('writes the wire format of Confluent, with the attributes of CloudEvents as headers', async () => {
    const encoded = await encoding(codec(), envelope('LogChunk', log('hello'), 42));
    expect({ ...encoded, value: Buffer.from(encoded.value).toString('hex') }).toStrictEqual({
      topic: 'srm.events.v1',
      key: 'operation/6f1c',
      headers: [
        ['content-type', 'application/avro'],
        ['ce_specversion', '1.0'],
        ['ce_id', 'b7c2'],
        ['ce_source', '/srm/orchestrator'],
        ['ce_type', 'LogChunk'],
        ['ce_subject', 'operation/6f1c'],
        ['ce_time', '2026-11-24T08:00:00.000Z'],
        ['ce_sequence', '0000000042'],
        ['ce_correlationid', '6f1c'],
        ['ce_causationid', 'a01d'],
        ['ce_traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
      ],
      value: `00${idOf(encoded).toString(16).padStart(8, '0')}026f027302000a68656c6c6f`,
    });
  });

  test('gives one schema one id, and another another', async () => {
    const [first, again, other] = await Promise.all([
      encoding(codec(), envelope('LogChunk')),
      encoding(codec(), envelope('LogChunk', log('more'))),
      encoding(codec(), envelope('RunStep')),
    ]);
    expect(idOf(again)).toBe(idOf(first));
    expect(idOf(other)).not.toBe(idOf(first));
  });

  test('leaves out what is null, and leaves bytes as they are', async () => {
    const encoded = await encoding(codec(), envelope('LogChunk'));
    expect(encoded.headers.map(([name]) => name)).toStrictEqual(
      'content-type ce_specversion ce_id ce_source ce_type ce_subject ce_time ce_correlationid'.split(' '),
    );
    expect(await codec().encode(encoded)).toBe(encoded);
  });

  test('gives plain objects, all the way down', async () => {
    const { data } = await codec().decode(await encoding(codec(), envelope('RunStep')));
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(Object.entries(data).find(([name]) => name === 'inputs')?.[1][0])).toBe(Object.prototype);
  });

  test('carries any text and any pair, names of prototypes among them', async () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('__proto__', 'constructor', 'toString', ''));
    const law = fc.asyncProperty(
      fc.array(fc.record({ name: text, value: text }, { noNullPrototype: true })),
      fc.maxSafeNat().map((n) => n % 2 ** 52),
      async (inputs, fence) => {
        const message = envelope('RunStep', { ...sample('RunStep'), inputs, fence }, fence);
        const sequenced = { ...message, sequence: fence % 1e12 };
        expect(await codec().decode(await encoding(codec(), sequenced))).toStrictEqual(sequenced);
      },
    );
    await fc.assert(law, { numRuns: 200 });
  });

  test('refuses what the schema does not say, wherever it stands, and names the place', async () => {
    const refused = async (data: object) => expect(encoding(codec(), envelope('RunStep', { ...sample('RunStep'), ...data }))).rejects;
    await (await refused({ inputs: [{ name: 'a', value: 'b', secret: true }] })).toThrow('RunStep.inputs.0: undeclared secret');
    await (await refused({ inputs: [{ name: 'a' }] })).toThrow('RunStep.inputs.0.value: undefined is not string');
    await (await refused({ attempt: 1.5, fence: '7' })).toThrow('RunStep.attempt: 1.5 is not int; RunStep.fence: "7" is not long');
    await (await refused({ attempt: 2 ** 31 })).toThrow('RunStep.attempt: 2147483648 is not int');
    await (await refused({ fence: 2 ** 53 })).toThrow('RunStep.fence: 9007199254740992 is not long');
    await expect(encoding(codec(), envelope('Unheard', {}))).rejects.toThrow('there is no message Unheard');
    await expect(encoding(codec(), envelope('toString', {}))).rejects.toThrow('there is no message toString');
  });

  test('refuses what is larger than a record may be, and takes what just fits', async () => {
    await expect(encoding(codec(), envelope('LogChunk', log('x'.repeat(1_000_000))))).rejects.toThrow(
      'LogChunk is larger than 1000000 bytes',
    );
    const large = envelope('LogChunk', log('x'.repeat(999_900)));
    expect(await codec().decode(await encoding(codec(), large))).toStrictEqual(large);
  });

  test('says what is wrong with bytes and headers that are no message', async () => {
    const encoded = await encoding(codec(), envelope('LogChunk', log('hello')));
    const decoding = (change: Partial<BusRecord>) => expect(codec().decode({ ...encoded, ...change })).rejects;
    const without = (name: string) => encoded.headers.filter((header) => header[0] !== name);
    const withHeader = (name: string, value: string) => [...without(name), [name, value] as const];
    const unknownId = Buffer.from(encoded.value);
    unknownId.writeUInt32BE(4711, 1);
    await decoding({ value: Buffer.alloc(0) }).toThrow('0 bytes are no message');
    await decoding({ value: Buffer.from('{"a":1}') }).toThrow('the first byte is 123, not 0');
    await decoding({ value: unknownId }).toThrow('schema id 4711 is unknown here');
    await decoding({ value: encoded.value.subarray(0, -1) }).toThrow('the bytes are no LogChunk: truncated buffer');
    await decoding({ value: Buffer.concat([encoded.value, Buffer.from('x')]) }).toThrow('the bytes are no LogChunk: trailing data');
    await decoding({ headers: withHeader('ce_type', 'RunStep') }).toThrow('ce_type says RunStep, but the bytes are LogChunk');
    await decoding({ headers: withHeader('ce_sequence', '-1') }).toThrow('ce_sequence is "-1", not ten digits');
    for (const time of ['yesterday', '2026-11-24T08:00:00Z', '2026-02-30T08:00:00.000Z'])
      await decoding({ headers: withHeader('ce_time', time) }).toThrow(`ce_time is "${time}", not a time as 2026-11-24T08:00:00.000Z`);
    await decoding({ key: '' }).toThrow('the key is "", but ce_subject says "operation/6f1c"');
    await decoding({ key: 'operation/other' }).toThrow('the key is "operation/other", but ce_subject says "operation/6f1c"');
    await decoding({ headers: withHeader('ce_specversion', '2.0') }).toThrow('ce_specversion is 2.0, not 1.0');
    await decoding({ headers: withHeader('content-type', 'application/json') }).toThrow(
      'content-type is application/json, not application/avro',
    );
    for (const name of ['content-type', 'ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time', 'ce_correlationid']) {
      await decoding({ headers: without(name) }).toThrow(`header ${name} is missing`);
    }
  });

  test('survives any bytes: it decodes them or says why not', async () => {
    const encoded = await encoding(codec(), envelope('RunStep'));
    const law = fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      const value = Buffer.concat([encoded.value.subarray(0, 5), bytes]);
      await codec()
        .decode({ ...encoded, value })
        .catch((error: unknown) => expect(error).toBeInstanceOf(Error));
    });
    await fc.assert(law, { numRuns: 300 });
  });
}

function schemaIds(make: () => Promise<CodecsUnderTest>): void {
  const on = eachOn(make);
  const text = { name: 'text', type: 'string' };
  const colour = { name: 'colour', type: ['null', 'string'], default: null };

  on('ids stay what they are when messages come and go', async ({ open }) => {
    const first = await open(of(['B', record('B', text)], ['C', record('C', text)]));
    const second = await open(of(['A', record('A', text)], ['C', record('C', text)]));
    const c = envelope('C', { text: 'c' });
    expect((await encoding(second, c)).value).toStrictEqual((await encoding(first, c)).value);
    const b = await encoding(first, envelope('B', { text: 'b' }));
    expect(idOf(await encoding(second, envelope('A', { text: 'a' })))).not.toBe(idOf(b));
    await expect(second.decode(b)).rejects.toThrow('B is not known to this version of SRM');
  });

  on('what an older schema wrote is read by today’s, and what a newer one wrote after a step back', async ({ open }) => {
    const old = await open(of(['A', record('A', text)]));
    const today = await open(of(['A', record('A', text, colour)]));
    const back = await open(of(['A', record('A', text)]));
    const [written, newer] = [
      await encoding(old, envelope('A', { text: 'a' })),
      await encoding(today, envelope('A', { text: 'a', colour: 'red' })),
    ];
    expect(idOf(await encoding(back, envelope('A', { text: 'a' })))).toBe(idOf(written));
    expect((await today.decode(written)).data).toStrictEqual({ text: 'a', colour: null });
    expect((await back.decode(newer)).data).toStrictEqual({ text: 'a' });
    expect((await back.decode(written)).data).toStrictEqual({ text: 'a' });
  });
}
