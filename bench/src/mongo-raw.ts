import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';

/** The driver of MongoDB with nothing around it, with the same durability: what the floors of its figures are made of. */
export type RawMongo = Readonly<{
  /** One insert, of a document of so many bytes. */
  write: (id: string) => Promise<void>;
  /** Milliseconds in which all of these are inserted into an empty collection, a thousand at once. */
  fill: (documents: readonly Readonly<{ _id: string }>[]) => Promise<number>;
  close: () => Promise<void>;
}>;

const atOnce = 1_000;

export async function rawMongo(uri: string, database: string, size = 0): Promise<RawMongo> {
  const client = new MongoClient(uri, { writeConcern: { w: 'majority', journal: true } });
  await client.connect();
  const floor = client.db(database).collection<{ _id: string; text?: string }>('floor');
  const text = randomBytes(size / 2).toString('hex');
  return {
    write: async (_id) => void (await floor.insertOne({ _id, text })),
    fill: async (documents) => {
      const start = performance.now();
      for (let n = 0; n < documents.length; n += atOnce)
        await floor.bulkWrite(documents.slice(n, n + atOnce).map((document) => ({ insertOne: { document: { ...document } } })));
      const milliseconds = performance.now() - start;
      const { deletedCount } = await floor.deleteMany({});
      if (deletedCount !== documents.length) throw new Error(`${deletedCount} documents, not ${documents.length}`);
      return milliseconds;
    },
    close: () => client.close(),
  };
}
