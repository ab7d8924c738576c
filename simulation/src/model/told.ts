import type { Searched } from './search.ts';

/** What was searched within which bounds, in how many seconds, with how much memory at the end, in MB. */
export type Told = Readonly<{ bounds: string; searched: Searched; seconds: number; memory: number }>;

/** In lines: what was seen, and what is broken with the way there. */
export function told({ bounds, searched, seconds, memory }: Told): readonly string[] {
  const { scenario, states, steps, ends, depth, violation } = searched;
  const [name] = scenario.split(':');
  const figures = `${states} states, ${steps} steps, ${ends} ends, depth ${depth}`;
  const line = `${name}: ${bounds}: ${figures}, ${howFar(searched)}, ${seconds.toFixed(1)} s, ${Math.round(states / seconds)} states/s, ${memory} MB`;
  if (violation === null) return [line];
  return [line, ...violation.trace.map((one) => `  ${one}`), ...violation.broken.map((one) => `  BROKEN ${one}`)];
}

function howFar({ complete, faults, violation }: Searched): string {
  if (violation !== null) return 'BROKEN';
  if (complete) return 'complete';
  return faults < 0 ? 'NOT complete' : `NOT complete: all with at most ${faults} of these faults, and part of those with ${faults + 1}`;
}

export function sum(all: readonly Told[], seconds: number): string {
  const of = (count: (one: Searched) => number): number => all.reduce((total, { searched }) => total + count(searched), 0);
  const broken = of(({ violation }) => (violation === null ? 0 : 1));
  const complete = of((one) => (one.complete ? 1 : 0));
  return `${all.length} scenarios, ${complete} complete, ${of(({ states }) => states)} states, ${of(({ steps }) => steps)} steps, ${broken} violations, ${seconds.toFixed(0)} s`;
}
