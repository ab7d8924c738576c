import type { Envelope } from '@srm/schemas';
import { dataOf, text, texts, type Law, type Noted } from './evidence.ts';

/** Protocol 21, 22: no component is held by two operations at once, every grant has a higher fence, and at the target no effect comes
 *  after one of a higher fence. At the end nobody holds or waits. */
export const lease: Law = ({ keys, effects }) => [
  ...[...keys].flatMap(([key, occurrences]) => {
    if (!key.startsWith('environment/')) return [];
    const first = new Map<number | null, Envelope>();
    for (const { event } of occurrences) if (!first.has(event.sequence)) first.set(event.sequence, event);
    return oneHolder(key, [...first.values()]);
  }),
  ...fences(effects),
];

function oneHolder(key: string, events: readonly Envelope[]): readonly string[] {
  const holders = new Map<string, string>();
  const waiting = new Set<string>();
  const broken: string[] = [];
  let fence = 0;
  for (const event of events) {
    const operation = text(event, 'operation');
    if (event.type === 'EnvironmentLeaseAsked') waiting.add(operation);
    if (event.type === 'EnvironmentLeased') {
      const given = Number(dataOf(event)['fence']);
      if (given <= fence) broken.push(`lease of ${operation}: fence ${given} came after ${fence}`);
      fence = given;
      waiting.delete(operation);
      for (const component of texts(event, 'components')) {
        const holder = holders.get(component);
        if (holder !== undefined) broken.push(`lease of ${operation}: ${component} is held by ${holder}`);
        holders.set(component, operation);
      }
    }
    if (event.type === 'EnvironmentFreed') {
      waiting.delete(operation);
      for (const [component, holder] of [...holders]) if (holder === operation) holders.delete(component);
    }
  }
  for (const operation of new Set([...holders.values(), ...waiting]))
    broken.push(`lease: at the end ${operation} still holds or wants something of ${key}`);
  return broken;
}

function fences(effects: readonly Noted[]): readonly string[] {
  const highest = new Map<string, number>();
  const broken: string[] = [];
  for (const { address, fence = 0, step } of effects) {
    if (address === undefined || address.includes('#')) continue;
    const seen = highest.get(address) ?? 0;
    if (fence < seen) broken.push(`fence: ${step} took effect at ${address} under ${fence}, after one under ${seen}`);
    highest.set(address, Math.max(seen, fence));
  }
  return broken;
}
