import { randomUUID } from 'node:crypto';
import { type BusRecord } from '@srm/messaging';
import { assertCalm, callersOf } from './callers.ts';
import { saidForOne, type Said } from './floor.ts';
import type { Goal } from './goal.ts';
import { hearing } from './hearing.ts';
import { openHouse, type House } from './house.ts';
import { rawKafka, type RawKafka } from './kafka-raw.ts';
import { withReal } from './real.ts';
import { median, ratio } from './statistics.ts';

const callers = 64;
const rounds = 5;
/** The floor is so much faster that its rounds would be too short to be measured. */
const floorTimes = 5;

/** What one release puts on the topics, encoded, cut as it is said. */
type Chunks = readonly (readonly BusRecord[])[];

const encodedOf = (said: Said, { codec }: House): Promise<Chunks> =>
  Promise.all(said.map((some) => Promise.all(some.map((one) => codec.encode(one)))));

type Floor = Readonly<{ release: (times: number) => Promise<number>; close: () => Promise<void> }>;

/** Records a second that raw kafkajs produces and consumes: each caller sends the chunks of one release after the other, under keys of its own. */
async function floorOf(brokers: readonly string[], chunks: Chunks): Promise<Floor> {
  let heard = 0;
  let reached: Readonly<{ count: number; tell: () => void }> | null = null;
  const raw: RawKafka = await rawKafka(brokers, () => {
    heard += 1;
    if (heard === reached?.count) reached.tell();
  });
  const each = chunks.flat().length;
  const one = async (): Promise<void> => {
    const id = randomUUID();
    for (const chunk of chunks) await raw.send(chunk.map((record) => ({ ...record, key: record.key.replace(/[0-9a-f-]{36}/, id) })));
  };
  return {
    release: async (times) => {
      const records = callers * times * each;
      const all = new Promise<void>((tell) => (reached = { count: heard + records, tell }));
      const start = performance.now();
      await Promise.all(
        Array.from({ length: callers }, async () => {
          for (let n = 0; n < times; n += 1) await one();
        }),
      );
      await all;
      return (records / (performance.now() - start)) * 1000;
    },
    close: raw.close,
  };
}

export const p05: Goal = {
  id: 'P5',
  title: `records a second of W1 through all services on Kafka at ${callers} callers, against raw kafkajs that produces and consumes the same records`,
  measure: (say, { full }) =>
    withReal(async (real) => {
      const said = await saidForOne();
      const { brokers } = await real.kafka();
      let records = 0;
      const counting = hearing((some) => void (records += some.length));
      const house = await openHouse({ kafka: { brokers, namespace: 'srm.' }, around: { bus: counting } });
      try {
        const asking = await callersOf(house, callers);
        const floor = await floorOf(brokers, await encodedOf(said, house));
        const [srm, least]: [number[], number[]] = [[], []];
        for (let round = -1; round < rounds; round += 1) {
          const before = records;
          const { milliseconds, steps } = await asking.release(callers, full ? 10 : 2);
          const ours = ((records - before) / milliseconds) * 1000;
          const theirs = await floor.release(full ? 50 : floorTimes);
          if (round < 0) continue;
          srm.push(ours);
          least.push(theirs);
          say(`${ours.toFixed(0)} records/s (${((steps / milliseconds) * 1000).toFixed(0)} steps/s), raw kafkajs ${theirs.toFixed(0)}`);
        }
        await asking.close();
        await floor.close();
        assertCalm(house);
        say(`median ${median(srm).toFixed(0)} records/s; a release is ${said.flat().length} records in ${said.length} chunks`);
        return [
          {
            id: 'P5',
            estimate: ratio(srm, least),
            target: { sign: '>=', value: 0.5 },
            about:
              'all services in one process on Apache Kafka, documents in a file with fsync, against one producer and one group in one process, acks=-1',
            samples: { srm, kafkajs: least },
          },
        ];
      } finally {
        await house.close();
      }
    }),
};
