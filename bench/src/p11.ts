import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childHouse, type Child } from './child.ts';
import type { Goal } from './goal.ts';
import { median, slope, type Point } from './statistics.ts';

const callers = 32;
const rounds = 5;

type Waiting = Readonly<{ size: number; child: Child; rates: number[] }>;

export const p11: Goal = {
  id: 'P11',
  title: `growth in releases: steps a second of W1 at ${callers} callers, beside operations that wait for their time`,
  measure: async (say, { full }) => {
    const sizes = full ? [100, 1000, 10_000, 100_000] : [30, 150, 700, 3000];
    if (!full) say('up to 3,000 in flight; --full goes to 100,000');
    const folder = mkdtempSync(join(tmpdir(), 'srm-bench-'));
    const houses: Waiting[] = [];
    try {
      for (const size of sizes) houses.push({ size, child: await childHouse(mkdtempSync(join(folder, 'house-'))), rates: [] });
      for (const { size, child } of houses) {
        await child.ask({ does: 'define', callers });
        await child.ask({ does: 'wait', count: size });
      }
      for (let round = -1; round < rounds; round += 1)
        for (const { child, rates } of houses) {
          const { steps, milliseconds } = await child.ask({ does: 'release', callers, times: full ? 10 : 1 });
          if (round >= 0) rates.push((steps / milliseconds) * 1000);
        }
      for (const { size, rates } of houses) say(`${size} in flight: ${median(rates).toFixed(0)} steps/s`);
      const points = houses.flatMap(({ size, rates }) => rates.map((cost): Point => ({ size, cost })));
      const samples = Object.fromEntries(houses.map(({ size, rates }) => [size, rates]));
      const about = 'log(steps/s) on log(in flight), each size in a process of its own';
      return [{ id: 'P11', estimate: slope(points), target: { sign: '>=', value: -0.05 }, about, samples }];
    } finally {
      await Promise.all(houses.map(({ child }) => child.kill()));
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
