import { realClock } from './house.ts';

/** Begins one at each of its times, however long those before take; resolves, with how many, when all have ended. */
export async function openLoop(perSecond: number, milliseconds: number, one: (n: number) => Promise<void>): Promise<number> {
  const start = performance.now();
  const all: Promise<void>[] = [];
  while (all.length < (perSecond * milliseconds) / 1000) {
    await realClock.sleep(Math.max(0, start + (all.length * 1000) / perSecond - performance.now()));
    all.push(one(all.length));
  }
  await Promise.all(all);
  return all.length;
}
