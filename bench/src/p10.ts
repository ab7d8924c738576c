import type { Goal } from './goal.ts';
import { openHouseApart, type HouseApart } from './house-apart.ts';
import { realClock } from './house.ts';
import { definitions, shapes } from './products.ts';
import { median, slope, type Point } from './statistics.ts';

const sizes = [10, 32, 100, 316, 1000];
const larger = [3162, 10_000];
const rounds = 3;

/** Milliseconds of the processors that the house works for one release of this many components, once it knows them. */
async function costOf({ client, cost }: HouseApart, size: number, name: string): Promise<number> {
  await client.define(definitions(name, shapes.random(size), { publishes: true }, name), '/');
  const before = await cost();
  const { id } = await client.request({ kind: 'release', product: name, environment: name, preview: false });
  let operation = await client.operation(id);
  while (operation.endedAt === null) {
    await realClock.sleep(Math.min(1000, 20 + size));
    operation = await client.operation(id);
  }
  if (operation.status !== 'succeeded') throw new Error(`${size} components: ${operation.status}, ${operation.reason}`);
  return (await cost()).cpu - before.cpu;
}

export const p10: Goal = {
  id: 'P10',
  title: 'what a release costs the processors as it grows, all services, views included',
  measure: async (say, { full }) => {
    const all = full ? [...sizes, ...larger] : sizes;
    const samples = new Map<number, number[]>(all.map((size) => [size, []]));
    const house = await openHouseApart();
    try {
      for (let round = -1; round < rounds; round += 1)
        for (const size of all) {
          if ((round < 0 && size > 316) || (round > 0 && size > 1000)) continue;
          const spent = await costOf(house, size, `p${size}r${round + 1}`);
          if (round >= 0) samples.get(size)?.push(spent);
        }
      const { peak, troubles } = await house.cost();
      for (const [size, spent] of samples) say(`${size} components: ${(median(spent) / size).toFixed(1)} ms a component`);
      say(`the house held ${Math.round(peak / 1e6)} MB at the most, ${troubles.length} warnings`);
    } finally {
      await house.close();
    }
    const points = [...samples].flatMap(([size, spent]) => spent.map((cost): Point => ({ size, cost })));
    return [
      {
        id: 'P10',
        estimate: slope(points),
        target: { sign: '<=', value: 1.03 },
        about: `log(CPU of one release) on log(components), ${all[0]} to ${all.at(-1)}, random layers`,
        samples: Object.fromEntries([...samples].map(([size, spent]) => [String(size), spent])),
      },
    ];
  },
};
