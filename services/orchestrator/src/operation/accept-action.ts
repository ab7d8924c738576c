import type { ActOnOperation, Envelope } from '@srm/schemas';
import type { OperationEvent } from './events.ts';
import type { Operation } from './state.ts';

type Asked = ActOnOperation['data'];

/** Judges an operator's command. The one that comes second is told what won. */
export function act(operation: Operation, { data }: Envelope<ActOnOperation>): readonly OperationEvent[] {
  if (operation.requests.has(data.requestId)) return [];
  const refusal = refused(operation, data);
  if (refusal === null) return accepted(operation, data);
  const { requestId, action, actor } = data;
  return [{ type: 'ActionRefused', data: { operation: operation.id, requestId, action, reason: refusal, actor } }];
}

const endedAs: Readonly<Record<NonNullable<Operation['ended']>, string>> = {
  OperationSucceeded: 'it succeeded',
  OperationFailed: 'it failed',
  OperationCompensated: 'it failed, and what it did was undone',
  OperationCompensationFailed: 'it failed, and not all of it could be undone',
  OperationCancelled: 'it was cancelled',
  OperationRefused: 'it was refused',
  OperationPlanned: 'it was a preview',
};

/** Why not, in words; null: it is taken. */
function refused(operation: Operation, { action, at, step }: Asked): string | null {
  const { ended, held, trouble, compensating, turn } = operation;
  if (ended !== null) return `the operation has ended already: ${endedAs[ended]}`;
  if (action === 'abandon') return hasOpen(operation) ? null : 'nothing is open that could be abandoned; cancel it, or give up';
  if (trouble?.by === 'cancel') return 'the operation is being cancelled already';
  if (compensating) return 'the operation has failed and is being undone already';
  if (at !== null && at < turn) return `the operation has moved on since event ${at}; look again`;
  switch (action) {
    case 'cancel':
      return null;
    case 'hold':
      return held === null ? null : 'the operation is held already';
    case 'resume':
      if (held === null) return 'the operation is not held';
      return held === 'failure' ? 'a step has failed: retry it, skip it, or give up' : null;
    case 'retry':
    case 'skip':
      if (held === null || trouble === null)
        return 'no failed step waits for a decision; an operation waits for one where onFailure is hold';
      return wrongStep(trouble.failed, action, step);
    case 'giveUp':
      return held === null ? 'the operation is not held; cancel it instead' : null;
  }
}

/** Retry is for all that failed, skip for one that failed. */
function wrongStep(failed: readonly string[], action: 'retry' | 'skip', step: string | null): string | null {
  if (step === null) return action === 'retry' || failed.length === 1 ? null : `name the step to skip: ${failed.join(', ')}`;
  if (!failed.includes(step)) return `${step} has not failed; failed have: ${failed.join(', ')}`;
  if (action === 'skip' || failed.length === 1) return null;
  return `${failed.filter((id) => id !== step).join(', ')} failed too: retry all of them, or skip those first`;
}

function accepted(operation: Operation, { requestId, action, reason, actor, step }: Asked): readonly OperationEvent[] {
  const by = { operation: operation.id, requestId, reason, actor };
  const resumed = (steps: readonly string[]): OperationEvent => ({ type: 'OperationResumed', data: { ...by, action, steps } });
  const why = (done: string): string => `${done} by ${actor.name}${reason === null ? '' : `: ${reason}`}`;
  switch (action) {
    case 'cancel':
      return [{ type: 'CancelRequested', data: by }];
    case 'hold':
      return [{ type: 'OperationHeld', data: { operation: operation.id, requestId, actor, by: 'operator', reason: why('held') } }];
    case 'resume':
      return [resumed([])];
    case 'retry':
      return [resumed(triedAgain(operation))];
    case 'skip': {
      const id = step ?? operation.trouble?.failed[0] ?? '';
      return [{ type: 'StepSkipped', data: { operation: operation.id, step: id, reason: why('skipped') } }, resumed([])];
    }
    case 'giveUp':
      return operation.trouble === null ? [{ type: 'CancelRequested', data: by }] : [{ type: 'OperationGivenUp', data: by }];
    case 'abandon':
      return [{ type: 'OperationAbandoned', data: by }];
  }
}

/** What failed, and what was cancelled because of it. */
const triedAgain = (operation: Operation): readonly string[] =>
  [...operation.steps.values()]
    .filter((step) => step.undoes === null && (step.state === 'failed' || step.state === 'cancelled'))
    .map((step) => step.plan.id);

const hasOpen = ({ open, retrying }: Operation): boolean => open.size + retrying.size > 0;
