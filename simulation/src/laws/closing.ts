import { dataOf, isEnding, text, type Law } from './evidence.ts';

/** Protocol 13: only its bridge ends a requested step, by the target's word where it has one; no operation ends while a step is open,
 *  but one that somebody abandoned. */
export const closing: Law = ({ operations, endOf }) =>
  operations.flatMap(({ id, events }) => {
    const open = new Map<string, string>();
    const abandoned = events.some((event) => event.type === 'OperationAbandoned');
    const broken: string[] = [];
    for (const event of events) {
      const step = 'step' in event.data ? text(event, 'step') : '';
      if (event.type === 'StepRequested') open.set(step, text(event, 'job'));
      if (event.type === 'StepSucceeded') {
        const said = endOf?.(open.get(step) ?? '');
        if (said !== undefined && said !== 'succeeded')
          broken.push(`closing ${id}: ${step} succeeded, the target says ${said ?? 'nothing'}`);
      }
      if (/^Step(Succeeded|Cancelled)$/.test(event.type) || (event.type === 'StepFailed' && Number(dataOf(event)['attempt']) > 0))
        open.delete(step);
      if (isEnding(event.type) && open.size > 0 && !abandoned)
        broken.push(`closing ${id}: it ended while ${[...open.keys()].join(', ')} was open`);
    }
    return broken;
  });
