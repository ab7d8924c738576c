import type { Client, Operation } from '@srm/cli';
import type { Clock } from '@srm/messaging';
import type { Asking, Following, Heard } from './kill-asking.ts';
import type { Lives } from './kill-lives.ts';

/**
 * When SRM is killed: while a request is on its way; so many events later than the last one that was seen; while it starts
 * after the kill before. Then after a delay more, in milliseconds.
 */
export type Moment = Readonly<{ during: 'asking' | 'running' | 'starting'; events: number; delay: number }>;

export type Chance = Readonly<{ whole: (below: number) => number; of: <T>(...values: readonly [T, ...T[]]) => T }>;

/** The same numbers for the same seed (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (below: number): number => Math.floor(next() * below);
  return { whole, of: (...values) => values[whole(values.length)] ?? values[0] };
}

/** Moments of one operation that has about so many events: the first anywhere in it, the others soon after the one before. */
export const momentsOf = (chance: Chance, count: number, length: number): readonly Moment[] =>
  Array.from({ length: count }, (_, index) => {
    const during = index === 0 ? chance.of('asking', 'running', 'running', 'running') : chance.of('starting', 'running', 'running');
    const longest = { asking: 60, running: 80, starting: 1200 }[during];
    return { during, events: 1 + chance.whole(index === 0 ? length : 6), delay: chance.whole(longest) };
  });

export const wordsOf = ({ during, events, delay }: Moment): string =>
  during === 'running' ? `${events} events and ${delay} ms on` : `${delay} ms into ${during === 'asking' ? 'the request' : 'the start'}`;

export type Told = Readonly<{ operation: Operation; record: readonly Heard[]; heard: readonly number[] }>;
export type World = Readonly<{ lives: Lives; asking: Asking; clock: Clock; say: (line: string) => void }>;

/** What else happens in an operation. */
export type Besides = Readonly<{
  /** Beside the kills, until it ends. */
  meanwhile?: (id: string, following: Following) => Promise<void>;
  /** While SRM is dead. */
  dead?: () => void;
}>;

/** An operation from its request to its end, SRM killed at these moments and started again each time. */
export async function carriedOut(
  { lives, asking, clock, say }: World,
  ask: (client: Client) => Promise<Operation>,
  moments: readonly Moment[],
  { meanwhile = () => Promise.resolve(), dead = () => undefined }: Besides = {},
): Promise<Told> {
  const again = async (moment: Moment): Promise<void> => {
    await clock.sleep(moment.delay);
    say(`kill ${await lives.kill()}: ${wordsOf(moment)}`);
    dead();
    lives.start();
  };
  for (const moment of moments.filter(({ during }) => during === 'asking')) {
    const unanswered = asking.once(ask);
    await again(moment);
    await unanswered;
  }
  const { id } = await asking.insist(ask);
  const following = asking.follow(id);
  const beside = meanwhile(id, following);
  for (const moment of moments.filter(({ during }) => during !== 'asking')) {
    if (moment.during === 'running') await following.reached(following.numbers.length + moment.events);
    await again(moment);
  }
  await Promise.all([following.ended, beside]);
  return { operation: await asking.insist((client) => client.operation(id)), record: await asking.record(id), heard: following.numbers };
}
