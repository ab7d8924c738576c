import { found, notSupported } from './finding.ts';
import { meant, quoted } from './nearest.ts';
import { own } from './own.ts';
import { placeholdersIn } from './placeholders.ts';
import type { Text } from './references.ts';
import type { Component, Finding } from './types.ts';

/** What a product declares: its components by name; null where a component's own shape is wrong. */
export type Declared = ReadonlyMap<string, Component | null>;

const families = ['components', 'config', 'parameters', 'ports', 'service', 'volumes'];
const later = new Set(['products', 'secrets', 'files']);
/** An output is what others see: where the component listens by itself is no part of it. */
const notInOutputs = new Set(['ports', 'volumes']);

function undeclared(what: string, name: string, known: readonly string[], where: string): string | null {
  return known.includes(name) ? null : `${what} ${quoted(name)} is not declared; declare it in ${where}${meant(name, known)}`;
}

function ofOther(component: Component, other: string, output: string, declared: Declared): string | null {
  if (other === component.name) return 'a component cannot want its own output; use ${service.…} or ${ports.…}';
  const target = declared.get(other);
  if (target === undefined) return `unknown component ${quoted(other)}${meant(other, [...declared.keys()])}`;
  if (target === null || own(target.outputs, output) !== undefined) return null;
  const outputs = Object.keys(target.outputs ?? {});
  return `${other} has no output ${quoted(output)}${outputs.length === 0 ? `; declare it in outputs of ${other}` : meant(output, outputs)}`;
}

function ofService(component: Component, rest: readonly string[]): string | null {
  if (component.workload?.kind === 'job') return 'a job has no address that others could use';
  if (rest.length === 1 && rest[0] === 'host') return null;
  if (rest.length === 2 && rest[0] === 'ports')
    return undeclared('the port', rest[1] ?? '', Object.keys(component.workload?.ports ?? {}), 'workload.ports');
  return 'it is not ${service.host} or ${service.ports.<port>}';
}

function wrong(component: Component, name: string, text: Text, declared: Declared): string | null {
  const [family = '', ...rest] = name.split('.');
  const [first = '', second = ''] = rest;
  if (!families.includes(family)) return `unknown placeholder${meant(family, families)}`;
  if (text.in === 'outputs' && notInOutputs.has(family))
    return 'an output says where others find it; use ${service.host} and ${service.ports.<port>}';
  if (family === 'service') return ofService(component, rest);
  if (rest.length !== (family === 'components' ? 2 : 1) || rest.includes('')) {
    return family === 'components' ? 'write it as ${components.<component>.<output>}' : `write it as \${${family}.<name>}`;
  }
  switch (family) {
    case 'components':
      return ofOther(component, first, second, declared);
    case 'config':
      return undeclared('the configuration item', first, Object.keys(component.config ?? {}), 'config');
    case 'ports':
      return undeclared('the port', first, Object.keys(component.workload?.ports ?? {}), 'workload.ports');
    case 'volumes':
      return undeclared(
        'the volume',
        first,
        Object.values(component.workload?.volumes ?? {}).map((volume) => volume.source),
        'workload.volumes, as source',
      );
    default:
      return null;
  }
}

const unclosed = (text: string): boolean => text.replace(/\$\$\{|\$\{[^}]*\}/g, '').includes('${');

/** What is wrong with the placeholders of one text. Parameters are checked when planned: the spec may be another. */
export function placeholderErrors(component: Component, text: Text, declared: Declared): readonly Finding[] {
  const findings: Finding[] = unclosed(text.text)
    ? [found(text.pointer, 'a placeholder is not closed: "}" is missing; a text with "${" in it is written "$${"')]
    : [];
  for (const name of placeholdersIn(text.text)) {
    if (later.has(name.split('.')[0] ?? '')) findings.push({ ...notSupported(text.pointer, `\${${name}}`), at: 'value' });
    else {
      const detail = wrong(component, name, text, declared);
      if (detail !== null) findings.push(found(text.pointer, `\${${name}}: ${detail}`));
    }
  }
  return findings;
}
