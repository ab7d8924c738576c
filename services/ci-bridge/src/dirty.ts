import { execFile } from 'node:child_process';
import { devNull } from 'node:os';

const harmless = ['-c', 'core.fsmonitor=false', '-c', `core.hooksPath=${devNull}`];

/** What git says, or null when it cannot say. Whatever configuration it finds, none but the repository's own is read. */
const git = (searchPath: string, folder: string, ...args: readonly string[]): Promise<string | null> =>
  new Promise((resolve) => {
    const env = {
      PATH: searchPath,
      LANG: 'C.UTF-8',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: devNull,
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
    };
    const options = { env, cwd: folder, timeout: 20_000, maxBuffer: 16 * 1024 ** 2 };
    execFile('git', [...harmless, ...args], options, (error, output) => resolve(error === null ? output : null));
  });

/** Whether a folder differs from what is committed. A folder that is in no repository, or unknown to it, is: nobody can get it back. */
export async function isDirty(folder: string, searchPath: string): Promise<boolean> {
  if ((await git(searchPath, folder, 'rev-parse', '--verify', '--quiet', 'HEAD:./')) === null) return true;
  const changes = await git(searchPath, folder, 'status', '--porcelain', '--untracked-files=normal', '--', '.');
  return changes === null || changes.trim() !== '';
}
