import { fdatasyncSync, closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { assertCalm, callersOf } from './callers.ts';
import type { Goal } from './goal.ts';
import { openHouse } from './house.ts';
import { bootstrap, median } from './statistics.ts';

const rounds = 20;
const each = 5;
const page = Buffer.alloc(4096, 1);

/** Milliseconds of one fdatasync of 4 KB appended. */
function synced(file: number): number {
  writeSync(file, page);
  const start = performance.now();
  fdatasyncSync(file);
  return performance.now() - start;
}

export const p04: Goal = {
  id: 'P4',
  title: 'one release alone: W1 p50, against four fdatasyncs',
  measure: async (say) => {
    const house = await openHouse();
    try {
      const caller = await callersOf(house, 1);
      const file = openSync(join(house.folder, 'floor'), 'a');
      const [releases, syncs]: [number[], number[]] = [[], []];
      await caller.release(1, each);
      for (let round = 0; round < rounds; round += 1) {
        releases.push(...(await caller.release(1, each)).releases);
        for (let n = 0; n < each * 4; n += 1) syncs.push(synced(file));
      }
      closeSync(file);
      await caller.close();
      assertCalm(house);
      say(`W1 alone ${median(releases).toFixed(1)} ms, one fdatasync ${median(syncs).toFixed(2)} ms`);
      say('DBOS and Restate: not measured, they are not among the parts of this repository');
      const value = median(releases) / (4 * median(syncs));
      return [
        {
          id: 'P4',
          estimate: { value, interval: bootstrap((draw) => median(draw(releases)) / (4 * median(draw(syncs)))) },
          target: { sign: '<=', value: 1.5 },
          about: `from the request on the bus to the ending on the bus, ${releases.length} releases one after the other`,
          samples: { releases, syncs },
        },
      ];
    } finally {
      await house.close();
    }
  },
};
