import { open, readFile, stat, truncate } from 'node:fs/promises';
import { isCode, replace } from './durable.ts';

/** A log longer than this is cut: it is emptied, and its last part kept beside it. In bytes. */
export const logMost = 4 * 1024 ** 2;
const partKept = 256 * 1024;
const chunk = 64 * 1024;

/** What was cut off: `base` bytes in all, the last of them in `part`. */
type Cut = Readonly<{ base: number; part: Uint8Array }>;

async function cutOf(log: string): Promise<Cut> {
  try {
    const bytes = await readFile(`${log}.cut`);
    const line = bytes.indexOf(10);
    return { base: Number(bytes.subarray(0, line).toString('latin1')), part: bytes.subarray(line + 1) };
  } catch (error) {
    if (isCode(error, 'ENOENT')) return { base: 0, part: new Uint8Array() };
    throw error;
  }
}

async function bytesOf(log: string, from: number, length: number): Promise<Uint8Array> {
  const file = await open(log, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const sizeOf = async (log: string): Promise<number> => (await stat(log).catch(() => null))?.size ?? 0;

/** Cuts a log that has grown too large: the process keeps it open for appending and goes on at its beginning. */
export async function cutLog(log: string): Promise<void> {
  const size = await sizeOf(log);
  if (size < logMost) return;
  const { base } = await cutOf(log);
  const part = await bytesOf(log, size - partKept, partKept);
  await replace(`${log}.cut`, Buffer.concat([Buffer.from(`${base + size}\n`), part]));
  await truncate(log, 0);
}

/** At most 64 KiB from an offset that counts what was cut off, too; never half a character. */
export async function logText(log: string, offset: number): Promise<Readonly<{ text: string; next: number }>> {
  const { base, part } = await cutOf(log);
  if (offset < base && part.length > 0) {
    const from = Math.max(offset, base - part.length);
    const at = from - (base - part.length);
    return textAt(part.subarray(at, at + chunk), from);
  }
  const from = Math.max(offset, base);
  return base + (await sizeOf(log)) <= from ? { text: '', next: from } : textAt(await bytesOf(log, from - base, chunk), from);
}

function textAt(bytes: Uint8Array, from: number): Readonly<{ text: string; next: number }> {
  const left = unfinished(bytes);
  const whole = left === bytes.length ? bytes : bytes.subarray(0, bytes.length - left);
  return { text: Buffer.from(whole).toString('utf8'), next: from + whole.length };
}

/** How many bytes at the end begin a character that is not whole yet. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

/** The last lines of a log, each at most 500 characters. */
export async function lastLines(log: string, count: number): Promise<readonly string[]> {
  const size = await sizeOf(log);
  const now = size === 0 ? new Uint8Array() : await bytesOf(log, Math.max(0, size - chunk), chunk);
  const before = now.length < chunk ? (await cutOf(log)).part : new Uint8Array();
  const lines = Buffer.concat([before, now]).subarray(-chunk).toString('utf8').split('\n');
  return lines
    .map((line) => line.trimEnd().slice(0, 500))
    .filter((line) => line !== '')
    .slice(-count);
}
