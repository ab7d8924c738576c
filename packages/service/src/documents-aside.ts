import { inserted, type Documents } from '@srm/documents';
import type { Aside, Received } from '@srm/messaging';

type Waiting = Readonly<{
  _id: string;
  group: string;
  topic: string;
  key: string;
  partition: number;
  position: number;
  headers: readonly (readonly string[])[];
  /** Base64. */
  value: string;
}>;

const atOnce = 50;

/**
 * What is set aside, as documents: where services are processes of their own, their stores outlive each of them. Several instances of a group may hand
 * the same record on at once; handlers bear that, as they bear every repeat.
 */
export async function documentsAside(documents: Documents): Promise<Aside> {
  const waiting = documents.collection<Waiting>('aside');
  await waiting.createIndex({ group: 1, topic: 1, key: 1, position: 1 }, { name: 'waiting' });
  const place = (group: string, topic: string, key: string) => ({ group, topic, key });
  return {
    put: async (group, records) => void (await Promise.all(records.map((record) => inserted(waiting, waitingOf(group, record))))),
    has: async (group, topic, key) => (await waiting.findOne(place(group, topic, key), { projection: { _id: 1 } })) !== null,
    keys: async (group, topic) => {
      const found = await waiting.find({ group, topic }, { projection: { key: 1 } }).toArray();
      return [...new Set(found.map(({ key }) => key))].sort();
    },
    next: async (group, topic, key) =>
      (await waiting.find(place(group, topic, key), { sort: { position: 1 }, limit: atOnce }).toArray()).map(recordOf),
    done: async (group, record) => void (await waiting.deleteOne({ _id: idOf(group, record) })),
  };
}

/** A key lies in one partition; the place in it is the record. */
const idOf = (group: string, { topic, partition, position }: Received): string => `${group}/${topic}/${partition}/${position}`;

const waitingOf = (group: string, record: Received): Waiting => {
  const { topic, key, partition, position, headers, value } = record;
  return { _id: idOf(group, record), group, topic, key, partition, position, headers, value: Buffer.from(value).toString('base64') };
};

const recordOf = ({ topic, key, partition, position, headers, value }: Waiting): Received => ({
  topic,
  key,
  partition,
  position,
  headers: headers.map(([name = '', text = '']) => [name, text] as const),
  value: Buffer.from(value, 'base64'),
});
