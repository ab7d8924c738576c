import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { livesOf } from './kill-lives.ts';
import { playStory } from './test-story.ts';

const seed = Number(process.env['SRM_KILL_SEED'] ?? Date.now() % 1_000_000);

test(`killed ten times, SRM ends a release, a broken one with its undo, another one, and does nothing twice (SRM_KILL_SEED=${seed})`, async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'srm-kill-')));
  const data = join(folder, 'data');
  const lives = livesOf(fileURLToPath(new URL('../..', import.meta.url)), data, folder);
  await playStory({ lives, folder, data, seed, kills: [4, 3, 3] });
  rmSync(folder, { recursive: true });
}, 180_000);
