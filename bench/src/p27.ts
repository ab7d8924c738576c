import { topics } from '@srm/schemas';
import { assertCalm, callersOf } from './callers.ts';
import { bytesWritten, countedCommits } from './counted.ts';
import type { Figure, Goal } from './goal.ts';
import { hearing } from './hearing.ts';
import { openHouse } from './house.ts';
import { bootstrap, mean } from './statistics.ts';

const callers = 64;
const rounds = 6;
const times = 2;

type Written = Readonly<{ log: number; syncs: number; events: number; disk: number }>;

export const p27: Goal = {
  id: 'P27',
  title: `what is written a step, W1 at ${callers} callers`,
  measure: async (say) => {
    const counted = countedCommits();
    let [bytes, events] = [0, 0];
    const heard = hearing((records) => {
      for (const { topic, key, headers, value } of records) {
        bytes += key.length + JSON.stringify(headers).length + value.length;
        if (topic === topics.events.name) events += 1;
      }
    });
    const house = await openHouse({ around: { bus: heard } });
    try {
      const asking = await callersOf(house, callers);
      await asking.release(callers, 1);
      const all: Written[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const before = { bytes, events, commits: counted.commits(), disk: bytesWritten() ?? NaN };
        const { steps } = await asking.release(callers, times);
        const disk = ((bytesWritten() ?? NaN) - before.disk) / steps;
        const syncs = (counted.commits() - before.commits) / steps;
        all.push({ log: (bytes - before.bytes) / steps, syncs, events: (events - before.events) / steps, disk });
      }
      await asking.close();
      assertCalm(house);
      say('syncs: commits of the log and of the documents; two more for each 4 MB that a database moves from its journal into its file');
      const figure = (name: keyof Written, id: string, most: number | null, about: string): Figure => {
        const samples = all.map((one) => one[name]);
        const estimate = { value: mean(samples), interval: bootstrap((draw) => mean(draw(samples))) };
        return { id, estimate, target: most === null ? null : { sign: '<=', value: most }, about, samples: { [name]: samples } };
      };
      return [
        figure('disk', 'P27 disk', null, 'bytes a step handed to the system: log, documents, views, book, each by journal and file'),
        figure('events', 'P27 events', 4, 'state-change events a step'),
        figure('syncs', 'P27 syncs', 0.05, 'syncs a step'),
        figure('log', 'P27 log', 2000, 'bytes a step on all topics: keys, headers, values'),
      ];
    } finally {
      await house.close();
      counted.end();
    }
  },
};
