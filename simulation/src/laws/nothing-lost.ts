import type { Evidence } from './evidence.ts';

/** What was acknowledged: an operation that was asked for, an operator's command to it, a freeze; by the key of who decides. */
export type Acknowledged = Readonly<{ key: string; requestId: string | null }>;

/** I14: no acknowledged write is lost: each stands in the record, done or refused. */
export function nothingLost({ keys }: Evidence, acknowledged: readonly Acknowledged[]): readonly string[] {
  const known = new Map(
    [...keys].map(([key, occurrences]) => [
      key,
      new Set(
        occurrences.flatMap(({ event: { data } }) => ('requestId' in data && typeof data.requestId === 'string' ? [data.requestId] : [])),
      ),
    ]),
  );
  return acknowledged.flatMap(({ key, requestId }) => {
    const there = known.get(key);
    if (there === undefined) return [`I14 ${key} was acknowledged and is not in the record`];
    return requestId === null || there.has(requestId) ? [] : [`I14 ${requestId} to ${key} was acknowledged and is not in the record`];
  });
}
