import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file of the page: where it is served, its media type, its content. */
export type PortalFile = Readonly<{ path: string; type: string; bytes: Uint8Array }>;

const script = 'text/javascript; charset=utf-8';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': script,
  '.svg': 'image/svg+xml; charset=utf-8',
};

/** The page needs no build: these are the files as they lie in the package, the table of sentences, and dagre as it is published. */
export function portalFiles(): readonly PortalFile[] {
  const page = filesIn(fileURLToPath(new URL('../page/', import.meta.url)), '/portal');
  const sentences = filesIn(folderOf('@srm/schemas/sentences'), '/portal/sentences');
  return [
    ...page,
    ...sentences,
    { path: '/portal/dagre.js', type: script, bytes: readFileSync(join(folderOf('@dagrejs/dagre'), 'dagre.esm.js')) },
  ];
}

const filesIn = (folder: string, at: string): readonly PortalFile[] =>
  readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const type = file.endsWith('.d.ts') ? undefined : types[extname(file)];
      const path = file === 'index.html' ? '/' : `${at}/${file}`;
      return type === undefined ? [] : [{ path, type, bytes: readFileSync(join(folder, file)) }];
    });

const folderOf = (module: string): string => dirname(createRequire(import.meta.url).resolve(module));
