import { spawn } from 'node:child_process';
import type { JobLog } from './job-log.ts';
import { killGroup } from './kill-tree.ts';
import { codeOf, messageOf } from './durable.ts';

/** exitCode and signal as the system gave them; trouble: it could not be started, a sentence's end; output: its last 256 KiB or so. */
export type CommandEnd = Readonly<{ exitCode: number | null; signal: string | null; trouble: string | null; output: string }>;
export type CommandPlace = Readonly<{ cwd: string; env: Readonly<Record<string, string>>; log: JobLog; signal: AbortSignal }>;

const kept = 256 * 1024;

const troubleOf = (error: unknown, command: string): string =>
  codeOf(error) === 'ENOENT' ? `there is no command ${command} on the PATH of builds` : `it could not be started (${messageOf(error)})`;

/** Runs one command without a shell and without input, in a process group of its own, which is killed whole when the signal
 *  aborts, and when the command ends: nothing it started goes on. */
export function runCommand(command: readonly string[], { cwd, env, log, signal }: CommandPlace): Promise<CommandEnd> {
  const [file = '', ...args] = command;
  let output = '';
  return new Promise((resolve) => {
    const end = (exitCode: number | null, by: string | null, trouble: string | null): void => {
      signal.removeEventListener('abort', kill);
      resolve({ exitCode, signal: by, trouble, output });
    };
    const child = spawn(file, args, {
      cwd,
      env: { ...env },
      detached: true,
      shell: false,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const kill = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const hear = (bytes: Buffer): void => {
      log.write(bytes);
      output = `${output}${bytes.toString('utf8')}`;
      if (output.length > 2 * kept) output = output.slice(-kept);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('error', (error) => end(null, null, troubleOf(error, file)));
    child.on('exit', (code, by) => {
      kill();
      // Somebody who left the group may keep the pipes open for ever.
      const patience = setTimeout(() => (child.stdout.destroy(), child.stderr.destroy()), 500);
      child.on('close', () => (clearTimeout(patience), end(code, by, null)));
    });
    if (signal.aborted) kill();
    else signal.addEventListener('abort', kill, { once: true });
  });
}
