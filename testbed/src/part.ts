import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Runs a program to its end; its output goes into the error when it fails. */
export async function run(command: string, args: readonly string[], folder: string): Promise<string> {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  child.stdout.on('data', (text) => output.push(String(text)));
  child.stderr.on('data', (text) => output.push(String(text)));
  const [code] = await Promise.race([once(child, 'close'), once(child, 'error').then(([error]) => Promise.reject(error))]);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output.join('').slice(-2_000)}`);
  return output.join('');
}

/** A port of the loopback that nobody has. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return address.port;
}

/** Does somebody listen there? */
export const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });

/** A running part. `kill`: as a power failure would; `start` again goes on with what it had written. */
export type Part = Readonly<{ pid: () => number; start: () => Promise<void>; stop: () => Promise<void>; kill: () => Promise<void> }>;

type Program = Readonly<{
  name: string;
  command: string;
  args: readonly string[];
  folder: string;
  log: string;
  ready: () => Promise<boolean>;
  /** Goes on when this process ends; any other is ended with it. */
  outlives?: boolean;
}>;

/** One process that is a part: started, looked at until it is ready, ended. Its end before that is an error with its last lines. */
export async function part(program: Program): Promise<Part> {
  let child: ChildProcess | null = null;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };
  const start = async (): Promise<void> => {
    const log = createWriteStream(program.log, { flags: 'a' });
    await once(log, 'open');
    const detached = program.outlives === true;
    const started = spawn(program.command, program.args, { cwd: program.folder, stdio: ['ignore', log, log], detached });
    if (detached) started.unref();
    child = started;
    const endWithUs = (): void => void started.kill('SIGKILL');
    if (!detached) process.prependListener('exit', endWithUs);
    started.once('exit', () => {
      process.off('exit', endWithUs);
      log.close();
    });
    started.once('error', () => undefined);
    for (;;) {
      if (started.pid === undefined || started.exitCode !== null || started.signalCode !== null)
        throw new Error(`${program.name} did not come up:\n${(await readFile(program.log, 'utf8')).slice(-2_000)}`);
      if (await program.ready().catch(() => false)) return;
      await sleep(100);
    }
  };
  await start();
  return { pid: () => child?.pid ?? 0, start, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}
