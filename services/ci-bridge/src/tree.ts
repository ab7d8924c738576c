import { createHash } from 'node:crypto';
import { chmod, constants, copyFile, lstat, mkdir, readdir, readlink, realpath, symlink } from 'node:fs/promises';
import path from 'node:path';
import { isWithin } from '@srm/bridge/archive';
import { orNull, sha256OfFile } from './durable.ts';

/** name: relative, with `/`. target: of a link, else null. */
export type Entry = Readonly<{ name: string; kind: 'file' | 'folder' | 'link'; executable: boolean; size: number; target: string | null }>;

/** Entries sorted by name; a folder before what is in it. problems: sentences; with any of them the tree cannot be used. */
export type Tree = Readonly<{ root: string; entries: readonly Entry[]; problems: readonly string[] }>;

/** What a source tree is without. */
export const notSource: ReadonlySet<string> = new Set(['.git', 'node_modules']);
const most = 100_000;

const byName = (a: Entry, b: Entry): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);

async function problemOfLink(root: string, name: string, target: string): Promise<string | null> {
  if (path.isAbsolute(target)) return `${name} is a link to an absolute path; only links inside the folder can be built`;
  const real = await realpath(path.join(root, name)).catch(() => null);
  if (real === null) return `${name} is a link to nothing`;
  return isWithin(root, real) ? null : `${name} is a link that leaves the folder`;
}

/** Walks a folder without following links. Rejects when the folder cannot be read. */
export async function readTree(folder: string, ignored: ReadonlySet<string> = new Set()): Promise<Tree> {
  const root = await realpath(folder);
  const entries: Entry[] = [];
  const problems: string[] = [];
  const folders = [''];
  for (let next = folders.pop(); next !== undefined && entries.length <= most; next = folders.pop())
    for (const found of await readdir(path.join(root, next), { withFileTypes: true })) {
      if (ignored.has(found.name)) continue;
      const name = next === '' ? found.name : `${next}/${found.name}`;
      const status = await orNull(lstat(path.join(root, name)));
      if (status === null || /[\0\uFFFD]/.test(name)) problems.push(`${JSON.stringify(name)} has a name that is not UTF-8, or went away`);
      else if (status.isDirectory()) {
        folders.push(name);
        entries.push({ name, kind: 'folder', executable: true, size: 0, target: null });
      } else if (status.isSymbolicLink()) {
        const target = await readlink(path.join(root, name));
        const problem = await problemOfLink(root, name, target);
        if (problem !== null) problems.push(problem);
        entries.push({ name, kind: 'link', executable: false, size: 0, target });
      } else if (status.isFile())
        entries.push({ name, kind: 'file', executable: (status.mode & 0o100) !== 0, size: status.size, target: null });
      else problems.push(`${name} is neither file, folder nor link`);
    }
  if (entries.length > most) problems.push(`it holds more than ${most} files`);
  return { root, entries: entries.sort(byName), problems };
}

/** The files and links of a tree; folders count only by what is in them. */
export const contentOf = (tree: Tree): readonly Entry[] => tree.entries.filter((entry) => entry.kind !== 'folder');

/** `sha256:…` over names, executable bits, contents and links' targets. */
export async function treeDigest(tree: Tree): Promise<string> {
  const hash = createHash('sha256');
  for (const { name, kind, executable, target } of contentOf(tree)) {
    const content = kind === 'link' ? target : await sha256OfFile(path.join(tree.root, name));
    hash.update(`${JSON.stringify([name, kind, executable, content])}\n`);
  }
  return `sha256:${hash.digest('hex')}`;
}

/** Copies files and links into a folder that is made. Modes are 0644 or 0755. */
export async function copyTree(tree: Tree, into: string, signal: AbortSignal): Promise<void> {
  await mkdir(into, { recursive: true });
  for (const { name, kind, executable, target } of contentOf(tree)) {
    signal.throwIfAborted();
    const at = path.join(into, name);
    await mkdir(path.dirname(at), { recursive: true });
    if (kind === 'link') await symlink(target ?? '', at);
    else {
      await copyFile(path.join(tree.root, name), at, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      await chmod(at, executable ? 0o755 : 0o644);
    }
  }
}
