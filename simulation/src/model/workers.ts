import { divided } from '../divided.ts';
import { boundsOf } from './bounds.ts';
import type { Plan } from './scenarios.ts';
import { search } from './search.ts';
import type { Told } from './told.ts';

/** Searches in processes of this very program, one scenario each at a time, in order. */
export const searchedBy = (
  [program = '', ...args]: readonly string[],
  workers: number,
  plans: readonly Plan[],
  say: (one: Told) => void,
): Promise<void> =>
  divided<number, Told>({ program, args: [...args, '--worker'], count: workers }, [...plans.keys()], (told) => {
    say(told);
    return true;
  });

/** In a worker: searches what it is given the number of, until nothing comes any more. */
export function serves(plans: readonly Plan[], now: () => number): void {
  process.on('message', (n: number) => {
    const plan = plans[n];
    if (plan !== undefined) void searched(plan, now).then((told) => process.send?.(told));
  });
}

async function searched({ scenario, enough }: Plan, now: () => number): Promise<Told> {
  const began = now();
  const found = await search(scenario, enough);
  const memory = Math.round(process.memoryUsage.rss() / 1e6);
  return { bounds: boundsOf(scenario), searched: found, seconds: (now() - began) / 1000, memory };
}
