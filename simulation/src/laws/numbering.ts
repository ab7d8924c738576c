import type { Law, Occurrence } from './evidence.ts';

/** I10: numbering per key: on the topic the first occurrences read 1, 2, 3 …, and a repeat has the same id and the same bytes. */
export const numbering: Law = ({ keys }) => [...keys.values()].flatMap(numbered);

function numbered(occurrences: readonly Occurrence[]): readonly string[] {
  const seen = new Map<number, string>();
  const broken: string[] = [];
  for (const { event, bytes } of occurrences) {
    const number = event.sequence ?? 0;
    const known = seen.get(number);
    if (known === undefined && number !== seen.size + 1) broken.push(`I10 ${event.subject}: ${number} came after ${seen.size}`);
    if (known !== undefined && known !== bytes) broken.push(`I10 ${event.subject}: ${number} was said again with other bytes`);
    seen.set(number, known ?? bytes);
  }
  return broken;
}
