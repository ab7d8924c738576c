import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askLock } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'srm-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a lock that its holder lets go of while somebody asks is free', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(join(folder, 'lock'), resolve));
  const asked = askLock(folder, 'lock');
  holder.close();
  expect(await asked).toEqual({ held: false });
});

test('a lock that nobody ever had is free', async () => {
  expect(await askLock(folder, 'nobody')).toEqual({ held: false });
});
