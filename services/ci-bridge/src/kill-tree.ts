import { readdir, readFile } from 'node:fs/promises';
import { codeOf } from './durable.ts';

/** The variable by which the processes of a job are known. */
export const mark = 'SRM_JOB';

const isGone = (error: unknown): boolean => codeOf(error) === 'ESRCH' || codeOf(error) === 'EPERM';

/** Kills a process group, all of it at once. */
export function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function isMarked(pid: string, job: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').includes(`${mark}=${job}`);
}

/** Kills what carries the job's mark, also what left its group. Where there is no /proc only groups are killed. */
export async function killMarked(job: string): Promise<void> {
  for (let found = true, round = 0; found && round < 50; round += 1) {
    found = false;
    for (const pid of (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)))
      if (Number(pid) !== process.pid && (await isMarked(pid, job))) {
        found = true;
        try {
          process.kill(Number(pid), 'SIGKILL');
        } catch (error) {
          if (!isGone(error)) throw error;
        }
      }
  }
}
