import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceName } from './fleet.ts';

const home = fileURLToPath(new URL('../..', import.meta.url));

/** For tests: a service as a process, in this environment and no other. */
export function begun(name: ServiceName, env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [join(home, 'services', name, 'dist', 'main.js')], {
    env: { PATH: dirname(process.execPath), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  let heard = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => ((said.out += text), heard()));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (said.err += text));
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => (heard(), resolve(code))));
  /** The first line of its log about an event. */
  const line = (event: string): Promise<Readonly<Record<string, unknown>>> =>
    new Promise((resolve, reject) => {
      heard = () => {
        const found = new RegExp(`^.*"event":"${event}".*$`, 'm').exec(said.out)?.[0];
        if (found !== undefined) resolve(JSON.parse(found));
        else if (child.exitCode !== null) reject(new Error(`it ended with ${child.exitCode}: ${said.out}${said.err}`));
      };
      heard();
    });
  return { child, said, ended, line };
}
