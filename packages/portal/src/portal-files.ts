import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** A file of the page: where it is served, its media type, its content. */
export type PortalFile = Readonly<{ path: string; type: string; bytes: Uint8Array }>;

const script = 'text/javascript; charset=utf-8';
const files: readonly (readonly [path: string, type: string, file: string])[] = [
  ['/', 'text/html; charset=utf-8', 'index.html'],
  ['/portal/style.css', 'text/css; charset=utf-8', 'style.css'],
  ['/portal/main.js', script, 'main.js'],
];

/** The page needs no build: these are the files as they lie in the package, and dagre as it is published. */
export function portalFiles(): readonly PortalFile[] {
  const own = files.map(([path, type, file]) => ({ path, type, bytes: readFileSync(new URL(`../page/${file}`, import.meta.url)) }));
  const dagre = readFileSync(join(dirname(createRequire(import.meta.url).resolve('@dagrejs/dagre')), 'dagre.esm.js'));
  return [...own, { path: '/portal/dagre.js', type: script, bytes: dagre }];
}
