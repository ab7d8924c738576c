import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { finderName, type Finder } from './finder.ts';

/** What one finder came to: `broken` says what it found; null: nothing. */
export type Looked = Readonly<{ finder: Finder; broken: readonly string[] | null }>;

/** No finder comes near it; a mutant may run in circles. */
const longest = 600_000;
/** Milliseconds that a test may take which ends in less than one where nothing is broken. */
const patience = 30_000;
const memory = '--max-old-space-size=2500';

/** Runs one finder on a copy, in a process of its own. Throws where the copy cannot even be loaded, or does not come to an end. */
export async function looked(root: string, finder: Finder): Promise<Looked> {
  const given =
    finder.by === 'tests'
      ? ['--experimental-vm-modules', memory, join(root, 'node_modules/jest/bin/jest.js'), ...jest(root, finder)]
      : [memory, join(root, 'simulation/dist/mutants/find.js'), JSON.stringify(finder)];
  const { code, said } = await ended(root, ['--no-warnings', ...given]);
  if (code === null) throw new Error(`${finderName(finder)} did not end: ${said.slice(-500)}`);
  return { finder, broken: finder.by === 'tests' ? failed(said, code) : judged(finder, said, code) };
}

const jest = (root: string, { file, of }: Extract<Finder, { by: 'tests' }>): readonly string[] => [
  ...['--rootDir', root, '--runInBand', '--ci', '--silent', `--testTimeout=${patience}`, '--runTestsByPath', join(root, file)],
  ...(of === null ? [] : ['--testNamePattern', of]),
];

function judged(finder: Finder, said: string, code: number): readonly string[] | null {
  if (!said.startsWith('begun\n')) throw new Error(`${finderName(finder)} could not begin: ${said.slice(0, 1000)}`);
  const last = /^\[.*\]$/m.exec(said)?.[0];
  if (last === undefined) return [code === 13 ? 'nothing moves any more' : `it breaks off: ${firstError(said)}`];
  const broken = JSON.parse(last) as readonly string[];
  return broken.length === 0 ? null : broken;
}

const firstError = (said: string): string => /^\w*Error: .*$/m.exec(said)?.[0] ?? said.slice(-300);

/** The names of the tests that failed. A file that cannot be loaded has none, and is no finding. */
function failed(said: string, code: number): readonly string[] | null {
  const names = [...said.matchAll(/^ {2}● (.*)$/gm)].map(([, name = '']) => name);
  if (code !== 0 && (names.length === 0 || names.includes('Test suite failed to run')))
    throw new Error(`the tests cannot run: ${said.slice(-1500)}`);
  return code === 0 ? null : [...new Set(names)];
}

function ended(cwd: string, given: readonly string[]): Promise<Readonly<{ code: number | null; said: string }>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, given, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: longest, killSignal: 'SIGKILL' });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, said }));
  });
}
