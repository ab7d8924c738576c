import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { processesOf } from '@srm/standalone/kill';

test('a run of deaths that is asked to end in the middle of an operation leaves no process behind, and its exit code says who asked', async () => {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'srm-run-')));
  const main = fileURLToPath(new URL('../dist/kill-services.js', import.meta.url));
  const run = spawn(process.execPath, ['--no-warnings', main, '--deaths', '1', '--instances', '1', '--loud'], {
    env: { ...process.env, NODE_OPTIONS: '', TMPDIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  const ended = new Promise<number | null>((resolve) => run.once('close', resolve));
  run.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (/kill 2:/.test(said)) run.kill('SIGTERM');
  });
  expect([await ended, said]).toEqual([143, expect.stringContaining('kill 2:')]);
  expect([processesOf(folder), readdirSync(folder)]).toEqual([[], []]);
  rmSync(folder, { recursive: true });
});
