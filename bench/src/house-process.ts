import { cpuUsage, memoryUsage, resourceUsage } from 'node:process';
import type { Cost } from './house-apart.ts';
import { openHouse } from './house.ts';

/** The house as a process of its own, asked by its parent: `cost`, `close`. Without its parent it ends. */
const house = await openHouse();

const costNow = (): Cost => {
  const { user, system } = cpuUsage();
  const { rss, heapUsed } = memoryUsage();
  return { cpu: (user + system) / 1000, rss, heap: heapUsed, peak: resourceUsage().maxRSS * 1024, troubles: house.troubles };
};

let closing: Promise<void> | null = null;
const close = (): Promise<void> =>
  (closing ??= house.close().then(() => {
    if (process.connected) process.disconnect();
  }));

process.on('message', (asked) => {
  if (asked === 'cost') process.send?.(costNow());
  else void close();
});
process.on('disconnect', () => void close());
process.send?.(house.address);
