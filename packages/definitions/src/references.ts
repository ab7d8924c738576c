import { below } from './finding.ts';
import { isObject } from './own.ts';
import { placeholdersIn } from './placeholders.ts';
import type { Component, Workload } from './types.ts';

/** A text in which placeholders count, and where it stands. */
export type Text = Readonly<{ pointer: string; text: string; in: 'workload' | 'outputs' }>;

function* workloadTexts(workload: Workload, pointer: string): Generator<Readonly<{ pointer: string; text: string }>> {
  for (const key of ['command', 'args'] as const) {
    for (const [index, text] of (workload[key] ?? []).entries()) yield { pointer: below(pointer, key, index), text };
  }
  for (const [name, text] of Object.entries(workload.variables ?? {})) yield { pointer: below(pointer, 'variables', name), text };
  if (typeof workload.replicas === 'string') yield { pointer: below(pointer, 'replicas'), text: workload.replicas };
  for (const key of ['readinessProbe', 'livenessProbe'] as const) {
    const probe = workload[key];
    if (probe?.httpGet !== undefined) yield { pointer: below(pointer, key, 'httpGet', 'path'), text: probe.httpGet.path };
    for (const [index, header] of (probe?.httpGet?.httpHeaders ?? []).entries()) {
      yield { pointer: below(pointer, key, 'httpGet', 'httpHeaders', index, 'value'), text: header.value };
    }
    for (const [index, text] of (probe?.exec?.command ?? []).entries())
      yield { pointer: below(pointer, key, 'exec', 'command', index), text };
  }
}

export function* textsOfWorkload(workload: Workload | undefined, pointer: string): Generator<Text> {
  for (const text of workloadTexts(workload ?? {}, pointer)) yield { ...text, in: 'workload' };
}

/** The template of an output; '' where the environment gives it. */
export const templateOf = (output: NonNullable<Component['outputs']>[string]): string =>
  typeof output === 'string' ? output : (output.value ?? '');

/** All texts of a component in which placeholders count; pointers from `pointer` on. */
export function* textsOf(component: Component, pointer = ''): Generator<Text> {
  yield* textsOfWorkload(component.workload, below(pointer, 'workload'));
  const undo = typeof component.undo === 'object' ? component.undo.command : [];
  for (const [index, text] of undo.entries()) yield { pointer: below(pointer, 'undo', 'command', index), text, in: 'workload' };
  for (const [name, output] of Object.entries(component.outputs ?? {})) {
    const path = below(pointer, 'outputs', name);
    yield { pointer: typeof output === 'string' ? path : below(path, 'value'), text: templateOf(output), in: 'outputs' };
  }
}

export type Want = Readonly<{ name: string; component: string; output: string }>;

const known = new WeakMap<Component, readonly Want[]>();

/** What a component wants of others: each `${components.<component>.<output>}` once, sorted by name. */
export function wantsOf(component: Component): readonly Want[] {
  const wants = known.get(component) ?? wantsIn(component);
  known.set(component, wants);
  return wants;
}

function wantsIn(component: Component): readonly Want[] {
  const wants = new Map<string, Want>();
  for (const { text } of textsOf(component)) {
    for (const name of placeholdersIn(text)) {
      const [family, other, output, ...rest] = name.split('.');
      if (family === 'components' && other !== undefined && output !== undefined && rest.length === 0)
        wants.set(name, { name, component: other, output });
    }
  }
  return [...wants.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A dependency within the product: its component, and whether it only wishes. Null: of another product. */
export function dependencyOf(
  dependency: NonNullable<Component['dependsOn']>[number],
): Readonly<{ component: string; soft: boolean }> | null {
  if (typeof dependency === 'string') return { component: dependency, soft: false };
  return isObject(dependency) && dependency.product === undefined
    ? { component: dependency.component, soft: dependency.soft === true }
    : null;
}
