import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedDocuments } from '@srm/documents';
import { embeddedCodec, embeddedLog, partitionOf, say, type Clock, type Log } from '@srm/messaging';
import { avroSchemas, topics, type Envelope, type Message } from '@srm/schemas';
import { runService } from '@srm/service';
import { orchestrator } from './orchestrator.ts';

const ill = 'environment/acme/development';
/** A key of another decider in the same partition. */
const well = Array.from({ length: 1_000 }, (_, n) => `releases/acme/shop-${n}`).find(
  (key) => partitionOf(key, topics.inputs.partitions) === partitionOf(ill, topics.inputs.partitions),
);

const input = (subject: string, id: string, message: Message): Envelope => ({
  ...message,
  id,
  source: '/test',
  subject,
  time: '2026-11-24T08:00:00.000Z',
  sequence: null,
  correlationid: 'o',
  causationid: null,
  traceparent: null,
});
const place = { tenant: 'acme', environment: 'development' };
const lease = (operation: string): Envelope =>
  input(ill, `lease-${operation}`, { type: 'RequestLease', data: { ...place, operation, components: ['shop/web'], upon: null } });
const free = (operation: string): Envelope =>
  input(ill, `free-${operation}`, { type: 'FreeLease', data: { ...place, operation, outcome: [], last: true } });
const version = (operation: string, product: string): Envelope =>
  input(`releases/acme/${product}`, operation, {
    type: 'RequestVersion',
    data: { tenant: 'acme', product, operation, version: '1.0', contentDigest: 'sha256:c' },
  });

/** Something that was said, and can be waited for. */
function heard() {
  const said: string[] = [];
  let waiting: () => void = () => {};
  return {
    said,
    add: (text: string): void => {
      said.push(text);
      waiting();
    },
    until: async (text: string): Promise<void> => {
      while (!said.some((one) => one.includes(text))) await new Promise<void>((resolve) => (waiting = resolve));
    },
  };
}

/** Nobody waits for anything but the end. */
const clock: Clock = {
  now: () => Date.parse('2026-11-24T08:00:00.000Z'),
  sleep: (_, signal) => new Promise((resolve) => (signal?.aborted ? resolve() : signal?.addEventListener('abort', () => resolve()))),
};

/** One life of the service over the files of a folder; an older version does not know some types. */
async function begun(folder: string, unknown: readonly string[] = []) {
  const { add: note, until: logged } = heard();
  const events = heard();
  const log: Log = { info: (_, text) => note(text), warn: (_, text) => note(text), error: (_, text) => note(text) };
  const bus = embeddedLog({ file: join(folder, 'log.db'), clock, log, synchronous: 'off' });
  const documents = embeddedDocuments({ file: join(folder, 'documents.db') });
  const schemas = new Map([...avroSchemas].filter(([type]) => !unknown.includes(type)));
  const codec = embeddedCodec({ file: join(folder, 'schemas.db'), schemas });
  const reader = await bus.subscribe({
    topic: topics.events.name,
    group: 'auditor',
    read: 'shared',
    onBatch: async (batch) => {
      for (const { position, key, headers } of batch.records) {
        await batch.resolve(position);
        const named = new Map(headers);
        events.add(`${key} ${Number(named.get('ce_sequence'))} ${named.get('ce_type')}`);
      }
    },
  });
  const service = await orchestrator({ documents, codec, clock });
  const running = await runService({ service, bus, codec, clock, log, aside: bus.aside });
  return {
    logged,
    events,
    health: () => running.health().parts.flatMap(({ setAside }) => setAside.map(({ what, reason }) => `${what}: ${reason}`)),
    tell: (...messages: readonly Envelope[]) =>
      say(
        { bus, codec },
        messages.map((message) => ({ topic: 'inputs', message })),
      ),
    end: async (): Promise<void> => {
      await running.stop();
      await reader.stop();
      await bus.close();
      await documents.close();
    },
  };
}

test('a stored event of a newer version sets its key aside, no other of the partition; the newer version goes on with its inputs in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'srm-aside-'));
  const product = well?.split('/').at(-1) ?? '';
  const first = await begun(folder);
  await first.tell(lease('a'));
  await first.events.until(`${ill} 2 EnvironmentLeased`);
  await first.end();

  const older = await begun(folder, ['EnvironmentLeased']);
  await older.tell(lease('b'), version('v', product));
  await older.logged('is set aside');
  await older.tell(lease('c'), free('a'), version('w', product));
  await older.events.until(`${well} 2 `);
  expect(older.health()).toEqual([
    `${ill}: ${ill} is set aside: event 2 cannot be read: EnvironmentLeased is not known to this version of SRM: schemas/avro has no such file`,
  ]);
  await older.end();

  const newer = await begun(folder);
  await newer.logged('is no longer set aside');
  await newer.events.until(`${ill} 6 `);
  expect(newer.health()).toEqual([]);
  await newer.end();
  const said = [...first.events.said, ...older.events.said, ...newer.events.said].filter((one) => one.startsWith(ill));
  expect([...new Set(said)]).toEqual([
    `${ill} 1 EnvironmentLeaseAsked`,
    `${ill} 2 EnvironmentLeased`,
    `${ill} 3 EnvironmentLeaseAsked`,
    `${ill} 4 EnvironmentLeaseAsked`,
    `${ill} 5 EnvironmentFreed`,
    `${ill} 6 EnvironmentLeased`,
  ]);
  rmSync(folder, { recursive: true, force: true });
});
