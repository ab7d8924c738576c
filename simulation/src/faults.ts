import type { Driver } from '@srm/bridge';
import type { Collection, Documents } from '@srm/documents';
import { TransientError, type Batch, type Bus, type BusRecord, type Clock } from '@srm/messaging';
import { count, type Counts } from './counts.ts';
import type { Life } from './life.ts';
import type { Chance } from './random.ts';

/** How often each fault happens, drawn by seed; 0 is never. They are changed when the faults stop. */
export type Rates = {
  /** A call that is refused before it did anything. */
  refused: number;
  /** A call that was done and never acknowledged. */
  unacknowledged: number;
  /** A call that takes seconds. */
  slow: number;
  /** A record that is said twice. */
  doubled: number;
  /** Some published before is said again, out of order. */
  replayed: number;
  /** What is said together comes in another order, but for each key. */
  reordered: number;
  /** What was said comes minutes later, while other partitions go on. */
  delayed: number;
  /** The process dies at a call, before or after it. */
  death: number;
  /** The process is frozen at a call, for longer than others wait for it, and then goes on. */
  freeze: number;
};

/** Calm: no more faults. Silent: who fell silent is not started again. */
export type Weather = { calm: boolean; silent: boolean };

export type Faulty = Readonly<{ life: Life; rates: Rates; chance: Chance; counts: Counts; clock?: Clock }>;

/** A call through a world that loses answers, refuses, tarries, freezes and kills. */
async function through<T>(port: string, faulty: Faulty, call: () => Promise<T>): Promise<T> {
  const { life, rates, chance, counts, clock } = faulty;
  strike(faulty, port);
  if (chance.is(rates.slow) && clock !== undefined) {
    count(counts, `${port} slow`);
    await clock.sleep(chance.below(5000));
  }
  await life.breath();
  if (chance.is(rates.refused)) {
    count(counts, `${port} refused`);
    throw new TransientError('refused by chance');
  }
  const result = await call().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  strike(faulty, port);
  await life.breath();
  if ('error' in result) throw result.error;
  if (chance.is(rates.unacknowledged)) {
    count(counts, `${port} unacknowledged`);
    throw new TransientError('done, and not acknowledged');
  }
  return result.value;
}

function strike({ life, rates, chance, counts }: Faulty, port: string): void {
  if (chance.is(rates.death)) {
    count(counts, `death at ${port}`);
    life.kill();
  }
  if (chance.is(rates.freeze)) {
    count(counts, `freeze at ${port}`);
    life.freeze();
  }
}

export const faultyDocuments = (documents: Documents, faulty: Faulty): Documents => ({
  collection: <T extends { _id: string }>(name: string): Collection<T> => {
    const inner = documents.collection<T>(name);
    const call = <R>(work: () => Promise<R>): Promise<R> => through('store', faulty, work);
    return {
      findOne: (filter, options) => call(() => inner.findOne(filter, options)),
      find: (filter, options) => ({ toArray: () => call(() => inner.find(filter, options).toArray()) }),
      countDocuments: (filter) => call(() => inner.countDocuments(filter)),
      insertOne: (document) => call(() => inner.insertOne(document)),
      updateOne: (filter, update, options) => call(() => inner.updateOne(filter, update, options)),
      updateMany: (filter, update) => call(() => inner.updateMany(filter, update)),
      replaceOne: (filter, document, options) => call(() => inner.replaceOne(filter, document, options)),
      deleteOne: (filter) => call(() => inner.deleteOne(filter)),
      deleteMany: (filter) => call(() => inner.deleteMany(filter)),
      createIndex: (keys, options) => call(() => inner.createIndex(keys, options)),
    };
  },
});

const remembered = 50;

export function faultyBus(bus: Bus, faulty: Faulty): Bus {
  const { life, rates, chance, counts, clock } = faulty;
  const said: BusRecord[] = [];
  const again = (records: readonly BusRecord[]): readonly BusRecord[] => {
    const doubled = records.flatMap((record) => (chance.is(rates.doubled) ? (count(counts, 'doubled'), [record, record]) : [record]));
    const old = said.length > 0 && chance.is(rates.replayed) ? [chance.of(said)] : [];
    if (old.length > 0) count(counts, 'replayed');
    said.push(...records);
    if (said.length > remembered) said.splice(0, said.length - remembered);
    const all = [...doubled, ...old];
    if (all.length < 2 || !chance.is(rates.reordered)) return all;
    count(counts, 'reordered');
    return mixed(all, chance);
  };
  const handed = async (onBatch: (batch: Batch) => Promise<void>, batch: Batch): Promise<void> => {
    if (chance.is(rates.delayed) && clock !== undefined) {
      count(counts, 'delayed');
      await clock.sleep(chance.below(120_000));
    }
    if (batch.alive()) await onBatch(batch);
  };
  return {
    publish: (records) => through('publish', faulty, () => bus.publish(again(records))),
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
            handed(options.onBatch, { ...batch, alive: mine, resolve }),
            gone.happened.then(() => Promise.reject(new Error('the instance is gone'))),
          ]);
        },
      }),
    close: () => bus.close(),
  };
}

/** Another order, in which each key keeps its own. */
function mixed(records: readonly BusRecord[], chance: Chance): readonly BusRecord[] {
  const keys = new Map<string, BusRecord[]>();
  for (const record of records) {
    const place = `${record.topic}/${record.key}`;
    const queue = keys.get(place);
    if (queue === undefined) keys.set(place, [record]);
    else queue.push(record);
  }
  const queues = [...keys.values()];
  const order: BusRecord[] = [];
  while (queues.length > 0) {
    const at = chance.below(queues.length);
    const record = queues[at]?.shift();
    if (record !== undefined) order.push(record);
    if (queues[at]?.length === 0) queues.splice(at, 1);
  }
  return order;
}

export const faultyDriver = (driver: Driver, faulty: Faulty): Driver => {
  const call = <R>(work: () => Promise<R>): Promise<R> => through('target', faulty, work);
  return {
    fencing: driver.fencing,
    timing: driver.timing,
    restorePoint: (job) => call(() => driver.restorePoint(job)),
    start: (job, signal) => call(() => driver.start(job, signal)),
    observe: (job) => call(() => driver.observe(job)),
    cancel: (job) => call(() => driver.cancel(job)),
    log: (job, offset) => call(() => driver.log(job, offset)),
    evidence: (job) => call(() => driver.evidence(job)),
  };
};

/** A clock that is wrong by up to so many milliseconds and steps now and then, until the weather is calm; how long a sleep takes it knows. */
export function wrongClock(clock: Clock, most: number, weather: Weather, chance: Chance, counts: Counts): Clock {
  if (most === 0) return clock;
  const drawn = (): number => Math.round((chance.next() * 2 - 1) * most);
  let wrong = drawn();
  count(counts, 'clock skewed');
  return {
    now: () => {
      if (weather.calm) return clock.now();
      if (chance.is(0.002)) {
        count(counts, 'clock stepped');
        wrong = drawn();
      }
      return clock.now() + wrong;
    },
    sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal),
  };
}
