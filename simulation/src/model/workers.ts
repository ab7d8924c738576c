import { fork } from 'node:child_process';
import { boundsOf } from './bounds.ts';
import type { Plan } from './scenarios.ts';
import { search } from './search.ts';
import type { Told } from './told.ts';

/** Searches in processes of this very program, one scenario each at a time, in order. A worker that dies ends all of it. */
export async function searchedBy(
  [program = '', ...args]: readonly string[],
  workers: number,
  plans: readonly Plan[],
  say: (one: Told) => void,
): Promise<void> {
  const rest = [...plans.keys()];
  const one = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = fork(program, [...args, '--worker']);
      const give = (): void => {
        const next = rest.shift();
        if (next === undefined) worker.disconnect();
        else worker.send(next);
      };
      worker.on('message', (told: Told) => {
        say(told);
        give();
      });
      worker.on('error', reject);
      worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a worker ended with ${code}`))));
      give();
    });
  await Promise.all(Array.from({ length: Math.min(workers, plans.length) }, one));
}

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
