import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { changed, type Mutant } from './mutant.ts';

export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** A copy of the repository, sources and what they are compiled to, in which mutants are made one after the other. */
export type Copy = Readonly<{
  root: string;
  /** Breaks what the mutant breaks; gives the function that mends it. Throws where a text does not fit. */
  make: (mutant: Mutant) => () => void;
  remove: () => void;
}>;

const rooms = ['packages', 'services'].flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`));
const copied = ['schemas', ...rooms, 'standalone', 'simulation', 'examples', 'package.json', 'jest.config.js', 'tsconfig.base.json'];

export function copyOfAll(): Copy {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'srm-mutants-')));
  for (const path of copied)
    cpSync(join(root, path), join(copy, path), { recursive: true, filter: (one) => !/node_modules|tsbuildinfo|\.srm/.test(one) });
  linkModules(copy);
  return { root: copy, make: (mutant) => made(copy, mutant), remove: () => rmSync(copy, { recursive: true, force: true }) };
}

/** Packages of others are shared; SRM's own are the copies. */
function linkModules(copy: string): void {
  const modules = join(copy, 'node_modules');
  mkdirSync(join(modules, '@srm'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@srm' && name !== '.cache') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const room of ['schemas', ...rooms, 'standalone', 'simulation']) {
    symlinkSync(join(copy, room), join(modules, '@srm', basename(room)));
    const own = join(root, room, 'node_modules');
    if (existsSync(own)) symlinkSync(own, join(copy, room, 'node_modules'));
  }
}

function made(copy: string, mutant: Mutant): () => void {
  const files = new Map<string, string>();
  for (const change of mutant.changes)
    files.set(change.file, changed(files.get(change.file) ?? readFileSync(join(copy, change.file), 'utf8'), change, mutant));
  const before = [...files.keys()]
    .flatMap((file) => [file, compiledOf(file)])
    .map((file) => [file, readFileSync(join(copy, file))] as const);
  for (const [file, text] of files) {
    writeFileSync(join(copy, file), text);
    writeFileSync(join(copy, compiledOf(file)), compiled(text, file));
  }
  return () => before.forEach(([file, text]) => writeFileSync(join(copy, file), text));
}

const compiledOf = (file: string): string =>
  join(dirname(file).replace(/(^|\/)src(\/|$)/, '$1dist$2'), basename(file).replace(/ts$/, 'js'));

/** As `tsc` does it; types are not checked, a text that is no program throws. */
function compiled(text: string, fileName: string): string {
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    fileName,
    reportDiagnostics: true,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  for (const { messageText } of diagnostics)
    throw new Error(`${fileName} is no program: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  return outputText;
}
