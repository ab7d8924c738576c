import { posix } from 'node:path';
import { milliseconds } from './duration.ts';
import { below, found, foundKey } from './finding.ts';
import { meant, quoted } from './nearest.ts';
import { isObject } from './own.ts';
import { misfit } from './parameter.ts';
import { type Declared, placeholderErrors } from './placeholder-check.ts';
import { textsOf } from './references.ts';
import { refusedComponent } from './refused.ts';
import type { Component, Finding, Probe, Workload } from './types.ts';

const notOfLibraries = ['package', 'image', 'imageOf', 'specs', 'dependsOn', 'config', 'workload', 'outputs', 'undo'] as const;

/** A component that SRM builds itself, as against one that only names an image, or nothing to run. */
const builtHere = (component: Component): boolean =>
  component.type !== 'external' && component.image === undefined && component.imageOf === undefined && component.build?.job === undefined;

function buildFindings(component: Component, pointer: string): readonly Finding[] {
  const { build, source } = component;
  const findings: Finding[] = [];
  if (source === undefined) findings.push(found(pointer, '"source" is missing; say where its source is: source: { path: … }'));
  else if (source.path === undefined && source.git === undefined)
    findings.push(found(below(pointer, 'source'), '"path" is missing: the folder of the source'));
  if (build === undefined) findings.push(found(pointer, '"build" is missing; say how it is built: build: { run: [[…]], output: … }'));
  else {
    if (build.run === undefined) findings.push(found(below(pointer, 'build'), '"run" is missing: the commands that build it'));
    if (build.output === undefined) findings.push(found(below(pointer, 'build'), '"output" is missing: the folder that the build leaves'));
  }
  return findings;
}

function kindFindings(component: Component, pointer: string): readonly Finding[] {
  if (component.type === 'library') {
    const wrong = notOfLibraries.filter((key) => component[key] !== undefined);
    return wrong.map((key) =>
      foundKey(below(pointer, key), `a library is compiled and never runs: leave ${key} out, or leave out type: library`),
    );
  }
  if (!builtHere(component)) return [];
  const findings: Finding[] = [];
  if (component.package === undefined) {
    findings.push(
      found(
        pointer,
        '"package" is missing; say what goes into the image: package: { files: { dist: /app }, workdir: /app }; or say type: library',
      ),
    );
  } else if (component.package.dockerfile === undefined && component.package.files === undefined) {
    findings.push(found(below(pointer, 'package'), '"files" is missing: what of the build goes where in the image'));
  }
  if (component.workload === undefined)
    findings.push(found(pointer, '"workload" is missing; say what runs: workload: { command: […] }; or say type: library'));
  else if (component.workload.command === undefined) {
    findings.push(found(below(pointer, 'workload'), '"command" is missing; an image that is built here has none of its own'));
  }
  return findings;
}

function probeFindings(probe: Probe | undefined, ports: Workload['ports'], pointer: string): readonly Finding[] {
  if (probe === undefined) return [];
  if ((probe.httpGet === undefined) === (probe.exec === undefined)) return [found(pointer, 'give httpGet or exec, one of the two')];
  const port = probe.httpGet?.port;
  if (port === undefined) return [];
  const names = Object.keys(ports ?? {});
  const known = typeof port === 'number' ? Object.values(ports ?? {}).some((item) => item.port === port) : names.includes(port);
  const hint =
    typeof port === 'string'
      ? meant(port, names)
      : names.length > 0
        ? `; known: ${Object.entries(ports ?? {})
            .map(([name, item]) => `${name} ${item.port}`)
            .join(', ')}`
        : '';
  return known ? [] : [found(below(pointer, 'httpGet', 'port'), `no port ${quoted(port)} is declared in workload.ports${hint}`)];
}

/** Checks that need nothing but the workload. Ports may come from the other layer where `ports` is null. */
export function workloadFindings(workload: Workload | undefined, pointer: string): readonly Finding[] {
  if (workload === undefined) return [];
  const findings: Finding[] = [];
  for (const key of ['settle', 'readyWithin'] as const) {
    const text = workload[key];
    if (text !== undefined && milliseconds(text) === null)
      findings.push(found(below(pointer, key), `${quoted(text)} is too long; at most 24h`));
  }
  const sources = new Set<string>();
  for (const [path, { source }] of Object.entries(workload.volumes ?? {})) {
    if (sources.has(source))
      findings.push(found(below(pointer, 'volumes', path, 'source'), `the volume ${quoted(source)} is there twice; one path each`));
    sources.add(source);
  }
  const numbers = new Set<number>();
  for (const [name, { port }] of Object.entries(workload.ports ?? {})) {
    if (numbers.has(port)) findings.push(found(below(pointer, 'ports', name, 'port'), `the port ${port} is there twice; one number each`));
    numbers.add(port);
  }
  return findings;
}

function configFindings(component: Component, pointer: string): readonly Finding[] {
  return Object.entries(component.config ?? {}).flatMap(([name, item]) => {
    const wrong = item.default === undefined ? null : misfit(item, item.default);
    return wrong === null ? [] : [found(below(pointer, 'config', name, 'default'), wrong)];
  });
}

function referenceFindings(component: Component, pointer: string, declared: Declared): readonly Finding[] {
  const findings: Finding[] = [];
  const unknown = (name: string): string => `unknown component ${quoted(name)}${meant(name, [...declared.keys()])}`;
  const paths = new Set<string>();
  for (const [name, path] of Object.entries(component.build?.needs ?? {})) {
    const target = declared.get(name);
    const at = below(pointer, 'build', 'needs', name);
    const folder = posix.normalize(path).replace(/\/$/, '');
    if (folder === '.') findings.push(found(at, 'this would replace the whole folder; give it a path inside, as in vendor/' + name));
    else if (paths.has(folder)) findings.push(found(at, `the path ${quoted(path)} is there twice; one path each`));
    paths.add(folder);
    if (name === component.name) findings.push(foundKey(at, 'a component cannot need itself; leave it out'));
    else if (target === undefined) findings.push(foundKey(at, unknown(name)));
    else if (target !== null && target.build === undefined)
      findings.push(foundKey(at, `${name} is not built here, so there is nothing to hand over; leave it out`));
  }
  const seen = new Set<string>();
  for (const [index, item] of (component.dependsOn ?? []).entries()) {
    if (isObject(item) && item.product !== undefined) continue;
    const name = typeof item === 'string' ? item : item.component;
    const at = typeof item === 'string' ? below(pointer, 'dependsOn', index) : below(pointer, 'dependsOn', index, 'component');
    const target = declared.get(name);
    if (name === component.name) findings.push(found(at, 'a component cannot depend on itself; leave it out'));
    else if (target === undefined) findings.push(found(at, unknown(name)));
    else if (target?.type === 'library') findings.push(found(at, `${name} is a library and never runs; name it in build.needs`));
    else if (seen.has(name)) findings.push(found(at, `${name} is there twice; keep one`));
    seen.add(name);
  }
  if (component.imageOf !== undefined && !declared.has(component.imageOf))
    findings.push(found(below(pointer, 'imageOf'), unknown(component.imageOf)));
  return findings;
}

/** All that is wrong with one component of a product, beyond its shape. */
export function componentFindings(component: Component, pointer: string, declared: Declared): readonly Finding[] {
  const { workload } = component;
  const at = below(pointer, 'workload');
  const specs = component.specs ?? [];
  return [
    ...(builtHere(component) ? buildFindings(component, pointer) : []),
    ...kindFindings(component, pointer),
    ...refusedComponent(component, pointer),
    ...referenceFindings(component, pointer, declared),
    ...workloadFindings(workload, at),
    ...probeFindings(workload?.readinessProbe, workload?.ports, below(at, 'readinessProbe')),
    ...probeFindings(workload?.livenessProbe, workload?.ports, below(at, 'livenessProbe')),
    ...configFindings(component, pointer),
    ...specs.flatMap((name, index) =>
      specs.indexOf(name) < index ? [found(below(pointer, 'specs', index), `${name} is there twice; keep one`)] : [],
    ),
    ...[...textsOf(component, pointer)].flatMap((text) => placeholderErrors(component, text, declared)),
  ];
}
