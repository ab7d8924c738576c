import { dataOf, text, type Law } from './evidence.ts';

/** I4: nothing is undone of which every attempt said that it did nothing. */
export const needlessUndo: Law = ({ operations }) =>
  operations.flatMap(({ id, events }) => {
    const touched = new Set<string>();
    const broken: string[] = [];
    for (const event of events) {
      const { undoes, unchanged, effect } = dataOf(event);
      if (event.type === 'StepSucceeded' && unchanged !== true) touched.add(text(event, 'step'));
      if ((event.type === 'StepFailed' || event.type === 'StepCancelled') && effect !== 'none') touched.add(text(event, 'step'));
      if (event.type === 'StepRequested' && typeof undoes === 'string' && !touched.has(undoes))
        broken.push(`I4 ${id}: ${undoes} is to be undone, and nobody said that it did anything`);
    }
    return broken;
  });
