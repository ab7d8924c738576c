import type { Documents } from '@srm/documents';
import type { BusRecord } from '@srm/messaging';

type Message = Readonly<{ topic: string; key: string; headers: readonly (readonly [string, string])[]; value: string }>;
type Decision = Readonly<{ _id: string; key: string; first: number; last: number; messages: readonly Message[] }>;

/** I9, I10: nothing is on the topics of events and commands that is not in the store byte for byte, whoever said it; all that is in
 *  the store was said; and the store has no gap and no repeat. */
export async function stored(documents: Documents, said: readonly BusRecord[]): Promise<readonly string[]> {
  const decisions = await documents
    .collection<Decision>('decisions')
    .find({}, { sort: { _id: 1 } })
    .toArray();
  const kept = new Set(decisions.flatMap(({ messages }) => messages.map((message) => print(message, message.value))));
  const heard = new Set(said.map((record) => print(record, Buffer.from(record.value).toString('base64'))));
  const strange = said.filter((record) => !kept.has(print(record, Buffer.from(record.value).toString('base64'))));
  const unsaid = decisions.flatMap(({ messages }) =>
    messages.filter((message) => isDecided(message.topic) && !heard.has(print(message, message.value))),
  );
  return [
    ...strange.map(({ topic, key }) => `I9 ${topic} has something about ${key} that is not in the store`),
    ...unsaid.map(({ topic, key }) => `I10 ${topic} lacks something about ${key} that is in the store`),
    ...gaps(decisions),
  ];
}

/** Topics on which nobody speaks but the orchestrator. */
export const isDecided = (topic: string): boolean => topic === 'srm.events.v1' || topic.startsWith('srm.commands.');

const print = ({ topic, key, headers }: Pick<BusRecord, 'topic' | 'key' | 'headers'>, value: string): string =>
  JSON.stringify([topic, key, headers, value]);

function gaps(decisions: readonly Decision[]): readonly string[] {
  const last = new Map<string, number>();
  const broken: string[] = [];
  for (const { key, first, last: end } of decisions.toSorted((a, b) => a.first - b.first)) {
    if (first !== (last.get(key) ?? 0) + 1) broken.push(`I10 the store of ${key} goes on with ${first} after ${last.get(key) ?? 0}`);
    last.set(key, end);
  }
  return broken;
}
