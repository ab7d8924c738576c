import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Definitions as they were written: the text, the absolute folder that relative paths in it start from, the file. */
export type Source = Readonly<{ yaml: string; base: string; file: string }>;

/** Reads `srm.yaml` of a folder, or a file; null when there is none. */
export function readSource(path: string, from: string): Source | null {
  const named = resolve(from, path);
  const file = existsSync(named) && statSync(named).isDirectory() ? join(named, 'srm.yaml') : named;
  if (!existsSync(file) || statSync(file).isDirectory()) return null;
  return { yaml: readFileSync(file, 'utf8'), base: dirname(file), file };
}

/** The address that a running SRM wrote down in its data folder; null when there is none. */
export function writtenAddress(from: string): string | null {
  const file = join(from, '.srm', 'address');
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}
