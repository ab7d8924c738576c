import { spawn } from 'node:child_process';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '@srm/messaging';
import { isWithin } from '@srm/bridge/archive';
import { identityOf, isAlive, markVariable, markedProcesses, signal as send } from './identity.ts';
import { isCode } from './durable.ts';
import { cutLog } from './log-file.ts';

/** How a process ended; `code` null and `signal` null: nobody saw it, or it could not be started (`fault`). `after` in milliseconds. */
export type Ending = Readonly<{ code: number | null; signal: string | null; after: number; fault: string | null }>;

/** A process of ours and all it started. */
export type Living = Readonly<{
  pid: number | null;
  identity: string | null;
  ending: () => Ending | null;
  ended: Promise<Ending>;
  /** SIGTERM to the group, after the grace SIGKILL to all that carry the mark. */
  stop: () => Promise<void>;
}>;

/** The command as spawn takes it. Throws, in words, on a path out of the image. */
export async function programOf(command: string, workdir: string, root: string): Promise<string> {
  if (!command.includes('/')) return command;
  if (path.isAbsolute(command))
    throw new Error(
      `the command ${command} is an absolute path into the image: here commands run as processes, so name it relative to workdir`,
    );
  const at = await realpath(path.join(workdir, command)).catch(() => null);
  if (at === null) throw new Error(`the command ${command} is not in the image`);
  if (!isWithin(await realpath(root), at)) throw new Error(`the command ${command} leads out of the image`);
  return at;
}

export const grace = 10_000;

/** Kills whatever carries the mark, until nothing does. */
export async function sweep(mark: string, clock: Clock): Promise<void> {
  for (let left = await markedProcesses(mark); left.length > 0; left = await markedProcesses(mark)) {
    for (const { pid } of left) send(pid, 'SIGKILL');
    await clock.sleep(20);
  }
}

async function stopped(pid: number, mark: string, ended: Promise<Ending>, clock: Clock): Promise<void> {
  const over = new AbortController();
  void ended.then(() => over.abort());
  send(-pid, 'SIGTERM');
  await Promise.race([ended, clock.sleep(grace, over.signal)]);
  send(-pid, 'SIGKILL');
  await ended;
  await sweep(mark, clock);
}

async function tend(log: string, ended: Promise<Ending>, clock: Clock): Promise<void> {
  const over = new AbortController();
  void ended.then(() => over.abort());
  while (!over.signal.aborted) {
    await cutLog(log).catch(() => undefined);
    await clock.sleep(2000, over.signal);
  }
  await cutLog(log).catch(() => undefined);
}

export type Start = Readonly<{
  program: string;
  args: readonly string[];
  cwd: string;
  env: ReadonlyMap<string, string>;
  /** Gets what it writes, both streams, appended. It outlives us with it: a pipe would break. */
  log: string;
  mark: string;
}>;

function living(pid: number | null, identity: string | null, log: string, mark: string, ended: Promise<Ending>, clock: Clock): Living {
  let ending: Ending | null = null;
  const noted = ended.then((found) => (ending = found));
  void tend(log, noted, clock);
  let stopping: Promise<void> | null = null;
  return {
    pid,
    identity,
    ending: () => ending,
    ended: noted,
    stop: () => (stopping ??= pid === null ? Promise.resolve() : stopped(pid, mark, noted, clock)),
  };
}

/** Starts it in a session and group of its own. */
export async function startProcess(start: Start, clock: Clock): Promise<Living> {
  const log = await open(start.log, 'a', 0o600);
  const began = clock.now();
  const child = spawn(start.program, start.args, {
    cwd: start.cwd,
    env: { ...Object.fromEntries(start.env), [markVariable]: start.mark },
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  const ended = new Promise<Ending>((resolve) => {
    const after = (): number => clock.now() - began;
    child.once('error', (error) => resolve({ code: null, signal: null, after: after(), fault: faultOf(error, start.program) }));
    child.once('exit', (code, signal) => resolve({ code, signal, after: after(), fault: null }));
  });
  const pid = child.pid ?? null;
  const identity = pid === null ? null : await identityOf(pid);
  await log.close();
  return living(pid, identity, start.log, start.mark, ended, clock);
}

function faultOf(error: Error, program: string): string {
  if (isCode(error, 'ENOENT')) return `${program} was not found in PATH`;
  return isCode(error, 'EACCES')
    ? `${path.basename(program)} may not be executed: make it executable before it is packaged, or name what runs it`
    : error.message;
}

/** One that a supervisor before us started, and that outlived it. Its exit code cannot be had. */
export function adopted(pid: number, identity: string, log: string, mark: string, clock: Clock): Living {
  const began = clock.now();
  const watch = async (): Promise<Ending> => {
    while (await isAlive(pid, identity)) await clock.sleep(250);
    return { code: null, signal: null, after: clock.now() - began, fault: null };
  };
  return living(pid, identity, log, mark, watch(), clock);
}
