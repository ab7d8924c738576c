import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isCode } from './durable.ts';

const run = promisify(execFile);
const linux = process.platform === 'linux';

/** What tells a living process from a later one with the same number; null when it is gone, or is a zombie (which answers kill -0). */
export async function identityOf(pid: number): Promise<string | null> {
  return linux ? ofProc(pid) : ofPs(pid);
}

export const isAlive = async (pid: number, identity: string): Promise<boolean> => (await identityOf(pid)) === identity;

async function ofProc(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const after = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    return after[0] === 'Z' || after[0] === 'X' ? null : `${boot}/${after[19]}`;
  } catch (error) {
    if (isCode(error, 'ENOENT', 'ESRCH')) return null;
    throw error;
  }
}

async function ofPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]);
    const found = /^(\S+)\s+(.+)$/.exec(stdout.trim());
    return found === null || found[1]?.startsWith('Z') === true ? null : (found[2] ?? null);
  } catch {
    return null;
  }
}

export const markVariable = 'SRM_RUN';

export type Marked = Readonly<{ pid: number; mark: string }>;

/** The processes whose environment carries a mark that begins so: children too, whatever group they have moved to. */
export const markedProcesses = async (mark: string): Promise<readonly Marked[]> =>
  (await (linux ? inProc() : byPs())).filter((found) => found.mark.startsWith(mark));

async function inProc(): Promise<readonly Marked[]> {
  const found: Marked[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const environment = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
    const line = environment.split('\0').find((variable) => variable.startsWith(`${markVariable}=`));
    if (line !== undefined) found.push({ pid: Number(name), mark: line.slice(markVariable.length + 1) });
  }
  return found;
}

async function byPs(): Promise<readonly Marked[]> {
  const { stdout } = await run('ps', ['-axww', '-E', '-o', 'pid=,command='], { maxBuffer: 64 * 1024 ** 2 });
  return stdout.split('\n').flatMap((line) => {
    const mark = / SRM_RUN=(\S+)/.exec(line)?.[1];
    return mark === undefined ? [] : [{ pid: Number.parseInt(line, 10), mark }];
  });
}

/** False when there is nobody to send it to. */
export function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
