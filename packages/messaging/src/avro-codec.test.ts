import { join } from 'node:path';
import { embeddedCodec } from './avro-codec.ts';
import { codecContract } from './codec.contract.ts';
import { inFolder, word } from './test-world.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

codecContract('embedded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'srm-codec-'));
  return {
    open: async (schemas) => embeddedCodec({ file: join(folder, 'schemas.db'), ...(schemas === undefined ? {} : { schemas }) }),
    end: async () => rmSync(folder, { recursive: true, force: true }),
  };
});

test('where today’s schema cannot read what was written, decoding says so', () =>
  inFolder(async (folder) => {
    const file = join(folder, 'log.db');
    const chunk = (...more: readonly object[]): ReadonlyMap<string, object> => {
      const fields = ['operation', 'step', 'text'].map((name) => ({ name, type: 'string' }));
      return new Map([['LogChunk', { type: 'record', name: 'LogChunk', namespace: 'srm', fields: [...fields, ...more] }]]);
    };
    const old = embeddedCodec({ file, schemas: chunk() });
    const today = embeddedCodec({ file, schemas: chunk({ name: 'size', type: 'int' }) });
    const message = { ...word('operation/1', 'a'), data: { operation: 'o', step: 's', text: 'a' } };
    const written = await old.encode({ topic: 'logs', message });
    await expect(today.decode(written)).rejects.toThrow(/^what was written under schema id 1 cannot be read by today's LogChunk: /);
  }));
