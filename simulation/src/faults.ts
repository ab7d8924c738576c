import type { Driver } from '@srm/bridge';
import type { Collection, Documents } from '@srm/documents';
import { TransientError, type Bus, type BusRecord } from '@srm/messaging';
import type { Life } from './life.ts';
import type { Chance } from './random.ts';

/** How often each fault happens, drawn by seed; 0 is never. */
export type Rates = Readonly<{
  /** A call that is refused before it did anything. */
  refused: number;
  /** A call that was done and never acknowledged. */
  unacknowledged: number;
  /** A record that is said twice. */
  doubled: number;
  /** Some published before is said again, out of order. */
  replayed: number;
  /** The process dies at a call. */
  death: number;
  /** The process is frozen at a call, for longer than others wait for it, and then goes on. */
  freeze: number;
}>;

export type Counts = Map<string, number>;
const count = (counts: Counts, fault: string): void => void counts.set(fault, (counts.get(fault) ?? 0) + 1);

type Faulty = Readonly<{ life: Life; rates: Rates; chance: Chance; counts: Counts }>;

/** A call through a world that loses answers, refuses, freezes and kills. */
async function through<T>({ life, rates, chance, counts }: Faulty, call: () => Promise<T>): Promise<T> {
  if (chance.is(rates.death)) {
    count(counts, 'death');
    life.kill();
  }
  if (chance.is(rates.freeze)) {
    count(counts, 'freeze');
    life.freeze();
  }
  await life.breath();
  if (chance.is(rates.refused)) {
    count(counts, 'refused');
    throw new TransientError('refused by chance');
  }
  const result = await call().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await life.breath();
  if ('error' in result) throw result.error;
  if (chance.is(rates.unacknowledged)) {
    count(counts, 'unacknowledged');
    throw new TransientError('done, and not acknowledged');
  }
  return result.value;
}

export const faultyDocuments = (documents: Documents, faulty: Faulty): Documents => ({
  collection: <T extends { _id: string }>(name: string): Collection<T> => {
    const inner = documents.collection<T>(name);
    return {
      findOne: (filter, options) => through(faulty, () => inner.findOne(filter, options)),
      find: (filter, options) => ({ toArray: () => through(faulty, () => inner.find(filter, options).toArray()) }),
      countDocuments: (filter) => through(faulty, () => inner.countDocuments(filter)),
      insertOne: (document) => through(faulty, () => inner.insertOne(document)),
      updateOne: (filter, update, options) => through(faulty, () => inner.updateOne(filter, update, options)),
      updateMany: (filter, update) => through(faulty, () => inner.updateMany(filter, update)),
      replaceOne: (filter, document, options) => through(faulty, () => inner.replaceOne(filter, document, options)),
      deleteOne: (filter) => through(faulty, () => inner.deleteOne(filter)),
      deleteMany: (filter) => through(faulty, () => inner.deleteMany(filter)),
      createIndex: (keys, options) => through(faulty, () => inner.createIndex(keys, options)),
    };
  },
});

export function faultyBus(bus: Bus, faulty: Faulty): Bus {
  const { life, rates, chance, counts } = faulty;
  const said: BusRecord[] = [];
  const again = (records: readonly BusRecord[]): readonly BusRecord[] => {
    const doubled = records.flatMap((record) => (chance.is(rates.doubled) ? (count(counts, 'doubled'), [record, record]) : [record]));
    const old = said.length > 0 && chance.is(rates.replayed) ? [chance.of(said)] : [];
    if (old.length > 0) count(counts, 'replayed');
    said.push(...records);
    if (said.length > 50) said.splice(0, said.length - 50);
    return [...doubled, ...old];
  };
  return {
    publish: (records) => through(faulty, () => bus.publish(again(records))),
    subscribe: async (options) =>
      bus.subscribe({
        ...options,
        onBatch: async (batch) => {
          const gone = life.gone();
          const mine = (): boolean => life.alive() && !gone.is() && batch.alive();
          const resolve = async (position: number): Promise<void> => {
            await life.breath();
            if (!gone.is()) await batch.resolve(position);
          };
          // Frozen or dead, the partition is given to somebody else; a frozen one goes on later as a zombie.
          await Promise.race([
            options.onBatch({ ...batch, alive: mine, resolve }),
            gone.happened.then(() => Promise.reject(new Error('the instance is gone'))),
          ]);
        },
      }),
    close: () => bus.close(),
  };
}

export const faultyDriver = (driver: Driver, faulty: Faulty): Driver => ({
  fencing: driver.fencing,
  timing: driver.timing,
  restorePoint: (job) => through(faulty, () => driver.restorePoint(job)),
  start: (job, signal) => through(faulty, () => driver.start(job, signal)),
  observe: (job) => through(faulty, () => driver.observe(job)),
  cancel: (job) => through(faulty, () => driver.cancel(job)),
  log: (job, offset) => through(faulty, () => driver.log(job, offset)),
  evidence: (job) => through(faulty, () => driver.evidence(job)),
});
