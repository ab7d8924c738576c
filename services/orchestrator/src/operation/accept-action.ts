import type { ActOnOperation, Envelope } from '@srm/schemas';
import { listed } from '../listed.ts';
import type { OperationEvent } from './events.ts';
import { openCommands } from './open-commands.ts';
import type { Operation } from './state.ts';

type Asked = ActOnOperation['data'];

/** Judges an operator's command. The one that comes second is told what won. */
export function act(operation: Operation, { data }: Envelope<ActOnOperation>): readonly OperationEvent[] {
  if (operation.requests.has(data.requestId)) return [];
  const refusal = refused(operation, data);
  if (refusal === null) return accepted(operation, data);
  const { requestId, action, actor, bodyDigest } = data;
  return [{ type: 'ActionRefused', data: { operation: operation.id, requestId, action, reason: refusal, actor, bodyDigest } }];
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
  const { ended, held, frozen, trouble, compensating, turn } = operation;
  if (ended !== null) return `the operation has ended already: ${endedAs[ended]}`;
  if (at !== null && at > operation.number) return ahead(operation, at);
  if (action === 'repair')
    return openCommands(operation).length > 0 ? null : 'no command is open: nothing can have been lost; it waits for a decision';
  if (action === 'abandon')
    return hasOpen(operation) || operation.awaiting.size > 0 ? null : 'nothing is open that could be abandoned; cancel it, or give up';
  if (operation.awaiting.size > 0 && decidesUndo(action))
    return at !== null && at < turn ? moved(operation, at) : undecided(operation, action, step);
  if (operation.awaiting.size > 0)
    return `the operation is being undone, and ${waits(operation)} waits for a decision: resume undoes it, skip keeps it`;
  if (trouble?.by === 'cancel') return 'the operation is being cancelled already';
  if (trouble?.by === 'overtaken')
    return 'the operation is refused already, since its plan does not hold any more: it ends once nothing is being built';
  if (compensating) return 'the operation has failed and is being undone already';
  if (at !== null && at < turn) return moved(operation, at);
  switch (action) {
    case 'cancel':
      return null;
    case 'hold':
      return held === null ? null : 'the operation is held already';
    case 'resume':
      if (frozen !== null) return frozen;
      if (held === null) return 'the operation is not held';
      if (held === 'failure') return 'a step has failed: retry it, skip it, or give up';
      return step === null ? null : `${step} waits for no decision, the operation is held as a whole: resume it without a step`;
    case 'retry':
    case 'skip':
      if (frozen !== null) return frozen;
      if (held === null || trouble === null)
        return 'no failed step waits for a decision; an operation waits for one where onFailure is hold';
      return wrongStep(trouble.failed, action, step);
    case 'giveUp':
      return held === null && frozen === null ? 'the operation is not held; cancel it instead' : null;
  }
}

type Decision = 'resume' | 'retry' | 'skip';
/** Resume and retry undo all that waits, or one; skip keeps one. */
const decidesUndo = (action: Asked['action']): action is Decision => action === 'resume' || action === 'retry' || action === 'skip';

const moved = ({ turned }: Operation, at: number): string => `the operation has moved on since event ${at}: ${turned}; look again`;

/** Whoever has seen an event has seen one that was appended before: no view is ahead of what is judged here. */
const ahead = ({ number }: Operation, at: number): string =>
  `there is no event ${at} yet, the operation's last one is ${number}: look again, and give the number that you see`;

const waits = ({ awaiting }: Operation): string => listed([...awaiting], 5);

/** What waits for a decision and is meant: one component's, by any step of it; all. */
function meant({ awaiting }: Operation, step: string | null): readonly string[] {
  if (step === null) return [...awaiting];
  const [component = ''] = step.split('/');
  return [`${component}/publish`, `${component}/deploy`].filter((id) => awaiting.has(id));
}

function undecided(operation: Operation, action: Decision, step: string | null): string | null {
  const { awaiting } = operation;
  if (meant(operation, step).length === 0) return `${step} waits for no decision; these do: ${waits(operation)}`;
  return step === null && action === 'skip' && awaiting.size > 1 ? `name the step to keep: ${waits(operation)}` : null;
}

/** Retry is for all that failed, skip for one that failed. */
function wrongStep(failed: readonly string[], action: 'retry' | 'skip', step: string | null): string | null {
  if (failed.length === 0 && (step !== null || action === 'skip')) return 'no step has failed, its time was over: retry, or give up';
  if (step === null) return action === 'retry' || failed.length === 1 ? null : `name the step to skip: ${failed.join(', ')}`;
  if (!failed.includes(step)) return `${step} has not failed; failed have: ${failed.join(', ')}`;
  if (action === 'skip' || failed.length === 1) return null;
  return `${failed.filter((id) => id !== step).join(', ')} failed too: retry all of them, or skip those first`;
}

function accepted(operation: Operation, { requestId, action, reason, actor, step, bodyDigest }: Asked): readonly OperationEvent[] {
  const by = { operation: operation.id, requestId, reason, actor, bodyDigest };
  const resumed = (steps: readonly string[]): OperationEvent => ({ type: 'OperationResumed', data: { ...by, action, steps } });
  const why = (done: string): string => `${done} by ${actor.name}${reason === null ? '' : `: ${reason}`}`;
  if (operation.awaiting.size > 0 && decidesUndo(action)) return [resumed(meant(operation, step))];
  switch (action) {
    case 'cancel':
      return [{ type: 'CancelRequested', data: by }];
    case 'hold':
      return [
        {
          type: 'OperationHeld',
          data: { operation: operation.id, requestId, actor, bodyDigest, by: 'operator', reason: why('held'), freeze: null, steps: null },
        },
      ];
    case 'resume':
      return [resumed([])];
    case 'retry':
      return [resumed(triedAgain(operation))];
    case 'skip': {
      const id = step ?? operation.trouble?.failed[0] ?? '';
      const others = operation.trouble?.failed.some((one) => one !== id) === true;
      const steps = others ? [] : triedAgain(operation).filter((one) => one !== id);
      return [{ type: 'StepSkipped', data: { operation: operation.id, step: id, reason: why('skipped') } }, resumed(steps)];
    }
    case 'giveUp':
      return operation.trouble === null ? [{ type: 'CancelRequested', data: by }] : [{ type: 'OperationGivenUp', data: by }];
    case 'repair':
      return [{ type: 'OperationRepaired', data: by }];
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
