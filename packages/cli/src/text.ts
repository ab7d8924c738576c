import { stripVTControlCharacters } from 'node:util';

// Control characters, and the signs that reverse the direction of writing: a name must not move the cursor or hide what stands beside it.
const unseen = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const unseenInLog = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

/** One line that a terminal shows as it is: no escape sequences, no control characters; line ends become spaces. */
export const plain = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(/[\r\n\t]+/g, ' ')
    .replace(unseen, '');

/** The same for text of many lines: line ends and tabs stay. */
export const plainLines = (text: string): string => stripVTControlCharacters(text.replace(/\r\n?/g, '\n')).replace(unseenInLog, '');

/** Every string in a value that came as JSON, made plain; objects and arrays are copied. */
export function plainValue(value: unknown): unknown {
  if (typeof value === 'string') return plain(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [plain(key), plainValue(item)]));
}

/** JSON for scripts: what could act on a terminal is escaped, nothing is lost. */
export const safeJson = (value: unknown): string =>
  JSON.stringify(value, null, 2).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Columns that a text takes in a terminal; Chinese signs take two. */
export const columns = (text: string): number => [...text].reduce((sum, sign) => sum + (wide.test(sign) ? 2 : 1), 0);

/** At most so many columns; what is too long ends in an ellipsis. */
export function cut(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = '';
  let used = 1;
  for (const sign of text) {
    used += columns(sign);
    if (used > width) break;
    kept += sign;
  }
  return `${kept}…`;
}

export const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)));

/** A table whose columns are as wide as their widest cell; nothing is padded at the end of a line. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => columns(row[index] ?? ''))));
  return rows
    .map((row) =>
      row
        .map((cell, index) => (index === row.length - 1 ? cell : padded(cell, widths[index] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Milliseconds as 00:21, from an hour on as 1:02:03. */
export function clock(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  return `${hours > 0 ? `${hours}:` : ''}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Milliseconds as 2.1s, from a minute on as 1m05s. */
export function duration(milliseconds: number): string {
  const tenths = Math.max(0, Math.round(milliseconds / 100));
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  return `${Math.floor(tenths / 600)}m${String(Math.floor((tenths % 600) / 10)).padStart(2, '0')}s`;
}

/** A time as SRM writes it, in a shorter form: `2026-11-24 09:00:30Z`. */
export const moment = (time: string): string => time.replace('T', ' ').replace(/\.\d+Z$/, 'Z');
