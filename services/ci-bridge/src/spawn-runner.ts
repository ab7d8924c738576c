import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, open, readlink, rename, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { TransientError } from '@srm/messaging';
import { messageOf, orNull, removeTree, temporary } from './durable.ts';
import { troubleFile } from './job-folder.ts';
import { workFolder } from './running.ts';

const program = fileURLToPath(new URL('../dist/run.js', import.meta.url));

/** Resolves when the runner has said that it has the job, or has ended. */
function settled(child: ChildProcess, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      signal.removeEventListener('abort', tooLate);
      child.stdout?.destroy();
      child.unref();
    };
    const give = (): void => (leave(), resolve());
    const fail = (what: string): void => (leave(), reject(new TransientError(`the runner of the build ${what}`)));
    const tooLate = (): void => fail('has not answered in time');
    child.stdout?.once('data', give);
    child.once('exit', give);
    child.once('error', (error) => fail(`could not be started: ${messageOf(error)}`));
    signal.addEventListener('abort', tooLate, { once: true });
  });
}

/** Starts a runner, which does not end with this process. Resolves when it has taken the job, or found that somebody has it. */
export async function spawnRunner(jobFolder: string, searchPath: string, signal: AbortSignal): Promise<void> {
  const trouble = await open(troubleFile(jobFolder), 'a');
  try {
    // Without this process's environment: what is secret in it is not for builds.
    const env = { PATH: searchPath };
    const child = spawn(process.execPath, [program, jobFolder], {
      cwd: jobFolder,
      detached: true,
      env,
      stdio: ['ignore', 'pipe', trouble.fd],
    });
    await settled(child, signal);
  } finally {
    await trouble.close();
  }
}

/** Makes the folder of workspaces, with the tools beside them where Node and TypeScript look when they look upward. */
export async function makeWorkFolder(folder: string, tools: string | null): Promise<void> {
  const at = path.join(workFolder(folder), 'node_modules');
  await mkdir(workFolder(folder), { recursive: true });
  if ((await orNull(readlink(at).catch(() => null))) === tools) return;
  if (tools === null) return removeTree(at);
  const next = temporary(at);
  await symlink(tools, next);
  await rename(next, at);
}
