import { text, texts, type Law } from './evidence.ts';

/** Protocol 21: leases are granted in order of request: nobody is granted a component that somebody else asked for earlier and still waits for. */
export const leaseOrder: Law = ({ keys }) =>
  [...keys].flatMap(([key, occurrences]) => {
    const waiting = new Map<string, readonly string[]>();
    const broken: string[] = [];
    let last = 0;
    for (const { event } of key.startsWith('environment/') ? occurrences : []) {
      if ((event.sequence ?? 0) <= last) continue;
      last = event.sequence ?? 0;
      if (event.type === 'EnvironmentLeaseAsked') waiting.set(text(event, 'operation'), texts(event, 'components'));
      if (event.type === 'EnvironmentLeased') {
        const mine = texts(event, 'components');
        for (const [other, wanted] of waiting) {
          if (other === text(event, 'operation')) break;
          const both = wanted.find((component) => mine.includes(component));
          if (both !== undefined) broken.push(`21 ${text(event, 'operation')} was granted ${both}, which ${other} had asked for earlier`);
        }
      }
      if (event.type === 'EnvironmentLeased' || event.type === 'EnvironmentFreed') waiting.delete(text(event, 'operation'));
    }
    return broken;
  });
