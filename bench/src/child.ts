import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Asked =
  | Readonly<{ does: 'define' | 'toil'; callers: number }>
  | Readonly<{ does: 'release'; callers: number; times: number }>
  /** Operations that wait for their time. */
  | Readonly<{ does: 'wait'; count: number }>
  /** One, to its end. */
  | Readonly<{ does: 'preview' }>
  /** Nothing, for so many milliseconds. */
  | Readonly<{ does: 'rest'; milliseconds: number }>
  /** Until the views show this event of this key. */
  | Readonly<{ does: 'reach'; key: string; number: number }>;
/** `cpu`: milliseconds that the process had of the processors meanwhile; `calls`: what the services asked of their store. */
export type Answer = Readonly<{ milliseconds: number; steps: number; cpu: number; calls: number }> | Readonly<{ failed: string }>;

type Done = Exclude<Answer, Readonly<{ failed: string }>>;

export type Child = Readonly<{
  /** Milliseconds from the start of the process until all of its services were ready. */
  ready: number;
  started: number;
  ask: (asked: Asked) => Promise<Done>;
  /** kill -9 */
  kill: () => Promise<void>;
}>;

const program = fileURLToPath(new URL('./house-child.js', import.meta.url));

/** A house in a process of its own, on this folder. */
export async function childHouse(folder: string): Promise<Child> {
  const started = performance.now();
  const child = fork(program, [folder], { execArgv: ['--no-warnings'] });
  const exited = once(child, 'exit');
  const answer = async (): Promise<Done> => {
    const told = once(child, 'message').then(([message]): Answer => message);
    const said = await Promise.race([told, exited.then(([code]): Answer => ({ failed: `the process ended with ${code}` }))]);
    if ('failed' in said) throw new Error(said.failed);
    return said;
  };
  await answer();
  return {
    started,
    ready: performance.now() - started,
    ask: (asked) => {
      child.send(asked);
      return answer();
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}
