import path from 'node:path';
import { parseAddress, type BuildName } from './bpr.ts';
import { isRecord, isText, isTexts, parseJson } from './json.ts';

/** The job's inputs are not such that they could be done; a sentence a person can act on. */
export class InputRefused extends Error {
  override readonly name = 'InputRefused';
}

export type Need = Readonly<{ name: string; path: string; build: BuildName; digest: string }>;
/** source: absolute path; revision: `sha256:…` of the tree; run: argument arrays; output: relative. */
export type CompileInputs = Readonly<{
  build: BuildName;
  source: string;
  revision: string;
  run: readonly (readonly string[])[];
  output: string;
  needs: readonly Need[];
  /** Built again also where it is there. */
  force: boolean;
}>;
/** files: from a path in the artifact to an absolute path in the image. */
export type PackageInputs = Readonly<{
  name: string;
  version: string;
  build: BuildName;
  digest: string;
  files: readonly (readonly [from: string, to: string])[];
  workdir: string | null;
  force: boolean;
}>;

type Inputs = ReadonlyMap<string, string>;
const word = /^[a-z][a-z0-9-]{0,29}$/;

const refuse = (sentence: string): InputRefused => new InputRefused(sentence);
const quoted = (text: string): string => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);

function input(inputs: Inputs, name: string): string {
  const value = inputs.get(name);
  if (value === undefined) throw refuse(`the step has no input ${name}`);
  return value;
}

function json(inputs: Inputs, name: string): Readonly<Record<string, unknown>> {
  const value = parseJson(input(inputs, name));
  if (!isRecord(value)) throw refuse(`the input ${name} is no JSON object`);
  return value;
}

function matching(inputs: Inputs, name: string, pattern: RegExp): string {
  const value = input(inputs, name);
  if (!pattern.test(value)) throw refuse(`the input ${name} is ${quoted(value)}, which it cannot be`);
  return value;
}

function names(inputs: Inputs): readonly [product: string, component: string] {
  const [product, component, ...rest] = input(inputs, 'name').split('/');
  if (product === undefined || component === undefined || rest.length > 0 || !word.test(product) || !word.test(component))
    throw refuse(`the input name is ${quoted(input(inputs, 'name'))}; it is to be product/component`);
  return [product, component];
}

/** A path below the workspace, without `.` and `..`; '' is the workspace itself. */
function below(text: unknown, what: string): string {
  if (!isText(text) || text.includes('\0') || text.includes('\\')) throw refuse(`${what} is to be a relative path`);
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (path.posix.isAbsolute(text) || parts.includes('..'))
    throw refuse(`${what} is ${quoted(text)}; it is to be a path inside the component's folder`);
  return parts.join('/');
}

function runOf(run: unknown): CompileInputs['run'] {
  if (!Array.isArray(run) || !run.every(isTexts))
    throw refuse('build.run is to be a list of commands, each a list of texts: [[npm, ci], [npm, run, build]]');
  for (const [index, command] of run.entries()) {
    if (command[0] === undefined || command[0] === '') throw refuse(`build.run/${index} names no command`);
    if (command.some((argument) => argument.includes('\0'))) throw refuse(`build.run/${index} has a NUL in it`);
  }
  return run;
}

function needOf(inputs: Inputs, value: unknown): Need {
  if (!isRecord(value) || !isText(value['name']) || !word.test(value['name']))
    throw refuse('the input needs is to be a list of { name, path }');
  const name = value['name'];
  const at = below(value['path'], `build.needs/${name}`);
  if (at === '') throw refuse(`build.needs/${name} would replace the component's whole folder; give it a path inside`);
  const { name: build, digest } = parseAddress(input(inputs, `need:${name}`));
  return { name, path: at, build, digest };
}

/** Throws InputRefused or ArtifactRefused. */
export function compileInputs(inputs: Inputs): CompileInputs {
  const [product, component] = names(inputs);
  const source = json(inputs, 'source')['path'];
  const build = json(inputs, 'build');
  const needs = parseJson(inputs.get('needs') ?? '[]');
  if (!isText(source) || !path.isAbsolute(source) || source.includes('\0'))
    throw refuse('source.path is to be an absolute path by now; apply the definition anew');
  if (!Array.isArray(needs)) throw refuse('the input needs is to be a list of { name, path }');
  return {
    build: { product, component, buildId: matching(inputs, 'buildId', /^[0-9a-f]{64}$/) },
    source,
    revision: matching(inputs, 'revision', /^sha256:[0-9a-f]{64}$/),
    run: runOf(build['run']),
    output: below(build['output'], 'build.output'),
    needs: needs.map((need: unknown) => needOf(inputs, need)),
    force: inputs.get('force') === 'true',
  };
}

/** Normal, absolute, without `..`. */
function inImage(to: unknown, what: string): string {
  if (!isText(to) || !to.startsWith('/') || to.includes('\0') || to.split('/').includes('..'))
    throw refuse(`${what} is to be an absolute path in the image`);
  return to;
}

/** Throws InputRefused or ArtifactRefused. */
export function packageInputs(inputs: Inputs): PackageInputs {
  const { files, workdir } = json(inputs, 'package');
  const { name: build, digest } = parseAddress(input(inputs, 'artifact'));
  if (!isRecord(files) || Object.keys(files).length === 0) throw refuse('package.files is to say what goes where: { dist: /app }');
  return {
    name: names(inputs).join('/'),
    version: matching(inputs, 'version', /^[0-9A-Za-z][0-9A-Za-z.+_-]{0,127}$/),
    build,
    digest,
    files: Object.entries(files).map(([from, to]) => [below(from, 'package.files'), inImage(to, `package.files/${from}`)]),
    workdir: workdir === undefined || workdir === null ? null : inImage(workdir, 'package.workdir'),
    force: inputs.get('force') === 'true',
  };
}
