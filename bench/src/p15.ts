import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedDocuments } from '@srm/documents';
import { embeddedCodec, headerOf, type Codec, type Handler } from '@srm/messaging';
import { orchestrator } from '@srm/orchestrator';
import { operationKey, type Envelope } from '@srm/schemas';
import Database from 'libsql';
import { phases } from './callers.ts';
import type { Goal } from './goal.ts';
import { realClock } from './house.ts';
import { worked } from './machine.ts';
import { inputsOf } from './p09.ts';
import { layered } from './products.ts';
import { plannedOf } from './pure.ts';
import { randomFrom } from './random.ts';
import { said } from './said.ts';
import { median, ratio } from './statistics.ts';

const rounds = 7;
/** Operations that are decided at the same time. */
const atOnce = 10;

const idOf = (n: number): string => `bench-${n}`;

type Documents = ReturnType<typeof embeddedDocuments>;

/** The orchestrator as it is after a start: it knows nothing yet. */
async function judge(documents: Documents, codec: Codec): Promise<Handler> {
  const { consumes } = await orchestrator({ documents, codec, clock: realClock });
  const inputs = consumes.find(({ topic }) => topic === 'inputs');
  if (inputs === undefined) throw new Error('the orchestrator reads no inputs');
  return inputs.on;
}

async function written(documents: Documents, codec: Codec, operations: number): Promise<void> {
  const on = await judge(documents, codec);
  const planned = plannedOf('bench', layered(50, 10, randomFrom(50)), phases);
  const decided = async (n: number): Promise<void> => {
    for (const judged of inputsOf(planned, idOf(n))) if (judged.length > 0) for await (const records of on(judged)) void records;
  };
  for (let n = 0; n < operations; n += atOnce) await Promise.all(Array.from({ length: atOnce }, (_, one) => decided(n + one)));
}

/** A timer that nobody waits for: nothing comes of it, but the operation has to be loaded to know that. */
function late(id: string): Envelope {
  const message = { type: 'TimerFired', data: { operation: id, timer: 'nobody waits for it' } };
  return said(message, { id: `late-${id}`, subject: operationKey(id), time: '2026-11-24T00:00:00.000Z', correlation: id });
}

/** Milliseconds of the processor in which every operation is loaded from its events. */
async function recovered(documents: Documents, codec: Codec, operations: number): Promise<number> {
  const start = worked();
  const on = await judge(documents, codec);
  for (let n = 0; n < operations; n += 1) {
    const all = [];
    for await (const records of on([late(idOf(n))])) all.push(...records);
    const succeeded = all.some((record) => 'headers' in record && headerOf(record, 'ce_type') === 'OperationSucceeded');
    if (!succeeded) throw new Error(`${idOf(n)} was not loaded to its end`);
  }
  return worked() - start;
}

/** The same file, read and parsed, and nothing else; how many events are in it. */
function scanned(file: string): Readonly<{ milliseconds: number; events: number }> {
  const start = worked();
  const database = new Database(file);
  let events = 0;
  for (const row of database.prepare('SELECT json FROM decisions ORDER BY id').iterate()) {
    const { first, last } = parsed(row);
    events += last - first + 1;
  }
  database.close();
  return { milliseconds: worked() - start, events };
}

const parsed = (row: unknown): Readonly<{ first: number; last: number }> => JSON.parse((row as Readonly<{ json: string }>).json);

export const p15: Goal = {
  id: 'P15',
  title: 'recovery from the log alone: events a second, against a scan of the same file that only parses',
  measure: async (say, { full }) => {
    const operations = full ? 200 : 20;
    const folder = mkdtempSync(join(tmpdir(), 'srm-bench-'));
    const file = join(folder, 'documents.db');
    const documents = embeddedDocuments({ file });
    try {
      const codec = embeddedCodec({ file: ':memory:' });
      await written(documents, codec, operations);
      const { events } = scanned(file);
      const [srm, scan]: [number[], number[]] = [[], []];
      for (let round = -1; round < rounds; round += 1) {
        const ours = await recovered(documents, codec, operations);
        const theirs = scanned(file);
        if (theirs.events !== events) throw new Error(`${theirs.events} events, not ${events}`);
        if (round < 0) continue;
        srm.push((events / ours) * 1000);
        scan.push((events / theirs.milliseconds) * 1000);
      }
      say(`${events} events of ${operations} W50: ${median(srm).toFixed(0)} events/s, scan ${median(scan).toFixed(0)}`);
      const about = 'by processor time: read, decode, fold every operation, no snapshot, against JSON.parse of the same decisions';
      return [{ id: 'P15', estimate: ratio(srm, scan), target: { sign: '>=', value: 0.5 }, about, samples: { srm, scan } }];
    } finally {
      await documents.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
