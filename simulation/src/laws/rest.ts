/** What a time of rest cost: calls of stores, records said, sleepers woken. */
export type Cost = Readonly<{ reads: number; writes: number; said: number; woken: number }>;

/** One partition of a topic and how far each group has read it. */
export type Queue = Readonly<{ topic: string; partition: number; length: number; read: ReadonlyMap<string, number> }>;

/** The query side looks for gaps so often, in milliseconds; a look is one read. Nothing else polls. */
const betweenLooks = 15_000;

/** I11: at rest no queue has anything left, nothing is written, nothing is said, and nothing but the look for gaps is done. */
export function rest(cost: Cost, lasted: number, instances: number, queues: readonly Queue[]): readonly string[] {
  const looks = instances * (lasted / betweenLooks + 1);
  const waiting = queues.flatMap(({ topic, partition, length, read }) =>
    [...read].flatMap(([group, next]) =>
      next < length ? [`I11 ${group} has ${length - next} records of ${topic}/${partition} left at rest`] : [],
    ),
  );
  return [
    ...waiting,
    ...(cost.writes > 0 ? [`I11 at rest there were ${cost.writes} writes to the store`] : []),
    ...(cost.said > 0 ? [`I11 at rest ${cost.said} records were said`] : []),
    ...(cost.reads > looks ? [`I11 at rest there were ${cost.reads} reads of the store, in ${lasted} ms, more than ${looks}`] : []),
    ...(cost.woken > looks + 1 ? [`I11 at rest somebody was woken ${cost.woken} times, in ${lasted} ms, more than ${looks + 1}`] : []),
  ];
}
