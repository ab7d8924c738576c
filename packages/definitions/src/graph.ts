import { dependencyOf, wantsOf } from './references.ts';
import type { Component, Product } from './types.ts';

export type Phase = 'compile' | 'package' | 'configure' | 'deploy' | 'publish' | 'start' | 'stop' | 'restart' | 'destroy';

/** `from` needs `to`. */
export type Edge = Readonly<{ from: string; to: string }>;

const buildPhases = new Set<Phase>(['compile', 'package']);
/** A job runs once, when it is deployed. */
const withoutJobs = new Set<Phase>(['start', 'stop', 'restart']);
const turnedRound = new Set<Phase>(['stop', 'destroy']);

/** What a component needs, each once: of the build, by name; or where it runs, as it is written, then what its placeholders want. Soft dependencies order nothing. */
export function needsOf(component: Component, phase: Phase): readonly string[] {
  if (buildPhases.has(phase)) {
    return [
      ...new Set([...Object.keys(component.build?.needs ?? {}).sort(), ...(component.imageOf === undefined ? [] : [component.imageOf])]),
    ];
  }
  const written = (component.dependsOn ?? []).flatMap((item) => {
    const dependency = dependencyOf(item);
    return dependency === null ? [] : [dependency];
  });
  const soft = new Set(written.filter((item) => item.soft).map((item) => item.component));
  const wanted = wantsOf(component).map((want) => want.component);
  return [...new Set([...written.map((item) => item.component), ...wanted])].filter((name) => !soft.has(name));
}

/** The edges that order a phase. Each once; to unknown components too, if there are any. */
export const edges = (product: Product, phase: Phase): readonly Edge[] =>
  product.spec.components.flatMap((component) => needsOf(component, phase).map((to) => ({ from: component.name, to })));

/** What takes part in a phase at all: libraries are built and never run. */
export const takesPart = (component: Component, phase: Phase): boolean => {
  if (component.type === 'external') return false;
  if (phase === 'compile') return component.build !== undefined;
  return component.type !== 'library' && !(withoutJobs.has(phase) && component.workload?.kind === 'job');
};

export type Order = Readonly<{ levels: readonly (readonly string[])[]; left: readonly string[] }>;

/** Levels: each name after all it needs, as early as can be, in the order given. `left` is what stands in or behind a cycle. Linear. */
export function ordered(names: readonly string[], all: readonly Edge[]): Order {
  const open = new Map(names.map((name) => [name, 0]));
  const dependents = new Map<string, string[]>();
  for (const { from, to } of all) {
    const count = open.get(from);
    if (count === undefined || !open.has(to)) continue;
    open.set(from, count + 1);
    const known = dependents.get(to);
    if (known === undefined) dependents.set(to, [from]);
    else known.push(from);
  }
  const levels: string[][] = [];
  for (let level = names.filter((name) => open.get(name) === 0); level.length > 0;) {
    levels.push(level);
    const next: string[] = [];
    for (const name of level) {
      open.delete(name);
      for (const dependent of dependents.get(name) ?? []) {
        const count = (open.get(dependent) ?? 0) - 1;
        open.set(dependent, count);
        if (count === 0) next.push(dependent);
      }
    }
    level = next;
  }
  return { levels, left: [...open.keys()] };
}

/** The components of a phase in levels: each after all it needs; for `stop` and `destroy`, each after all that need it. */
export function topology(product: Product, phase: Phase): readonly (readonly string[])[] {
  const part = new Set(product.spec.components.filter((component) => takesPart(component, phase)).map((component) => component.name));
  const names = product.spec.components.map((component) => component.name);
  const written = edges(product, phase);
  const { levels } = ordered(names, turnedRound.has(phase) ? written.map(({ from, to }) => ({ from: to, to: from })) : written);
  return levels.map((level) => level.filter((name) => part.has(name))).filter((level) => level.length > 0);
}

/** Cycles, each whole: `a, b, c` where a needs b, b needs c, c needs a. No two share a component. Without recursion. */
export function cycles(names: readonly string[], all: readonly Edge[]): readonly (readonly string[])[] {
  const left = new Set(ordered(names, all).left);
  const needs = new Map<string, string[]>([...left].map((name) => [name, []]));
  for (const { from, to } of all) if (left.has(from) && left.has(to)) needs.get(from)?.push(to);
  const found: string[][] = [];
  const taken = new Set<string>();
  const done = new Set<string>();
  const close = (cycle: string[]): void => {
    if (cycle.some((name) => taken.has(name))) return;
    found.push(cycle);
    for (const name of cycle) taken.add(name);
  };
  for (const start of left) walk(start, needs, done, close);
  return found;
}

/** Depth first from one name; `close` is told each way back to a name that is still open. */
function walk(start: string, needs: ReadonlyMap<string, readonly string[]>, done: Set<string>, close: (cycle: string[]) => void): void {
  if (done.has(start)) return;
  const path = [{ name: start, next: 0 }];
  const places = new Map([[start, 0]]);
  for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
    const next = needs.get(last.name)?.[last.next];
    last.next += 1;
    if (next === undefined) {
      done.add(last.name);
      places.delete(last.name);
      path.pop();
      continue;
    }
    const place = places.get(next);
    if (place !== undefined) close(path.slice(place).map(({ name }) => name));
    else if (!done.has(next)) {
      places.set(next, path.length);
      path.push({ name: next, next: 0 });
    }
  }
}
