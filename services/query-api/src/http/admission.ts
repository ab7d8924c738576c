import type { Clock } from '@srm/messaging';
import type { Answer } from '@srm/service';
import { endings } from '../views/events.ts';
import { problem } from './problem.ts';

/** The operations that this door has asked for and of which no plan is made yet. Where they are many, others are asked to come again, before anything
 *  is written: what waits behind them would only be late. */
export type Admission = Readonly<{
  /** False: it is full. Of one that is in already: true. */
  enter: (operation: string) => boolean;
  leave: (operation: string) => void;
  /** Every instance hears every event: one that decides whether and how it goes on makes room. */
  heard: (key: string, type: string) => void;
}>;

const most = 64;
/** Milliseconds after which one of which nothing was heard makes room. */
const longest = 60_000;
const prefix = 'operation/';
const decides = new Set(['PlanCompleted', 'OperationWaiting', ...endings]);

export function admission(clock: Clock): Admission {
  const inside = new Map<string, number>();
  const forgetOld = (): void => {
    for (const [operation, since] of inside) {
      if (clock.now() - since < longest) return;
      inside.delete(operation);
    }
  };
  return {
    enter: (operation) => {
      if (inside.size >= most) forgetOld();
      if (!inside.has(operation) && inside.size >= most) return false;
      if (!inside.has(operation)) inside.set(operation, clock.now());
      return true;
    },
    leave: (operation) => void inside.delete(operation),
    heard: (key, type) => {
      if (decides.has(type) && key.startsWith(prefix)) inside.delete(key.slice(prefix.length));
    },
  };
}

/** Nothing was written; the same request is welcome again. */
export const busy = (): Answer =>
  problem(429, 'busy', 'Too many requests', {
    detail: `${most} operations that were asked for here wait for their plans; nothing was written: ask again in a second, with the same Idempotency-Key`,
    headers: { 'Retry-After': '1' },
  });
