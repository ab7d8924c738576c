import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** SRM on one data folder as a process of its own, over all its lives. */
export type Lives = Readonly<{
  /** The living one; while there is none, the next one that answers. Rejects when one ended that nobody ended. */
  present: () => Promise<Present>;
  /** `more`: flags of this life alone. */
  start: (more?: readonly string[]) => void;
  /** kill -9 of the process itself and of nothing else; resolves when it is gone, with the number of this kill. */
  kill: () => Promise<number>;
  /** An ordinary end (SIGTERM): the exit code; null when there is none to end. */
  leave: () => Promise<number | null>;
  /** kill -9 of all there is. */
  end: () => Promise<void>;
  /** All addresses that there were. */
  addresses: () => readonly string[];
}>;

/** Where it answers; `over` resolves with its end. */
export type Present = Readonly<{ address: string; over: Promise<unknown> }>;

type Life = {
  readonly child: ChildProcess;
  readonly said: Promise<string | null>;
  readonly ended: Promise<number | null>;
  state: 'lives' | 'is ended' | 'ended';
  text: string;
};

/** `home`: the folder of SRM; `data` and `sources`: its flags of these names. */
export function livesOf(home: string, data: string, sources: string): Lives {
  const flags = ['--data', data, '--port', '0', '--no-example', '--lang', 'en', '--sources', sources];
  const addresses = new Set<string>();
  let living: Life | null = null;
  let next = later();
  let kills = 0;

  const begin = (more: readonly string[]): Life => {
    const main = join(home, 'standalone', 'dist', 'main.js');
    const child = spawn(process.execPath, [main, ...flags, ...more], { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const life: Life = { child, ended, said: heard(child, (chunk) => (life.text += chunk), ended), state: 'lives', text: '' };
    void life.said.then((at) => at !== null && addresses.add(at));
    void ended.then(() => (life.state = life.state === 'is ended' ? 'is ended' : 'ended'));
    return life;
  };
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (living === null || living.state !== 'lives') return null;
    living.state = 'is ended';
    living.child.kill(signal);
    return living.ended;
  };
  return {
    present: async () => {
      for (;;) {
        const [life, other] = [living, next.promise];
        const at = await life?.said;
        if (life?.state === 'ended') throw new Error(`SRM ended by itself with ${life.child.exitCode}:\n${life.text}`);
        if (life?.state === 'lives' && at != null) return { address: at, over: life.ended };
        if (living === life) await other;
      }
    },
    start: (more = []) => {
      living = begin(more);
      next.resolve();
      next = later();
    },
    kill: async () => {
      await end('SIGKILL');
      return (kills += 1);
    },
    leave: () => end('SIGTERM'),
    end: async () => void (await end('SIGKILL')),
    addresses: () => [...addresses],
  };
}

/** The address in what it says; null when it ended before that. */
function heard(child: ChildProcess, hear: (chunk: string) => void, ended: Promise<unknown>): Promise<string | null> {
  let text = '';
  return new Promise((resolve) => {
    const on = (chunk: string): void => {
      hear(chunk);
      text += chunk;
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (address !== undefined) resolve(address);
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', on);
    void ended.then(() => resolve(null));
  });
}

export function later(): Readonly<{ promise: Promise<void>; resolve: () => void }> {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
