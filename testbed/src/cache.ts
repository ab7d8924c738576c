import { createHash } from 'node:crypto';
import { access, mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';

/** Outside the tree: what was fetched once serves every checkout of this user. */
export const cacheFolder = path.join(homedir(), '.cache', 'srm-testbed');

const isThere = (place: string): Promise<boolean> =>
  access(place).then(
    () => true,
    () => false,
  );

/** What is made once: `key` names all that it depends on, `what` says to people what is fetched. */
export type Making = Readonly<{ name: string; key: string; what: string; make: (folder: string) => Promise<void> }>;

/** The folder that holds what `make` makes, made anew, and said so, when it is not there. Several processes may ask at once. */
export async function cached({ name, key, what, make }: Making): Promise<string> {
  const place = path.join(cacheFolder, `${name}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`);
  if (await isThere(place)) return place;
  const making = `${place}.${process.pid}`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  process.stderr.write(`testbed: fetching ${what} into ${place}\n`);
  await make(making);
  await rename(making, place).catch(async (error: unknown) => {
    await rm(making, { recursive: true, force: true });
    if (!(await isThere(place))) throw error;
  });
  return place;
}
