import { embeddedDocuments } from '@srm/documents';
import { embeddedCodec, type BusRecord, type Handler } from '@srm/messaging';
import type { Envelope } from '@srm/schemas';
import fc from 'fast-check';
import { decide } from './decide.ts';
import { decisionsOf, type Appended } from './decisions.ts';
import { operationDecider } from './operation/index.ts';
import { play, scenarios } from './operation/test-playing.ts';

const key = 'operation/op';
const codec = embeddedCodec({ file: ':memory:' });

/** An orchestrator that finds these decisions in its store. */
async function finding(stored: readonly Appended[]) {
  const decisions = await decisionsOf(embeddedDocuments({ file: ':memory:' }));
  for (const decision of stored) await decisions.append(key, decision);
  return { decisions, on: decide(operationDecider, decisions, codec).on };
}

async function fed(on: Handler, inputs: readonly Envelope[]): Promise<readonly BusRecord[]> {
  const records: BusRecord[] = [];
  for (const input of inputs) for await (const batch of on([input])) for (const one of batch) records.push(await codec.encode(one));
  return records;
}

const facts = (records: readonly BusRecord[]): Promise<readonly string[]> =>
  Promise.all(
    records.map(async (record) => {
      const { id, type, subject, sequence, data } = await codec.decode(record);
      return JSON.stringify([record.topic, id, type, subject, sequence, data]);
    }),
  );

const bytes = (record: BusRecord): string =>
  `${record.topic} ${JSON.stringify(record.headers)} ${Buffer.from(record.value).toString('base64')}`;

test('from any prefix of the stored decisions on, the same inputs again lead to the same decisions, and nothing stays unsaid', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, fc.nat({ max: 99 }), async (scenario, cut) => {
      const { inputs } = play(scenario);
      const whole = await finding([]);
      const said = await fed(whole.on, inputs);
      const decisions = await whole.decisions.read(key);
      const kept = decisions.slice(0, Math.floor((decisions.length * cut) / 100));
      const healed = await finding(kept);
      const again = await fed(healed.on, inputs);
      // What is due is due whichever input comes first after a death: what was decided is the same, its cause may be another repeat.
      expect(await facts((await healed.decisions.read(key)).flatMap(({ records }) => records))).toEqual(
        await facts(decisions.flatMap(({ records }) => records)),
      );
      const unsaid = await facts(decisions.slice(Math.max(0, kept.length - 1)).flatMap(({ records }) => records));
      expect([...new Set(await facts(again))]).toEqual([...new Set(unsaid)]);
      expect(said.map(bytes)).toEqual(decisions.flatMap(({ records }) => records.map(bytes)));
    }),
    { numRuns: 40 },
  );
});
