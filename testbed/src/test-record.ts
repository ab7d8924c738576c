import type { Received } from '@srm/messaging';
import { growing, keyIn, recordOf } from '@srm/messaging/testing';
import { testBus } from './test-bus.ts';

type Where = Readonly<{ brokers: readonly string[]; namespace: string }>;

const topic = 'srm.events.v1';
const partitions = 12;
const lastWord = 'nothing comes after this';

/** For tests: all that lies on the topic of events, by key, in order. Nobody writes there any more: what comes after a last word of each partition is not read. */
async function recordIn({ brokers, namespace }: Where): Promise<ReadonlyMap<string, readonly Received[]>> {
  const bus = await testBus(brokers, { clientId: 'auditor', namespace });
  const ends = growing<number>();
  const found = new Map<string, Received[]>();
  await bus.publish(Array.from({ length: partitions }, (_, partition) => recordOf(topic, keyIn(partition, 'end'), lastWord)));
  const reader = await bus.subscribe({
    topic,
    group: 'auditor',
    read: 'shared',
    onBatch: async ({ records, resolve }) => {
      for (const record of records)
        if (Buffer.from(record.value).toString() === lastWord) ends.add(record.partition);
        else found.set(record.key, [...(found.get(record.key) ?? []), record]);
      const last = records.at(-1);
      if (last !== undefined) await resolve(last.position);
    },
  });
  await ends.reaches(partitions);
  await reader.stop();
  await bus.close();
  return found;
}

/** What is on the topic of events. `repeats`: how many came again, which is no fault; `ended`: operations that have an ending. */
export type Audit = Readonly<{ faults: readonly string[]; keys: number; events: number; repeats: number; ended: ReadonlySet<string> }>;

const endings = /Operation(Succeeded|Failed|Compensated|CompensationFailed|Cancelled|Refused|Planned)$/;

/**
 * For tests: what breaks the laws I1 and I10, in sentences. Of every key the first occurrences read 1, 2, 3 …; whatever comes again is the same, byte for
 * byte; an operation ends once.
 */
export async function auditOf(where: Where): Promise<Audit> {
  const faults: string[] = [];
  const ended = new Set<string>();
  let [events, repeats] = [0, 0];
  const record = await recordIn(where);
  for (const [key, records] of record) {
    const seen = new Map<number, string>();
    const ends: string[] = [];
    for (const one of records) {
      const headers = new Map(one.headers);
      const number = Number(headers.get('ce_sequence') ?? 'NaN');
      const type = headers.get('ce_type') ?? '';
      const text = JSON.stringify([[...one.headers].sort(), Buffer.from(one.value).toString('base64')]);
      const before = seen.get(number);
      if (before === undefined && number !== seen.size + 1) faults.push(`${key}: event ${number} comes where ${seen.size + 1} is due`);
      if (before !== undefined && before !== text) faults.push(`${key}: event ${number} comes again and is another`);
      if (before === undefined) events += 1;
      else repeats += 1;
      if (before === undefined && endings.test(type)) ends.push(`${type} as event ${number}`);
      seen.set(number, before ?? text);
    }
    const [, operation] = /^operation\/(.+)$/.exec(key) ?? [];
    if (operation === undefined) continue;
    if (ends.length > 0) ended.add(operation);
    if (ends.length !== 1) faults.push(`${key} ends ${ends.length} times: ${ends.join(', ')}`);
  }
  return { faults, keys: record.size, events, repeats, ended };
}
