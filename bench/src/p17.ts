import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { mongoDocuments } from '@srm/documents/mongo';
import { mongoName } from '@srm/testbed';
import { assertCalm, callersOf } from './callers.ts';
import type { Figure, Goal } from './goal.ts';
import { openHouse } from './house.ts';
import { hops } from './kafka-hops.ts';
import { lags } from './lag.ts';
import { rawMongo } from './mongo-raw.ts';
import { openLoop } from './open-loop.ts';
import { withReal, type Real } from './real.ts';
import { quantile, quantileRatio, type Estimate } from './statistics.ts';

const rounds = 6;
const callers = 16;
/** Releases that are begun a second, embedded and on Kafka: far below what either can do. */
const perSecond = 10;
const perSecondOnKafka = 1;
/** Milliseconds of one round. */
const lasts = 4_000;
/** Bytes of an event as it is stored. */
const size = 1_500;

const p99 = (samples: readonly number[]): number => quantile(samples, 0.99);
const compared = (above: readonly number[], below: readonly number[]): Estimate => quantileRatio(above, below, 0.99);
const shown = (samples: readonly number[]): string => `p50 ${quantile(samples, 0.5).toFixed(1)} ms, p99 ${p99(samples).toFixed(1)} ms`;

/** Milliseconds of bare commits of an event, in an open loop: write, fdatasync. */
async function commits(file: string): Promise<readonly number[]> {
  const handle = await open(file, 'a');
  const samples: number[] = [];
  const bytes = randomBytes(size);
  await openLoop(perSecond * 4, lasts / 2, async () => {
    const start = performance.now();
    await handle.write(bytes);
    await handle.datasync();
    samples.push(performance.now() - start);
  });
  await handle.close();
  return samples;
}

async function embedded(folder: string, say: (text: string) => void): Promise<readonly Figure[]> {
  const heard = lags();
  const house = await openHouse({ around: heard.around });
  try {
    const asking = await callersOf(house, callers);
    const [lag, commit, bare]: [number[], number[], number[]] = [[], [], []];
    for (let round = -1; round < rounds; round += 1) {
      await asking.open(callers, perSecond, lasts);
      const all = heard.taken();
      const floor = await commits(join(folder, 'floor'));
      if (round < 0) continue;
      lag.push(...all.map((one) => one.lag));
      commit.push(...all.map((one) => one.commit));
      bare.push(...floor);
    }
    await asking.close();
    assertCalm(house);
    say(
      `embedded: readable ${shown(lag)} after the commit, the commit itself ${shown(commit)}, a bare one ${shown(bare)}; ${lag.length} events`,
    );
    const samples = { lag, commit, bare };
    return [
      { id: 'P17 bare', estimate: compared(lag, bare), target: null, about: 'embedded: p99 from commit to readable, of write + fdatasync of an event alone', samples: {} },
      { id: 'P17 embedded', estimate: compared(lag, commit), target: { sign: '<=', value: 2 }, about: `embedded: p99 from the commit of an event until its operation's view shows it, of the commit in the log; open loop, ${perSecond} releases a second`, samples },
    ]; // prettier-ignore
  } finally {
    await house.close();
  }
}

async function onKafka(real: Real, say: (text: string) => void): Promise<readonly Figure[]> {
  const [{ brokers }, { uri }] = await Promise.all([real.kafka(), real.mongo()]);
  const heard = lags();
  const documents = await mongoDocuments({ uri, database: 'bench' });
  const house = await openHouse({ kafka: { brokers, namespace: 'srm.' }, documents, around: heard.around });
  const store = await rawMongo(uri, 'floor', size);
  try {
    const asking = await callersOf(house, callers);
    const raw = await hops(brokers, (key) => store.write(key));
    const [lag, floor]: [number[], number[]] = [[], []];
    for (let round = -1; round < rounds; round += 1) {
      await asking.open(callers, perSecondOnKafka, lasts);
      const all = heard.taken();
      const theirs = await raw.run(perSecondOnKafka * 10, lasts / 2);
      if (round < 0) continue;
      lag.push(...all.map((one) => one.whole));
      floor.push(...theirs);
    }
    await asking.close();
    await raw.close();
    assertCalm(house);
    say(
      `on Kafka and ${mongoName}: readable ${shown(lag)} after it was said, a hop and one bare write ${shown(floor)}; ${lag.length} events`,
    );
    const about = `on Kafka, documents in ${mongoName}: p99 from when an event is said until its view shows it, of a hop of kafkajs and one insert; open loop, ${perSecondOnKafka} release a second`;
    return [{ id: 'P17 Kafka', estimate: compared(lag, floor), target: { sign: '<=', value: 1.3 }, about, samples: { lag, floor } }];
  } finally {
    await house.close();
    await store.close();
  }
}

export const p17: Goal = {
  id: 'P17',
  title: 'how long after its commit an event can be read in the view',
  measure: (say) => withReal(async (real) => [...(await onKafka(real, say)), ...(await embedded(real.folder, say))]),
};
