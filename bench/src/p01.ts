import { join } from 'node:path';
import { assertCalm, callersOf, perSecond, type Round } from './callers.ts';
import { floorOf, saidForOne } from './floor.ts';
import type { Goal } from './goal.ts';
import { openHouse } from './house.ts';
import { median, ratio } from './statistics.ts';

const callers = 256;
const rounds = 5;
/** The floor is so much faster that its rounds would be too short to be measured. */
const floorTimes = 5;

export const p01: Goal = {
  id: 'P1',
  title: `steps a second of W1 at ${callers} callers, against the smallest script that moves the same bytes with the same durability`,
  measure: async (say, { full }) => {
    const said = await saidForOne();
    const house = await openHouse();
    try {
      const asking = await callersOf(house, callers);
      const floor = await floorOf(join(house.folder, 'floor'), house.codec, said);
      const [srm, least]: [Round[], Round[]] = [[], []];
      for (let round = -1; round < rounds; round += 1) {
        const ours = await asking.release(callers, full ? 10 : 1);
        const theirs = await floor.release(callers, full ? 50 : floorTimes);
        if (round < 0) continue;
        srm.push(ours);
        least.push(theirs);
        say(`${perSecond(ours).toFixed(0)} steps/s, floor ${perSecond(theirs).toFixed(0)}`);
      }
      await asking.close();
      await floor.close();
      assertCalm(house);
      const [above, below] = [srm.map(perSecond), least.map(perSecond)];
      const messages = said.flat().length;
      say(`median ${median(above).toFixed(0)} steps/s; a release is ${said.length - 1} steps and ${messages} messages; its median ${median(srm.flatMap(({ releases }) => releases)).toFixed(0)} ms`); // prettier-ignore
      return [
        {
          id: 'P1',
          estimate: ratio(above, below),
          target: { sign: '>=', value: 0.6 },
          about: 'all services in one process, views included, against encode + write + fdatasync of the same messages',
          samples: { srm: above, floor: below },
        },
      ];
    } finally {
      await house.close();
    }
  },
};
