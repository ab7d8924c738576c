/** Milliseconds that a bridge may take to begin what it was asked for while nothing else is heard of it. */
export const patience = 30_000;

/** Since when a bridge is silent; null: it is not. Silent is who was asked for something, has not begun it, and said nothing of anything else
 *  for longer than `patience`. `asked`, `heard`: times of events; `now`: milliseconds since 1970. */
export function silentSince(asked: string, heard: string | null, now: number): string | null {
  const since = heard !== null && heard > asked ? heard : asked;
  return now - Date.parse(since) > patience ? since : null;
}
