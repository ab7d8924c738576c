import type { Clock, Gauges } from '@srm/messaging';
import { readerOf, topics, type Topic } from '@srm/schemas';
import type { Health } from '@srm/service';
import type { Facts } from './facts.ts';

type FactsParts = Readonly<{ version: string; clock: Clock; gauges: Gauges; health: () => readonly Health[] }>;

const names = Object.keys(topics) as readonly Topic[];

/** Where each service is a process of its own: what the bus tells of all of them, what this process knows of itself. Its disk is nobody's concern. */
export function factsOf({ version, clock, gauges, health }: FactsParts): () => Promise<Facts> {
  const startedAt = clock.now();
  return async () => {
    const [lag, deadLetters] = await Promise.all([
      gauges.lag(names.map((name) => ({ group: readerOf[name], topic: topics[name].name }))),
      gauges.deadLetters(names.map((name) => topics[name].name)),
    ]);
    return { version, startedAt, services: health(), lag, deadLetters, disk: null };
  };
}
