import type { Evidence } from './evidence.ts';

/** What was acknowledged: an operation that was asked for, an operator's command. */
export type Acknowledged = Readonly<{ operation: string; requestId: string | null }>;

/** I14: no acknowledged write is lost: each stands in the record, done or refused. */
export function nothingLost({ operations }: Evidence, acknowledged: readonly Acknowledged[]): readonly string[] {
  const known = new Map(
    operations.map(({ id, events }) => [
      id,
      new Set(
        events.flatMap((event) => ('requestId' in event.data && typeof event.data.requestId === 'string' ? [event.data.requestId] : [])),
      ),
    ]),
  );
  return acknowledged.flatMap(({ operation, requestId }) => {
    const there = known.get(operation);
    if (there === undefined) return [`I14 ${operation} was acknowledged and is not in the record`];
    return requestId === null || there.has(requestId)
      ? []
      : [`I14 the command ${requestId} to ${operation} was acknowledged and is not in the record`];
  });
}
