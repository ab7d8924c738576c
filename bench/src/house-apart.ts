import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { httpClient, type Client } from '@srm/cli';
import { realClock } from './house.ts';

/** What the house has used up to now: milliseconds of the processors; bytes. `peak`: the most that it ever held; `troubles`: warnings and errors. */
export type Cost = Readonly<{ cpu: number; rss: number; heap: number; peak: number; troubles: readonly string[] }>;

export type HouseApart = Readonly<{ client: Client; cost: () => Promise<Cost>; close: () => Promise<void> }>;

const isCost = (value: unknown): value is Cost => typeof value === 'object' && value !== null && 'cpu' in value && 'troubles' in value;

/** The house in a process of its own: what it does holds up nobody who measures it, and what it costs is its own.
 *  @param flags of node, for a profile */
export async function openHouseApart(flags: readonly string[] = []): Promise<HouseApart> {
  const child = fork(new URL('./house-process.js', import.meta.url), { execArgv: ['--no-warnings', ...flags] });
  const ended = once(child, 'exit');
  const told = <T>(narrow: (value: unknown) => value is T): Promise<T> => nextOf(child, narrow);
  const server = await told((value) => typeof value === 'string');
  const client = httpClient({ server, actor: 'bench', newId: randomUUID, fetch, sleep: realClock.sleep });
  return {
    client,
    cost: () => {
      const answer = told(isCost);
      child.send('cost');
      return answer;
    },
    close: async () => {
      if (child.connected) child.send('close');
      await ended;
    },
  };
}

/** The next message of this kind; rejects where the process ends before. */
function nextOf<T>(child: ChildProcess, narrow: (value: unknown) => value is T): Promise<T> {
  return new Promise((resolve, reject) => {
    const heard = (value: unknown): void => {
      if (!narrow(value)) return;
      done();
      resolve(value);
    };
    const gone = (code: number | null): void => {
      done();
      reject(new Error(`the process of the house has ended with ${code}`));
    };
    const done = (): void => void child.off('message', heard).off('exit', gone);
    child.on('message', heard).on('exit', gone);
  });
}
