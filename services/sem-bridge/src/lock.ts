import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { decode, encode, fields, number, text } from './codec.ts';
import { createOnly, isCode, textOf } from './durable.ts';
import { identityOf, isAlive } from './identity.ts';

export type Holder = Readonly<{ pid: number; identity: string }>;

const holder = fields({ pid: number, identity: text });

/*
 * A lock is a folder of numbered files; the highest is the holder's, for as long as it lives. Nobody removes a number but the holder of a higher
 * one, and a number is made create-only: two that saw the same dead holder cannot both follow it, and who made an outdated number sees a higher one.
 */
async function numbersIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  });
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

const highest = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);

async function holderAt(folder: string, at: number): Promise<Holder | null> {
  const found = await textOf(path.join(folder, String(at)));
  if (found === null) return null;
  const read = decode(holder, found);
  return (await isAlive(read.pid, read.identity)) ? read : null;
}

/** The living holder of a lock, or null. */
export async function holderOf(folder: string): Promise<Holder | null> {
  const last = highest(await numbersIn(folder));
  return last === 0 ? null : holderAt(folder, last);
}

/** Takes the lock for the rest of this process' life: true, once; false when a living process has it. */
export async function takeLock(folder: string, pid: number): Promise<boolean> {
  const last = highest(await numbersIn(folder));
  if (last > 0 && (await holderAt(folder, last)) !== null) return false;
  const identity = await identityOf(pid);
  if (identity === null || !(await createOnly(path.join(folder, String(last + 1)), encode({ pid, identity })))) return false;
  const now = await numbersIn(folder);
  if (highest(now) !== last + 1) return false;
  for (const old of now) if (old <= last) await rm(path.join(folder, String(old)), { force: true });
  return true;
}
