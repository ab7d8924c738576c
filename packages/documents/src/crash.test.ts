import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embeddedDocuments } from './embedded.ts';

const writer = fileURLToPath(new URL('../dist/crash-writer.js', import.meta.url));

/** Runs the writer and kills it, without a warning, after it said so many writes; gives what it acknowledged. */
async function killedWriter(file: string, round: number, writes: number): Promise<ReadonlyMap<string, number>> {
  const child = spawn(process.execPath, [writer, file, String(round)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  let lines = 0;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    lines += chunk.split('\n').length - 1;
    if (lines >= writes) child.kill('SIGKILL');
  });
  await new Promise((resolve) => child.on('close', resolve));
  expect(child.signalCode).toBe('SIGKILL');
  const whole = text.slice(0, text.lastIndexOf('\n')).split('\n');
  return new Map(whole.map((line) => [line.split(' ')[0] ?? '', Number(line.split(' ')[1])]));
}

test('a process killed by SIGKILL loses no write that was acknowledged', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'documents-crash-'));
  const file = join(folder, 'documents.db');
  const acknowledged = new Map<string, number>();
  for (const [round, writes] of [1, 60, 333, 800].entries()) {
    for (const [id, n] of await killedWriter(file, round, writes)) acknowledged.set(id, n);
    const documents = embeddedDocuments({ file });
    const found = await documents.collection<{ _id: string; n: number }>('counters').find({}).toArray();
    await documents.close();
    const kept = new Map(found.map(({ _id, n }) => [_id, n]));
    expect([...acknowledged].filter(([id, n]) => (kept.get(id) ?? -1) < n)).toEqual([]);
  }
  expect(acknowledged.size).toBeGreaterThan(3 * 8);
  rmSync(folder, { recursive: true });
});
