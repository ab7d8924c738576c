import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { createOnly, textOf } from './durable.ts';

// Below what systems give to outgoing connections, which would take a port between its choice and its use.
const first = 20_000;
const count = 12_000;

/** Where the claims are. */
export const claims = (folder: string): string => path.join(folder, 'ports');

/** Whether a server could listen there now. */
export const isFree = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });

/** Claims a port for `owner` among all resources of the folder: `wanted` if it can be had, else one that follows from folder and seed,
 *  so that it is the same each time, and another one beside another SRM on this machine. */
export async function claimPort(folder: string, host: string, owner: string, seed: string, wanted: number | null): Promise<number> {
  await mkdir(claims(folder), { recursive: true, mode: 0o700 });
  const start =
    createHash('sha256')
      .update(`${path.resolve(folder)}\0${seed}`)
      .digest()
      .readUInt32BE(0) % count;
  const tries = Array.from({ length: count }, (_, index) => first + ((start + index) % count));
  for (const port of wanted === null ? tries : [wanted, ...tries]) {
    const at = path.join(claims(folder), String(port));
    if (!(await createOnly(at, owner))) {
      if (port === wanted && (await textOf(at)) === owner) return port;
      continue;
    }
    if (await isFree(host, port)) return port;
    await rm(at, { force: true });
  }
  throw new Error(`no port is free between ${first} and ${first + count}`);
}

export async function releasePorts(folder: string, ports: Iterable<number>): Promise<void> {
  for (const port of ports) await rm(path.join(claims(folder), String(port)), { force: true });
}

/** What an owner has claimed, also what was forgotten when a process died. */
export async function claimedBy(folder: string, owner: string): Promise<readonly number[]> {
  const found: number[] = [];
  for (const name of await readdir(claims(folder)).catch(() => []))
    if (/^\d+$/.test(name) && (await textOf(path.join(claims(folder), name))) === owner) found.push(Number(name));
  return found;
}
