import { isAbsolute, resolve } from 'node:path';
import { digestOf } from './canonical.ts';
import { environmentFindings } from './environment-check.ts';
import { below, found } from './finding.ts';
import { nearest, quoted } from './nearest.ts';
import { isList, isObject } from './own.ts';
import { productFindings } from './product-check.ts';
import { shapeErrors } from './shape.ts';
import { specFindings } from './spec-check.ts';
import type { DefinitionError, Finding } from './types.ts';
import { readYaml, type Written } from './yaml-text.ts';

/** A definition as it is stored: `json` is a plain value, `digest` that of its canonical JSON. */
export type DefinitionDocument = Readonly<{
  kind: Kind;
  name: string;
  tenant: string;
  json: Readonly<Record<string, unknown>>;
  digest: string;
}>;

export type Parsed = Readonly<{ documents: readonly DefinitionDocument[] }> | Readonly<{ errors: readonly DefinitionError[] }>;

const kinds = ['Product', 'DeploymentSpec', 'Environment'] as const;
type Kind = (typeof kinds)[number];
const checks: Readonly<Record<Kind, (value: unknown) => readonly Finding[]>> = {
  Product: productFindings,
  DeploymentSpec: specFindings,
  Environment: environmentFindings,
};
const anyKind = 'Product, DeploymentSpec or Environment';
const isKind = (value: unknown): value is Kind => kinds.some((kind) => kind === value);

const mostErrors = 1000;

/** kind Component has the keys of a component in its spec, its name in metadata. */
function componentFileFindings(value: Readonly<Record<string, unknown>>): readonly Finding[] {
  const { metadata, spec } = value;
  const inner = isObject(spec)
    ? shapeErrors('Component', { name: 'x', ...spec }).map((finding) => ({ ...finding, pointer: `/spec${finding.pointer}` }))
    : [];
  return [
    found('/kind', 'not supported yet: kind Component; write the component into its product'),
    ...shapeErrors('ComponentFile', { ...value, metadata }),
    ...inner,
  ];
}

function findingsOf(value: unknown): readonly Finding[] {
  if (!isObject(value)) return [found('', `this is no definition; write apiVersion, kind, metadata and spec`)];
  const { kind } = value;
  if (isKind(kind)) return checks[kind](value);
  if (kind === 'Component') return componentFileFindings(value);
  const near = typeof kind === 'string' ? nearest(kind, kinds) : null;
  const rest = near === null ? shapeErrors('ComponentFile', { ...value, kind: 'Component' }) : checks[near]({ ...value, kind: near });
  if (kind === undefined) return [found('', `"kind" is missing; it is ${anyKind}`), ...rest];
  return [found('/kind', `unknown kind ${quoted(kind)}; ${near === null ? `it is ${anyKind}` : `did you mean ${quoted(near)}?`}`), ...rest];
}

function identity(value: unknown): Readonly<{ kind: string | null; name: string | null; tenant: string }> {
  const metadata = isObject(value) && isObject(value['metadata']) ? value['metadata'] : {};
  const kind = isObject(value) && typeof value['kind'] === 'string' ? value['kind'].slice(0, 30) : null;
  const name = typeof metadata['name'] === 'string' ? metadata['name'].slice(0, 60) : null;
  return { kind, name, tenant: typeof metadata['tenant'] === 'string' ? metadata['tenant'] : 'default' };
}

type Sources = Readonly<{ value: unknown; findings: readonly Finding[] }>;

/** Relative source paths start at `base`; in what is stored they are absolute. */
function withSources(value: unknown, base: string | null): Sources {
  if (!isObject(value) || value['kind'] !== 'Product' || !isObject(value['spec']) || !isList(value['spec']['components']))
    return { value, findings: [] };
  const findings: Finding[] = [];
  const components = value['spec']['components'].map((component, index) => {
    if (!isObject(component) || !isObject(component['source']) || component['source']['git'] !== undefined) return component;
    const { path } = component['source'];
    if (typeof path !== 'string' || path === '') return component;
    if (base === null && !isAbsolute(path)) {
      findings.push(
        found(
          below('/spec/components', index, 'source', 'path'),
          `${quoted(path)} is relative and it is not known to what; write an absolute path`,
        ),
      );
      return component;
    }
    return { ...component, source: { ...component['source'], path: resolve(base ?? '/', path) } };
  });
  return { value: { ...value, spec: { ...value['spec'], components } }, findings };
}

function errorsOf(written: Written, findings: readonly Finding[]): readonly DefinitionError[] {
  const { kind, name } = identity(written.value);
  const document = kind !== null && name !== null ? `${kind}/${name}` : null;
  const placed = findings.map((finding) => ({ ...finding, place: null }));
  return [...written.findings, ...placed]
    .map(({ pointer, at, detail, place }) => {
      const { line, column } = place ?? written.place(pointer, at);
      return { pointer, document, line, column, detail };
    })
    .sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
}

function checked(written: Written, base: string | null): Readonly<{ value: unknown; findings: readonly Finding[] }> {
  if (written.findings.length > 0) return { value: written.value, findings: [] };
  const { value, findings } = withSources(written.value, base);
  return { value, findings: [...findingsOf(written.value), ...findings] };
}

function documentOf(value: unknown): DefinitionDocument | null {
  const { kind, name, tenant } = identity(value);
  return isObject(value) && isKind(kind) && name !== null ? { kind, name, tenant, json: value, digest: digestOf(value) } : null;
}

function repeated(documents: readonly (DefinitionDocument | null)[]): ReadonlyMap<number, Finding> {
  const seen = new Set<string>();
  const findings = new Map<number, Finding>();
  for (const [index, document] of documents.entries()) {
    if (document === null) continue;
    const address = `${document.tenant}/${document.kind}/${document.name}`;
    if (seen.has(address)) findings.set(index, found('/metadata/name', `${document.kind} ${document.name} is there twice; keep one`));
    seen.add(address);
  }
  return findings;
}

/** Reads definitions: many documents, YAML or JSON, all or nothing. `base`: the absolute folder that relative source paths start at; null: there is none.
 *  All errors at once (at most a thousand), each with its pointer, line and column. Pure. */
export function parseDefinitions(text: string, options: Readonly<{ base: string | null }>): Parsed {
  const texts = readYaml(text);
  if (texts.length === 0)
    return { errors: [{ pointer: '', document: null, line: 1, column: 1, detail: `there is no definition; write a ${anyKind}` }] };
  const all = texts.map((written) => checked(written, options.base));
  const documents = all.map(({ value }, index) => (texts[index]?.findings.length === 0 ? documentOf(value) : null));
  const twice = repeated(documents);
  const errors = texts.flatMap((written, index) => {
    const more = twice.get(index);
    return errorsOf(written, [...(all[index]?.findings ?? []), ...(more === undefined ? [] : [more])]);
  });
  if (errors.length === 0) return { documents: documents.filter((document) => document !== null) };
  if (errors.length <= mostErrors) return { errors };
  const rest: DefinitionError = {
    pointer: '',
    document: null,
    line: null,
    column: null,
    detail: `and ${errors.length - mostErrors} more errors; mend these first`,
  };
  return { errors: [...errors.slice(0, mostErrors), rest] };
}
