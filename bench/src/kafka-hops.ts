import { randomBytes, randomUUID } from 'node:crypto';
import { topics } from '@srm/schemas';
import { rawKafka } from './kafka-raw.ts';
import { openLoop } from './open-loop.ts';

/** Bytes of a record: those of a report. */
const size = 500;

/** Hops of raw kafkajs in an open loop: milliseconds of each from produce until consumed and, where there is something to be done `then`, until that is done. */
export type Hops = Readonly<{ run: (perSecond: number, milliseconds: number) => Promise<readonly number[]>; close: () => Promise<void> }>;

export async function hops(brokers: readonly string[], then: (key: string) => Promise<void> = async () => undefined): Promise<Hops> {
  const waiting = new Map<string, () => void>();
  const raw = await rawKafka(brokers, (_, key) => waiting.get(key)?.());
  const hop = async (samples: number[]): Promise<void> => {
    const key = randomUUID();
    const start = performance.now();
    const heard = new Promise<void>((tell) => waiting.set(key, tell)).then(async () => {
      await then(key);
      samples.push(performance.now() - start);
    });
    await raw.send([{ topic: topics.inputs.name, key, headers: [], value: randomBytes(size) }]);
    await heard;
    waiting.delete(key);
  };
  return {
    run: async (perSecond, milliseconds) => {
      const samples: number[] = [];
      const all = await openLoop(perSecond, milliseconds, () => hop(samples));
      if (samples.length !== all) throw new Error(`${samples.length} hops of ${all}`);
      return samples;
    },
    close: raw.close,
  };
}
