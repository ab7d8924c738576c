import type { Noted } from './evidence.ts';

/** Protocol 13, I9: a closing is final: after it nothing that was begun for this job takes effect at a target that keeps tombstones.
 *  `closed`: job → how many effects there were when the book closed it. */
export const afterClosing = (effects: readonly Noted[], closed: ReadonlyMap<string, number>): readonly string[] =>
  effects.flatMap(({ job, step }, n) => {
    const at = closed.get(job);
    return at !== undefined && n >= at ? [`protocol 13: ${step} took effect as job ${job}, which had been closed before`] : [];
  });
