import type { Documents } from '@srm/documents';
import type { Clock, Log, Loop, Outgoing } from '@srm/messaging';
import path from 'node:path';
import { addressText, placesOf } from './address.ts';
import { bellOver } from './folders.ts';
import { goneOf, observation, observations, observedMessage, type Observed } from './observe.ts';
import { resourceStates, reviver, type ResourceState } from './resources.ts';
import type { Site } from './supervisor.ts';

const betweenLooks = 5000;
/** What changes in one go is looked at once. */
const gathering = 200;

type Watching = Readonly<{ site: Site; documents: Documents; clock: Clock; log: Log }>;

/** Says what is seen of the resources when it changes, and starts supervisors again that died, with SRM or with the machine, for as long as SRM runs.
 *  It looks before it starts anything, so that what vanished meanwhile is said. */
export const watching = ({ site, documents, clock, log }: Watching): Loop =>
  async function* (signal) {
    const book = observations(documents);
    const revive = reviver(site, clock);
    const bell = bellOver();
    const known = new Map((await book.all()).map((one) => [one._id, one]));
    try {
      for (let back = true; !signal.aborted; back = false) {
        const states = await resourceStates(site.folder).catch((error: unknown) => {
          log.warn({ error }, 'the resources could not be looked at; tried again');
          return null;
        });
        if (states !== null) {
          bell.over(states.map((state) => placesOf(path.resolve(site.folder), state).record));
          for (const one of await written(book, known, seenNow(states, known), back, clock.now())) {
            yield [one.message];
            await book.said(one.next);
            known.set(one.next._id, { ...one.next, said: true });
          }
        }
        await revive().catch((error: unknown) => log.warn({ error }, 'the supervisors could not be looked at; tried again'));
        await bell.rung(clock, betweenLooks, signal);
        await clock.sleep(gathering, signal);
      }
    } finally {
      bell.close();
    }
  };

/** All that is there, and what is not any more. */
function seenNow(states: readonly ResourceState[], known: ReadonlyMap<string, Observed>): readonly ResourceState[] {
  const there = new Set(states.map(addressText));
  return [...states, ...[...known.values()].filter(({ _id }) => !there.has(_id)).map(goneOf)];
}

type Next = Readonly<{ next: Observed; message: Outgoing }>;

/** What is to be said, written down. What was written and perhaps not said comes first (protocol 18). */
async function written(
  book: ReturnType<typeof observations>,
  known: Map<string, Observed>,
  states: readonly ResourceState[],
  back: boolean,
  now: number,
): Promise<readonly Next[]> {
  const all: Observed[] = [];
  for (const state of states) {
    const before = known.get(addressText(state)) ?? null;
    if (before !== null && !before.said) all.push(before);
    const next = observation(before, state, back, now);
    if (next === null) continue;
    if (await book.write(next, before)) {
      known.set(next._id, next);
      all.push(next);
      continue;
    }
    const other = await book.get(next._id);
    if (other !== null) known.set(other._id, other);
  }
  return all.map((next) => ({ next, message: observedMessage(next) }));
}
