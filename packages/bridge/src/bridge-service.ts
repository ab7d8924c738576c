import type { Documents } from '@srm/documents';
import { byType, type Clock, type Handler, type Log, type Outgoing } from '@srm/messaging';
import type { Envelope } from '@srm/schemas';
import type { Service } from '@srm/service';
import { book } from './book.ts';
import { stepCommands, type StepCommand } from './commands.ts';
import type { Driver } from './driver.ts';
import { hub } from './hub.ts';
import { jobLoop } from './loop.ts';
import { sweeping, type SweepingParts } from './sweeping.ts';

/** The topic of its commands, and the name by which the orchestrator knows it. */
export type BridgeName = 'ci' | 'sem' | 'scm';

export type BridgeParts = Readonly<{
  name: BridgeName;
  /** By the name that a step's command gives. */
  drivers: ReadonlyMap<string, Driver>;
  /** Its book lies in the collections `<name>.jobs`, `<name>.restorePoints`, `<name>.fences`. */
  documents: Documents;
  clock: Clock;
  /** A new id at each call: holders of start rights. */
  newId: () => string;
  log: Log;
  /** Handlers of commands that are not about steps, by type. */
  extra?: ReadonlyMap<string, (command: Envelope) => AsyncIterable<readonly Outgoing[]>>;
  /** How long a holder of a start right may have been frozen between its look at the time and its call, in milliseconds; by default 2,000. */
  pause?: number;
}> &
  Pick<SweepingParts, 'sweep' | 'forget'>;

/** A bridge: commands go into its book, one loop carries each job on through its driver, reports go to the operation. */
export const bridgeService = (parts: BridgeParts): Service => {
  const { name, drivers, documents, clock, newId, log, pause = 2000 } = parts;
  const ownBook = book(documents, name, clock);
  const wakes = hub();
  const extra = new Map([...(parts.extra ?? []), ['SweepGarbage', sweeping(parts)] as const]);
  const steps = byType<StepCommand>(stepCommands(name, ownBook, wakes, log));
  const on: Handler = async function* (messages) {
    for (const message of messages) {
      const other = extra.get(message.type);
      if (other) yield* other(message);
      else yield* steps([message]);
    }
  };
  return {
    name: `${name}-bridge`,
    consumes: [{ topic: name, read: 'shared', on, onJoin: wakes.wakeAll }],
    loops: [jobLoop({ name, book: ownBook, hub: wakes, drivers, clock, newId, log, pause })],
    routes: [],
  };
};
