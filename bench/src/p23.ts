import { chance, faultyBus, life, type Counts } from '@srm/simulation';
import { assertCalm, callersOf, perSecond, type Callers } from './callers.ts';
import type { Figure, Goal } from './goal.ts';
import { openHouse, realClock, type House, type HouseOptions } from './house.ts';
import { kafkaTransactions } from './kafka-transactions.ts';
import { worked } from './machine.ts';
import { withReal, type Real } from './real.ts';
import { median, ratio } from './statistics.ts';
import { unchecked } from './unchecked.ts';

const callers = 64;
const stepsEach = 4;
const rounds = 12;
const roundsOnKafka = 5;
const none = { slow: 0, replayed: 0, delayed: 0, death: 0, freeze: 0, reordered: 0, refused: 0, unacknowledged: 0 };

type Side = Readonly<{ house: House; asking: Callers; rates: number[] }>;

async function sideOf(options: HouseOptions): Promise<Side> {
  const house = await openHouse(options);
  return { house, asking: await callersOf(house, callers), rates: [] };
}

async function closed({ house, asking }: Side): Promise<void> {
  await asking.close();
  await house.close();
}

/** Steps that a second of the processor does; the first is discarded. */
async function measured({ asking, rates }: Side, round: number): Promise<void> {
  const start = worked();
  const { steps } = await asking.release(callers, 1);
  if (round >= 0) rates.push((steps / (worked() - start)) * 1000);
}

async function embedded(say: (text: string) => void): Promise<readonly Figure[]> {
  const counts: Counts = new Map();
  const faulty = { life: life(Infinity), rates: { ...none, doubled: 0.2 }, chance: chance(23), counts, clock: realClock };
  const sides: Side[] = [];
  try {
    for (const options of [
      {},
      { around: { documents: unchecked } },
      { around: { bus: (bus) => faultyBus(bus, faulty) } },
    ] satisfies HouseOptions[])
      sides.push(await sideOf(options));
    for (let round = -1; round < rounds; round += 1) for (const side of sides) await measured(side, round);
    for (const { house } of sides.slice(0, 2)) assertCalm(house);
    const [checked = [], without = [], doubled = []] = sides.map(({ rates }) => rates);
    if ((counts.get('doubled') ?? 0) === 0) throw new Error('nothing came twice');
    say(`steps a second of the processor: ${median(checked).toFixed(0)}, without the checks ${median(without).toFixed(0)}, with ${counts.get('doubled')} duplicates ${median(doubled).toFixed(0)}`); // prettier-ignore
    const by = 'embedded, by processor time; every job had its effect once';
    return [
      {
        id: 'P23 duplicates',
        estimate: ratio(doubled, checked),
        target: { sign: '>=', value: 0.95 },
        about: `W1 at ${callers} callers with 20% of records twice, against none: ${by}`,
        samples: { doubled, checked },
      },
      {
        id: 'P23 checks',
        estimate: ratio(checked, without),
        target: { sign: '>=', value: 0.97 },
        about: `W1 at ${callers} callers, against the same without conditions on writes and without the look whether a decision follows: ${by}`,
        samples: { checked, without },
      },
    ];
  } finally {
    for (const side of sides) await closed(side);
  }
}

async function onKafka(real: Real, say: (text: string) => void): Promise<Figure> {
  const { brokers } = await real.kafka();
  const srm = await sideOf({ kafka: { brokers, namespace: 'srm.' } });
  const transactions = await kafkaTransactions(brokers);
  try {
    const least: number[] = [];
    for (let round = -1; round < roundsOnKafka; round += 1) {
      const rate = perSecond(await srm.asking.release(callers, 1));
      const theirs = ((callers * stepsEach) / (await transactions.run(callers, stepsEach))) * 1000;
      if (round < 0) continue;
      srm.rates.push(rate);
      least.push(theirs);
    }
    assertCalm(srm.house);
    say(`on Kafka: ${median(srm.rates).toFixed(0)} steps/s; kafkajs with transactions ${median(least).toFixed(0)}`);
    return {
      id: 'P23 transactions',
      estimate: ratio(srm.rates, least),
      target: { sign: '>=', value: 3 },
      about: `steps a second of W1 at ${callers} callers on Apache Kafka, against kafkajs alone where a command and a report each are read, answered and committed in one transaction, one producer a side`,
      samples: { srm: srm.rates, kafkajs: least },
    };
  } finally {
    await transactions.close();
    await closed(srm);
  }
}

export const p23: Goal = {
  id: 'P23',
  title: 'what the checks by position and book cost',
  measure: (say) => withReal(async (real) => [await onKafka(real, say), ...(await embedded(say))]),
};
