import { backoff } from './backoff.ts';
import { isTransient, sentence } from './errors.ts';
import type { Clock, Log } from './world.ts';

/** Thrown by what gives up because its reader stops or its partition belongs to somebody else: nothing is wrong, nothing is done. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}

/** With what one keeps at it. */
export type Persistence = Readonly<{
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** False when there is no point in another attempt. */
  alive: () => boolean;
  /** Said while waiting. */
  heartbeat: () => Promise<void>;
}>;

const longestNap = 1_000;
/** Does it again until it succeeds, throws what is not worth another attempt, or nobody is alive: then it throws Stopped. */
export async function persist<T>(
  parts: Persistence,
  what: string,
  worthwhile: (error: unknown) => boolean,
  once: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once();
    } catch (error) {
      if (error instanceof Stopped || !worthwhile(error)) throw error;
      const wait = backoff(what, attempt);
      const say = isTransient(error) ? parts.log.warn : parts.log.error;
      say.call(parts.log, { attempt, wait }, `${what}: ${sentence(error)}; tried again in ${wait} ms`);
      await pause(parts, wait);
    }
  }
}

async function pause(parts: Persistence, milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= longestNap) {
    if (!parts.alive()) throw new Stopped();
    await parts.heartbeat();
    await parts.clock.sleep(Math.min(left, longestNap), parts.signal);
  }
  if (!parts.alive()) throw new Stopped();
}
