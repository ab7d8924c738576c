import type { Envelope, LeaseFrozen } from '@srm/schemas';
import type { OperationEvent } from './events.ts';
import { waitsForPeople, type Operation } from './state.ts';

/** What a freeze is to this operation: who waits for a lease says so, who holds one may be held. Undo is not held. */
export function acceptFreeze(operation: Operation, { data }: Envelope<LeaseFrozen>): readonly OperationEvent[] {
  const { text, hold, number, behind } = data;
  if (operation.ended !== null || number <= operation.freeze) return [];
  if (operation.frozen !== null && (text === null || !hold)) return [thawed(operation, number)];
  if (operation.lease === 'asked' && !hold) {
    if (text !== null) return [waits(operation, 'freeze', operation.behind, text, number)];
    return behind.length > 0 ? [waits(operation, 'lease', behind, waitsFor(behind), number)] : [];
  }
  if (text === null || !hold || text === operation.frozen || !canBeHeld(operation)) return [];
  const about = { requestId: null, actor: null, bodyDigest: null, steps: null };
  return [{ type: 'OperationHeld', data: { operation: operation.id, by: 'freeze', reason: text, freeze: number, ...about } }];
}

/** Somebody decided for the undo, or the policy did: it goes on. */
const canBeHeld = (operation: Operation): boolean =>
  !operation.compensating && (operation.trouble === null || waitsForPeople(operation)) && operation.abandoned === null;

export const waitsFor = (operations: readonly string[]): string => `waits for ${operations.join(', ')} to free the components it needs`;

const thawed = ({ id, held, heldWhy }: Operation, freeze: number): OperationEvent => ({
  type: 'OperationThawed',
  data: { operation: id, held: held === null ? null : heldWhy, freeze },
});

const waits = (
  { id }: Operation,
  reason: 'freeze' | 'lease',
  operations: readonly string[],
  text: string,
  freeze: number,
): OperationEvent => ({ type: 'OperationWaiting', data: { operation: id, for: reason, operations, text, freeze } });
