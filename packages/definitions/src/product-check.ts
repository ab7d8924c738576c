import { componentFindings } from './component-check.ts';
import { below, found } from './finding.ts';
import { type Edge, cycles, needsOf } from './graph.ts';
import { isList, isObject } from './own.ts';
import { type Declared } from './placeholder-check.ts';
import { refusedProduct } from './refused.ts';
import { shapeErrors } from './shape.ts';
import type { Component, Finding, Product } from './types.ts';

const longestCycle = 1000;

const isComponent = (value: unknown, strange: boolean): value is Component =>
  isObject(value) && typeof value['name'] === 'string' && !strange;

/** Whether the rest of a product is understood although some components are not. */
const isReadable = (value: unknown, findings: readonly Finding[]): value is Product =>
  isObject(value) &&
  isObject(value['spec']) &&
  isList(value['spec']['components']) &&
  findings.every((finding) => finding.loose || !/^\/spec(\/components)?$|^$/.test(finding.pointer));

/** Indexes of components whose own shape is wrong: what they say is not judged further. */
const strangeComponents = (findings: readonly Finding[]): ReadonlySet<number> =>
  new Set(
    findings.flatMap((finding) => {
      const match = finding.loose ? null : /^\/spec\/components\/(\d+)/.exec(finding.pointer);
      return match === null ? [] : [Number(match[1])];
    }),
  );

const pointerOf = (index: number): string => below('/spec/components', index);

function cycleFindings(known: readonly (readonly [number, Component])[]): readonly Finding[] {
  const names = known.map(([, component]) => component.name);
  const places = new Map(known.map(([index, component]) => [component.name, index]));
  return (['compile', 'deploy'] as const).flatMap((phase) => {
    const edges: Edge[] = known.flatMap(([, component]) => needsOf(component, phase).map((to) => ({ from: component.name, to })));
    return cycles(
      names,
      edges.filter((edge) => edge.from !== edge.to),
    ).map((cycle) => {
      const first = cycle[0] ?? '';
      const whole = cycle.length > longestCycle ? [...cycle.slice(0, longestCycle), `… (${cycle.length} components)`] : cycle;
      const what = phase === 'compile' ? 'build.needs' : 'dependsOn and ${components.…}';
      return found(pointerOf(places.get(first) ?? 0), `a cycle of ${what}: ${[...whole, first].join(' → ')}; take one of these out`);
    });
  });
}

function nameFindings(components: readonly unknown[]): readonly Finding[] {
  const first = new Map<string, number>();
  return components.flatMap((component, index) => {
    const name = isObject(component) ? component['name'] : undefined;
    if (typeof name !== 'string') return [];
    const before = first.get(name);
    if (before === undefined) {
      first.set(name, index);
      return [];
    }
    return [found(below(pointerOf(index), 'name'), `the name ${JSON.stringify(name)} is taken by component ${before}; choose another`)];
  });
}

/** All that is wrong with a product. What is wrong in one component does not hide what is wrong in others. */
export function productFindings(value: unknown): readonly Finding[] {
  const shape = shapeErrors('Product', value);
  if (!isReadable(value, shape)) return shape;
  const strange = strangeComponents(shape);
  const components: readonly unknown[] = value.spec.components;
  const froms = components.flatMap((component, index) =>
    isObject(component) && component['from'] !== undefined
      ? [{ ...found(below(pointerOf(index), 'from'), 'not supported yet: from; write the component here'), at: 'key' as const }]
      : [],
  );
  const known: (readonly [number, Component])[] = [];
  const declared = new Map<string, Component | null>();
  let unnamed = froms.length > 0;
  for (const [index, component] of components.entries()) {
    if (isComponent(component, strange.has(index))) {
      known.push([index, component]);
      declared.set(component.name, component);
    } else if (isObject(component) && typeof component['name'] === 'string') declared.set(component['name'], null);
    else unnamed = true;
  }
  const all: Declared = declared;
  const own = known.flatMap(([index, component]) => componentFindings(component, pointerOf(index), all));
  return [
    ...shape,
    ...refusedProduct(value),
    ...froms,
    ...nameFindings(components),
    ...own.filter((finding) => !unnamed || !finding.detail.includes('unknown component')),
    ...cycleFindings(known),
  ];
}
