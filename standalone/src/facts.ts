import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Gauges } from '@srm/messaging';
import type { Disk, Facts } from '@srm/query-api';
import { topics } from '@srm/schemas';
import type { Health, Service } from '@srm/service';

type FactsParts = Readonly<{
  version: string;
  now: () => number;
  data: string;
  gauges: Gauges;
  services: readonly Service[];
  health: () => readonly Health[];
}>;

/** A size is asked of the whole folder; that is not done at each question. Milliseconds. */
const sizeLasts = 60_000;

/** What the query side is told of the process around it. */
export function factsOf({ version, now, data, gauges, services, health }: FactsParts): () => Promise<Facts> {
  const startedAt = now();
  const size = sizeOf(data, now);
  // The query side is one of the services, and made after this function.
  const readers = () =>
    services.flatMap(({ name, consumes }) =>
      consumes.filter(({ read }) => read === 'shared').map(({ topic }) => ({ group: name, topic: topics[topic].name })),
    );
  return async () => ({
    version,
    startedAt,
    services: health(),
    lag: await gauges.lag(readers()),
    deadLetters: await gauges.deadLetters([...new Set(readers().map(({ topic }) => topic))]),
    disk: await diskOf(data, size),
  });
}

async function diskOf(folder: string, size: () => Promise<number>): Promise<Disk> {
  const { bavail, bsize } = await statfs(folder);
  return { folder, free: bavail * bsize, size: await size() };
}

function sizeOf(folder: string, now: () => number): () => Promise<number> {
  let known: Readonly<{ at: number; bytes: Promise<number> }> | null = null;
  return () => {
    if (known === null || now() - known.at > sizeLasts) known = { at: now(), bytes: below(folder) };
    return known.bytes;
  };
}

/** Bytes of all files below. What goes away meanwhile counts nothing; links are not followed. */
async function below(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const at = join(folder, entry.name);
    if (entry.isDirectory()) bytes += await below(at);
    else if (entry.isFile()) bytes += (await stat(at).catch(() => null))?.size ?? 0;
  }
  return bytes;
}
