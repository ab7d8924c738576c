import type { EnvironmentFreezeSet, PassFreeze, SetFreeze } from '@srm/schemas';

/** A freeze that stands. `number`: of the event that set it. */
export type Freeze = Readonly<{ text: string; hold: boolean; number: number }>;

type Set = Readonly<{ tenant: string; environment: string | null; number: number; event: Said }>;
type Said = Pick<EnvironmentFreezeSet['data'], 'frozen' | 'reason' | 'until' | 'holdRunning' | 'actor'> & Readonly<{ since: string }>;

/** Null: it is lifted. The words tell who, since when, why, and how it is lifted. */
export function freezeOf({ tenant, environment, number, event }: Set): Freeze | null {
  const { frozen, reason, until, holdRunning, actor, since } = event;
  if (!frozen) return null;
  const what = environment === null ? `all of tenant ${tenant}` : environment;
  const why = [reason, until === null ? null : `until ${until}`].filter((part) => part !== null).join('; ');
  const lift = `lift it with: npm run srm -- unfreeze ${environment === null ? tenant : `${tenant}/${environment}`}`;
  const text = `${what} is frozen by ${actor?.name ?? 'SRM'} since ${since}${why === '' ? '' : `: ${why}`}; ${lift}`;
  return { text, hold: holdRunning, number };
}

/** Timers: `freeze/<number of the event>`. A freeze that was set anew has another one. */
export const freezeTimer = (number: number): string => `freeze/${number}`;

/** Milliseconds until it is lifted by itself. */
export function untilLifted({ until }: Readonly<{ until: string | null }>, time: string): number {
  const delay = Date.parse(until ?? time) - Date.parse(time);
  if (Number.isNaN(delay)) throw new Error(`a freeze until ${JSON.stringify(until)}, which is no time`);
  return Math.max(0, delay);
}

/** What a freeze says, whoever says it. */
export const saidBy = ({ frozen, reason, until, holdRunning, actor }: SetFreeze['data'] | PassFreeze['data']) => ({
  frozen,
  reason,
  until: frozen ? until : null,
  holdRunning: frozen && holdRunning,
  actor,
});

/** Its time is over. */
export const lapsed = {
  frozen: false,
  reason: 'its time was over',
  until: null,
  holdRunning: false,
  actor: null,
  requestId: null,
  bodyDigest: null,
};
