const retention = 14 * 24 * 60 * 60 * 1000;

/** Adds an id, and forgets those older than the inputs topic retains: their input cannot come again (protocol 7). Oldest first, by event time. */
export function remember(ids: Map<string, string>, id: string, time: string): void {
  ids.set(id, time);
  const oldest = new Date(Date.parse(time) - retention).toISOString();
  for (const [known, since] of ids) {
    if (since >= oldest) return;
    ids.delete(known);
  }
}
