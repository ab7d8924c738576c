import type { OperationView, StepView } from '../views/operation-view.ts';
import { patience, silentSince } from '../views/silence.ts';
import { waitOf, type Hearing } from '../views/waits.ts';

/** An operation that nothing will move before somebody does something; `command`: what that is, as it is typed. */
export type Stuck = Readonly<{
  operation: string;
  kind: 'frozen' | 'held' | 'unconfirmed' | 'silent' | 'planning' | 'overdue' | 'idle';
  since: string;
  why: string;
  command: string;
}>;

/** Milliseconds that an operation may do nothing although nothing is awaited. */
const pause = 60_000;

/** Why an operation is stuck; null: it moves, or waits for what will come by itself. `steps`: those of it that are under way or tried again later. */
export function stuckOf(operation: OperationView, steps: readonly StepView[], hearing: Hearing): Stuck | null {
  const { _id: id, held, frozen, movedAt, status } = operation;
  const stuck = (kind: Stuck['kind'], since: string, why: string, command: string): Stuck => ({ operation: id, kind, since, why, command });
  const why = waitOf(operation)?.text ?? '';
  if (operation.ending !== null) return null;
  if (frozen !== null) return stuck('frozen', movedAt, why, `srm get operation ${id}`);
  const open = steps.filter(({ state }) => state === 'requested' || state === 'started');
  const unconfirmed = open.find(({ cancel }) => cancel !== null && isLong(cancel.since, hearing.now));
  if (unconfirmed?.cancel != null) {
    const { id: step, bridge, cancel } = unconfirmed;
    const text = `${step}: ${cancel.reason}; ${bridge}-bridge was asked to end it at ${cancel.since} and has not confirmed`;
    return stuck('unconfirmed', cancel.since, text, `srm abandon ${id}`);
  }
  for (const { id: step, bridge, since } of open.filter(({ state }) => state === 'requested')) {
    const silent = silentSince(since, hearing.heard.get(bridge) ?? null, hearing.now);
    const text = `${step} waits for ${bridge}-bridge, which is silent since ${silent}: start SRM again, it goes on where it was; a command that was lost is said again by repair`;
    if (silent !== null) return stuck('silent', silent, text, `srm repair ${id}`);
  }
  if (held?.by === 'freeze') return stuck('held', held.since, why, 'srm get freezes');
  if (held !== null) return stuck('held', held.since, why, held.by === 'failure' ? `srm retry ${id}` : `srm resume ${id}`);
  const late = steps.find(({ retryAt }) => retryAt !== null && isLong(retryAt, hearing.now));
  if (late?.retryAt != null)
    return stuck('overdue', late.retryAt, `${late.id} was to be tried again at ${late.retryAt}, and was not`, `srm cancel ${id}`);
  if (steps.length > 0 || !isLong(movedAt, hearing.now, pause) || status === 'waiting' || operation.waitingFor !== null) return null;
  if (operation.planDigest === null) return stuck('planning', movedAt, why, `srm cancel ${id}`);
  return stuck(
    'idle',
    movedAt,
    `nothing is under way and nothing is awaited since ${movedAt}: this is a fault of SRM; repair says again what may be lost`,
    `srm repair ${id}`,
  );
}

const isLong = (since: string, now: number, longest = patience): boolean => now - Date.parse(since) > longest;
