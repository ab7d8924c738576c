import { chance, faultyBus, life, type Counts } from '@srm/simulation';
import { callersOf, assertCalm, perSecond, type Round } from './callers.ts';
import type { Goal } from './goal.ts';
import { openHouse, realClock } from './house.ts';
import { median, ratio } from './statistics.ts';

const callers = 64;
const rounds = 6;

/** A send that is lost is told to its sender: half of them were written nevertheless. */
const none = { slow: 0, replayed: 0, delayed: 0, death: 0, freeze: 0 };
const rates = { ...none, doubled: 0.05, reordered: 0.05, refused: 0.005, unacknowledged: 0.005 };

export const p31: Goal = {
  id: 'P31',
  title: `goodput of W1 at ${callers} callers with 5% of records twice, 5% of sends in another order, 1% of sends lost, against none`,
  measure: async (say, { full }) => {
    const counts: Counts = new Map();
    const faulty = { life: life(Infinity), rates, chance: chance(31), counts, clock: realClock };
    const [calm, storm] = [await openHouse(), await openHouse({ around: { bus: (bus) => faultyBus(bus, faulty) } })];
    try {
      const [asking, struggling] = [await callersOf(calm, callers), await callersOf(storm, callers)];
      const [clean, chaotic]: [Round[], Round[]] = [[], []];
      for (let round = -1; round < rounds; round += 1) {
        const without = await asking.release(callers, full ? 10 : 2);
        const withFaults = await struggling.release(callers, full ? 10 : 2);
        if (round < 0) continue;
        clean.push(without);
        chaotic.push(withFaults);
      }
      await asking.close();
      await struggling.close();
      assertCalm(calm);
      say(`${median(clean.map(perSecond)).toFixed(0)} steps/s, with faults ${median(chaotic.map(perSecond)).toFixed(0)}; ${[...counts].map(([fault, times]) => `${fault} ${times}`).join(', ')}`); // prettier-ignore
      if (!['doubled', 'reordered', 'publish refused', 'publish unacknowledged'].every((fault) => counts.has(fault)))
        throw new Error('not every fault happened');
      const samples = { clean: clean.map(perSecond), chaotic: chaotic.map(perSecond) };
      const about = 'every release succeeded, and every job had its effect once, on both sides';
      return [{ id: 'P31', estimate: ratio(samples.chaotic, samples.clean), target: { sign: '>=', value: 0.9 }, about, samples }];
    } finally {
      await calm.close();
      await storm.close();
    }
  },
};
