import type { Scenario } from './scenario.ts';

const names: Readonly<Record<string, string>> = { late: 'late start', slow: 'slow job', deadline: 'deadline passed' };

/** What of a scenario is searched, in words: components and operations, at most so many of each fault, at most so many of all together. */
export function boundsOf({ components, operations, compiled, attempts, budget, instances, handlers }: Scenario): string {
  const { any, ...faults } = budget;
  const some = Object.entries(faults).filter(([, n]) => n > 0);
  const all = some.reduce((sum, [, n]) => sum + n, 0);
  const bounds = [
    count(Object.keys(components).length, 'component'),
    ...(operations > 1 ? [count(operations, 'operation')] : []),
    ...(compiled ? ['compiled'] : []),
    ...(handlers === 'whole' ? ['handlers not mixed'] : []),
    ...(attempts > 1 ? [count(attempts, 'attempt')] : []),
    some.length === 0 ? 'no fault' : `up to ${some.map(([fault, n]) => count(n, names[fault] ?? fault)).join(', ')}`,
  ];
  const at = instances === 'one' && budget.crash > 0 ? ', all die together' : '';
  return `${bounds.join(', ')}${any < all ? `, any ${any} of these` : ''}${at}`;
}

const count = (n: number, name: string): string => `${n} ${name}${n === 1 ? '' : name.endsWith('sh') ? 'es' : 's'}`;
