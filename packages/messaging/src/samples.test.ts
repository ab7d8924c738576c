import { readFileSync } from 'node:fs';
import { avroSchemas, type Envelope } from '@srm/schemas';
import { embeddedCodec } from './index.ts';

const sample = (type: string): object =>
  JSON.parse(readFileSync(new URL(`../../../schemas/samples/${type}.json`, import.meta.url), 'utf8')) as object;

const envelope = (type: string, sequence: number | null): Envelope => ({
  type,
  data: sample(type),
  id: 'b7c2',
  source: '/srm/orchestrator',
  subject: 'operation/6f1c',
  time: '2026-11-24T08:00:00.000Z',
  sequence,
  correlationid: '6f1c',
  causationid: sequence === null ? null : 'a01d',
  traceparent: null,
});

describe('every message', () => {
  const codec = embeddedCodec({ file: ':memory:' });

  test.each([...avroSchemas.keys()])('%s comes back as it was said', async (type) => {
    for (const message of [envelope(type, null), envelope(type, 42)]) {
      const record = await codec.encode({ topic: 'events', message });
      expect(await codec.decode(record)).toStrictEqual(message);
    }
  });
});
