import type { Law } from './evidence.ts';

/** Protocol 28: in the history of a key the time of an event never goes back. */
export const time: Law = ({ keys }) =>
  [...keys].flatMap(([key, occurrences]) => {
    let last = { number: 0, time: '' };
    return occurrences.flatMap(({ event: { sequence, time } }) => {
      const number = sequence ?? 0;
      if (number <= last.number) return [];
      const before = last;
      last = { number, time };
      return time < before.time ? [`28 ${key}: event ${number} is of ${time}, the one before of ${before.time}`] : [];
    });
  });
