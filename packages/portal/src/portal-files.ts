import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

/** A file of the page: where it is served, its media type, its content. */
export type PortalFile = Readonly<{ path: string; type: string; bytes: Uint8Array }>;

const script = 'text/javascript; charset=utf-8';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': script,
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** The page needs no build: these are the files as they lie in the package, and dagre as it is published. */
export function portalFiles(): readonly PortalFile[] {
  const folder = new URL('../page/', import.meta.url);
  const own = readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const type = types[extname(file)];
      const path = file === 'index.html' ? '/' : `/portal/${file}`;
      return type === undefined ? [] : [{ path, type, bytes: readFileSync(new URL(file, folder)) }];
    });
  return [...own, { path: '/portal/dagre.js', type: script, bytes: readFileSync(dagre()) }];
}

const dagre = (): string => join(dirname(createRequire(import.meta.url).resolve('@dagrejs/dagre')), 'dagre.esm.js');
