import { hasEnded, isFailed, isOpen } from './states.js';

/** So long somebody who cancelled waits for silent bridges before abandoning is offered, in milliseconds. */
const patience = 60_000;
/** So many failed steps have a button each. */
const most = 6;

/**
 * What can be decided about an operation now: `{ action, step, steps, say }`, `step` for the server, `steps` to be named; `say`: whose words, where not the action's.
 * `cancelling` is since when it has been seen to be cancelled, null when it is not.
 */
export function choicesOf(operation, steps, cancelling, now) {
  if (hasEnded(operation)) return [];
  const choice = (action, named = [], step = null) => ({ action, step, steps: named });
  const open = steps.filter(isOpen).map(({ id }) => id);
  const late = steps.filter(isLate).map(({ id }) => id);
  const given = cancelling !== null && now - cancelling > patience ? open : late;
  const abandon = given.length === 0 ? [] : [choice('abandon', given)];
  switch (operation.status) {
    case 'held': {
      const awaiting = operation.awaiting ?? [];
      if (awaiting.length > 0)
        return [
          { ...choice('resume', awaiting), say: 'undo' },
          ...awaiting.slice(0, most).map((id) => ({ ...choice('skip', [id], id), say: 'keep' })),
          { ...choice('abandon', awaiting), say: 'leave' },
        ];
      const failed = steps.filter((step) => isFailed(step) && step.undoes === null).map(({ id }) => id);
      // Why it is held says how the freeze is lifted.
      if (operation.held?.by === 'freeze') return [choice('giveUp'), ...abandon];
      // Its time was over: what was ended because of that is tried again.
      if (failed.length === 0 && operation.held?.by === 'failure') {
        const ended = steps.filter(({ state, undoes }) => state === 'cancelled' && undoes === null).map(({ id }) => id);
        return [choice('retry', ended), choice('giveUp'), ...abandon];
      }
      if (failed.length === 0) return [choice('resume'), choice('giveUp'), ...abandon];
      return [choice('retry', failed), ...failed.slice(0, most).map((id) => choice('skip', [id], id)), choice('giveUp'), ...abandon];
    }
    case 'cancelling':
    case 'compensating':
      return abandon;
    case 'requested':
    case 'planning':
      return [choice('cancel'), ...abandon];
    default:
      return [choice('hold'), choice('cancel'), ...abandon];
  }
}

/** Its bridge was asked to end it because its time is over, and has not confirmed. */
const isLate = (step) => isOpen(step) && step.cancel?.why === 'deadline';
