import { realpath } from 'node:fs/promises';
import { isWithin } from '@srm/bridge/archive';
import { orNull } from './durable.ts';

/** Why sources are not taken from this folder, a sentence; or null. Links are resolved before it is compared with the roots. */
export async function refusedSource(source: string, roots: readonly string[]): Promise<string | null> {
  const real = await orNull(realpath(source));
  if (real === null) return `the folder ${JSON.stringify(source)} does not exist`;
  for (const root of roots) {
    const realRoot = await orNull(realpath(root));
    if (realRoot !== null && isWithin(realRoot, real)) return null;
  }
  return `the folder ${JSON.stringify(source)} is not below a folder that sources may come from; the server is started with those`;
}
