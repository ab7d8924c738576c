import { open } from 'node:fs/promises';
import { orNull } from './durable.ts';

const most = 256 * 1024;

/** How many bytes at the end are the beginning of a character that is not whole yet. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const whole = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return whole > back ? back : 0;
  }
  return 0;
}

async function bytesOf(file: string, offset: number, length: number): Promise<Buffer> {
  const handle = await orNull(open(file, 'r'));
  if (handle === null) return Buffer.alloc(0);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/** Text from an offset in bytes on, at most 256 KiB; a character that is not whole yet comes next time, at the end (`last`) as it is. */
export async function logText(file: string, offset: number, last: boolean): Promise<Readonly<{ text: string; next: number }>> {
  const bytes = await bytesOf(file, offset, most);
  const whole = last && bytes.length < most ? bytes : bytes.subarray(0, bytes.length - unfinished(bytes));
  return { text: whole.toString('utf8'), next: offset + whole.length };
}

/** The last lines of a log, without colours and control characters, each at most 500 characters. */
export async function lastLines(file: string, count: number): Promise<readonly string[]> {
  const handle = await orNull(open(file, 'r'));
  if (handle === null) return [];
  const { size } = await handle.stat().finally(() => handle.close());
  const bytes = await bytesOf(file, Math.max(0, size - most), most);
  return plainLines(bytes.toString('utf8')).slice(-count);
}

const control = /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

export const plainLines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.replace(control, '').trimEnd().slice(0, 500))
    .filter((line) => line !== '');

/** The first line that looks like an error, else the last line, else ''. */
export const tellingLine = (lines: readonly string[]): string =>
  (lines.find((line) => /\berror\b|\bERR!|\bfatal\b|Error:/i.test(line) && !/\b(0|no) errors?\b/i.test(line)) ?? lines.at(-1) ?? '').trim();
