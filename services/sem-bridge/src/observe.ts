import { inserted, type Collection, type Documents } from '@srm/documents';
import { idOf, type Outgoing } from '@srm/messaging';
import { environmentKey } from '@srm/schemas';
import { addressText, type Address } from './address.ts';
import type { ResourceState } from './resources.ts';

type Seen = Readonly<{
  version: string | null;
  health: ResourceState['health'];
  wanted: number;
  ready: number;
  restarts: number;
  reason: string | null;
  drift: string | null;
}>;

/** What was said of a resource last; unsaid until it is published. `at`: milliseconds since 1970; `wait`: for so long nothing new is said,
 *  but what an operation changed; `asked`: what it was to be then. */
export type Observed = Address &
  Readonly<{ _id: string; number: number; said: boolean; at: number; wait: number; asked: string; seen: Seen }>;

// What changes again and again by itself is said ever more seldom: some ten times in its first ten minutes, then once in five.
const shortest = 1000;
const longest = 5 * 60_000;
const calm = 10 * 60_000;
const longestReason = 2000;

/** What is to be said of a resource now; null: nothing, or not yet. `back`: it is looked at for the first time since SRM was started. Pure. */
export function observation(known: Observed | null, state: ResourceState, back: boolean, now: number): Observed | null {
  const seen = { ...seenIn(state), drift: driftOf(known, state, back) };
  const asked = askedFor(known, state);
  const operated = known?.asked !== asked;
  if (known !== null && (same(known.seen, seen) || (!operated && now < known.at + known.wait))) return null;
  const { tenant, environment, product, component } = state;
  const wait = known === null || operated ? 0 : waitAfter(known, now);
  const number = (known?.number ?? 0) + 1;
  return { tenant, environment, product, component, _id: addressText(state), number, said: false, at: now, wait, asked, seen };
}

/** Only operations change it. What cannot be read tells nothing of it. */
const askedFor = (known: Observed | null, { version, wanted, fence, health }: ResourceState): string =>
  version === null && health !== 'absent' ? (known?.asked ?? '') : [version, wanted, fence].join(' ');

const waitAfter = ({ at, wait }: Observed, now: number): number =>
  now - at > calm ? shortest : Math.min(longest, Math.max(shortest, wait * 2));

const seenIn = ({ version, health, wanted, ready, restarts, reason }: ResourceState): Omit<Seen, 'drift'> => ({
  version,
  health,
  wanted,
  ready,
  restarts,
  reason: reason?.slice(0, longestReason) ?? null,
});

/** Said from the first look until it is ready again. */
function driftOf(known: Observed | null, { component, wanted, ready }: ResourceState, back: boolean): string | null {
  if (known === null || wanted === 0 || ready > 0) return null;
  if (back && known.seen.ready > 0) return `${component} was not running any more when SRM came back`;
  return known.seen.drift;
}

const same = (a: Seen, b: Seen): boolean => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

/** What was there and is not any more. */
export const goneOf = (known: Observed): ResourceState => ({
  ...known,
  version: null,
  image: null,
  wanted: 0,
  ready: 0,
  restarts: 0,
  health: 'absent',
  reason: null,
  fence: 0,
  ports: new Map(),
});

/** The report to the environment: said again it is the same (protocol 6, 18). */
export const observedMessage = ({ tenant, environment, product, component, _id, number, at, seen }: Observed): Outgoing => ({
  topic: 'inputs',
  message: {
    type: 'ResourceObserved',
    data: { tenant, environment, component: `${product}/${component}`, number, ...seen },
    id: idOf('observed', _id, number),
    source: '/srm/sem-bridge',
    subject: environmentKey(tenant, environment),
    time: new Date(at).toISOString(),
    sequence: null,
    correlationid: idOf('observed', _id),
    causationid: null,
    traceparent: null,
  },
});

/** What was said, in the collection `sem.observed`. Another instance may write too: a number is written once. */
export function observations(documents: Documents) {
  const collection: Collection<Observed> = documents.collection('sem.observed');
  return {
    all: () => collection.find({}).toArray(),
    get: (id: string) => collection.findOne({ _id: id }),
    /** False: somebody was faster. */
    write: async (next: Observed, known: Observed | null): Promise<boolean> => {
      if (known === null) return inserted(collection, next);
      return (await collection.replaceOne({ _id: next._id, number: known.number }, next)).matchedCount === 1;
    },
    said: async ({ _id, number }: Observed): Promise<void> => void (await collection.updateOne({ _id, number }, { $set: { said: true } })),
  };
}
