import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Clock } from '@srm/messaging';
import { addressText, folderMark, makePlaces, partsOf, placesOf, type Address } from './address.ts';
import { markVariable } from './identity.ts';
import { holderOf } from './lock.ts';
import { lastLines } from './log-file.ts';

/** folder, dpr: absolute; path: PATH of what is started. */
export type Site = Readonly<{ folder: string; dpr: string; host: string; path: string }>;

export type Supervisors = Readonly<{
  /** Starts one where none lives. Two at once are no harm: the second ends. Null, or why none can be had at present. */
  ensure: (address: Address) => Promise<string | null>;
  /** There is a new reason to start one: what was tried before does not count. */
  anew: (address: Address) => void;
}>;

const program = fileURLToPath(new URL('../dist/supervise.js', import.meta.url));
const longest = 30_000;
type Tried = Readonly<{ at: number; wait: number }>;

/** Starts it so that it outlives us: a session of its own, nothing of our environment. */
async function start({ folder, dpr, host, path: search }: Site, address: Address): Promise<void> {
  const places = placesOf(folder, address);
  await makePlaces(places);
  const log = await open(path.join(places.record, 'supervisor.log'), 'a', 0o600);
  const flags = ['--max-semi-space-size=1', '--max-old-space-size=128'];
  const child = spawn(process.execPath, [...flags, program, folder, dpr, host, ...partsOf(address)], {
    cwd: folder,
    // Marked, so that stopEverything finds one that is still starting.
    env: { PATH: search, [markVariable]: `${folderMark(folder)}.supervisor` },
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  });
  child.on('error', () => undefined);
  child.unref();
  await log.close();
}

export function supervisors(site: Site, clock: Clock): Supervisors {
  const tried = new Map<string, Tried>();
  return {
    anew: (address) => void tried.delete(addressText(address)),
    ensure: async (address) => {
      const key = addressText(address);
      const places = placesOf(site.folder, address);
      if ((await holderOf(places.lock)) !== null) {
        tried.delete(key);
        return null;
      }
      const before = tried.get(key);
      // Not again and again, while one is still starting or cannot.
      if (before !== undefined && clock.now() < before.at + before.wait)
        return before.wait < 4000
          ? null
          : `its supervisor ends at once: ${(await lastLines(path.join(places.record, 'supervisor.log'), 1))[0] ?? 'no reason given'}`;
      tried.set(key, { at: clock.now(), wait: Math.min(longest, (before?.wait ?? 500) * 2) });
      await start(site, address);
      return null;
    },
  };
}
