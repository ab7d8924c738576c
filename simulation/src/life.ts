import type { Collection, Documents } from '@srm/documents';
import type { Bus } from '@srm/messaging';

/** One life of a process: after death nothing it began has any effect, and nothing it awaits ever comes. */
export type Life = Readonly<{
  /** Passes while alive; dies when its turn has come. */
  breath: () => Promise<void>;
  alive: () => boolean;
  /** Resolves at death. */
  death: Promise<void>;
  breaths: () => number;
  kill: () => void;
  /** It stands still for a while, whatever it is in the middle of; then it goes on, not knowing. */
  freeze: () => void;
  /** From now on: was it frozen, or did it die, so that others take its place? */
  gone: () => Readonly<{ is: () => boolean; happened: Promise<void> }>;
}>;

/** Dies at the breath with this number; Infinity: lives on. */
export function life(diesAt: number, nap: () => Promise<void> = () => Promise.resolve()): Life {
  let count = 0;
  let alive = true;
  let end: () => void = () => {};
  const death = new Promise<void>((resolve) => (end = resolve));
  let asleep: Promise<void> | null = null;
  const watching = new Set<() => void>();
  const left = (): void => {
    watching.forEach((tell) => tell());
    watching.clear();
  };
  const kill = (): void => {
    alive = false;
    left();
    end();
  };
  const freeze = (): void => {
    if (asleep !== null) return;
    asleep = nap().then(() => ((asleep = null), undefined));
    left();
  };
  return {
    alive: () => alive,
    death,
    breaths: () => count,
    kill,
    freeze,
    gone: () => {
      // Who is dead or asleep already is given nothing.
      let is = !alive || asleep !== null;
      if (is) return { is: () => true, happened: Promise.resolve() };
      const happened = new Promise<void>((resolve) => {
        watching.add(() => {
          is = true;
          resolve();
        });
      });
      return { is: () => is, happened };
    },
    breath: async () => {
      count += 1;
      if (alive && count >= diesAt) kill();
      if (asleep !== null) await asleep;
      return alive ? undefined : never();
    },
  };
}

const never = (): Promise<never> => new Promise(() => {});

/** A call that the process may not live to make, and may not live to see answered. */
const through = async <T>(life: Life, call: () => Promise<T>): Promise<T> => {
  await life.breath();
  const result = await call().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await life.breath();
  if ('error' in result) throw result.error;
  return result.value;
};

export const mortalDocuments = (documents: Documents, life: Life): Documents => ({
  collection: <T extends { _id: string }>(name: string): Collection<T> => {
    const inner = documents.collection<T>(name);
    return {
      findOne: (filter, options) => through(life, () => inner.findOne(filter, options)),
      find: (filter, options) => ({ toArray: () => through(life, () => inner.find(filter, options).toArray()) }),
      countDocuments: (filter) => through(life, () => inner.countDocuments(filter)),
      insertOne: (document) => through(life, () => inner.insertOne(document)),
      updateOne: (filter, update, options) => through(life, () => inner.updateOne(filter, update, options)),
      updateMany: (filter, update) => through(life, () => inner.updateMany(filter, update)),
      replaceOne: (filter, document, options) => through(life, () => inner.replaceOne(filter, document, options)),
      deleteOne: (filter) => through(life, () => inner.deleteOne(filter)),
      deleteMany: (filter) => through(life, () => inner.deleteMany(filter)),
      createIndex: (keys, options) => through(life, () => inner.createIndex(keys, options)),
    };
  },
});

/** Every record is published twice; the end of the process leaves batches unresolved, to come again. */
export const mortalBus = (bus: Bus, life: Life): Bus => ({
  publish: (records) => through(life, () => bus.publish([...records, ...records])),
  subscribe: async (options) =>
    bus.subscribe({
      ...options,
      onBatch: async (batch) => {
        const alive = (): boolean => life.alive() && batch.alive();
        const resolve = (position: number): Promise<void> => through(life, () => batch.resolve(position));
        await Promise.race([
          options.onBatch({ ...batch, alive, resolve }),
          life.death.then(() => Promise.reject(new Error('the process died'))),
        ]);
      },
    }),
  close: () => bus.close(),
});

/** Any port of promises: a driver, above all. */
export function mortalPort<P extends object>(port: P, life: Life): P {
  return new Proxy(port, {
    get: (target, name): unknown => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]) => through(life, () => Promise.resolve(Reflect.apply(value, target, given)));
    },
  });
}
