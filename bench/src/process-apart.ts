import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** A program as a process of its own, from when it has said `ready` until it is killed; it is gone with this process. */
export type Apart = Readonly<{ kill: () => Promise<void> }>;

export async function apart(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  ready: string,
): Promise<Apart> {
  const child = spawn(process.execPath, ['--no-warnings', program, ...args], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => void child.kill('SIGKILL');
  process.prependListener('exit', end);
  const exited = once(child, 'exit').finally(() => process.off('exit', end));
  let text = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: unknown): void => {
      text = `${text}${String(chunk)}`.slice(-20_000);
      if (text.includes(ready)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void exited.then(([code]) => reject(new Error(`${program} ended with ${code}:\n${text.slice(-2_000)}`)));
  });
  return {
    kill: async () => {
      end();
      await exited;
    },
  };
}
