import path from 'node:path';
import { cached } from './cache.ts';
import { run } from './part.ts';

/** Its programs were written for the folder that it was made in: they are started as `command` with the file in `programs` as first argument. */
export type Python = Readonly<{ command: string; programs: string }>;

/** A Python environment with these packages (as pip names them), made once. */
export async function python(...packages: readonly string[]): Promise<Python> {
  const version = await run('python3', ['--version'], '/');
  const folder = await cached({
    name: 'python',
    key: [version.trim(), ...packages].join('\n'),
    what: `${packages.join(', ')} by pip`,
    make: async (folder) => {
      await run('python3', ['-m', 'venv', folder], folder);
      await run(path.join(folder, 'bin', 'python'), ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...packages], folder);
    },
  });
  const programs = path.join(folder, 'bin');
  return { command: path.join(programs, 'python'), programs };
}
