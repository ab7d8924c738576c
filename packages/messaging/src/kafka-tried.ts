import { sentence, TransientError } from './errors.ts';
import type { Clock } from './world.ts';

const mostTries = 100;

/** Ten seconds of tries, for what a cluster does a little later than it says; then a TransientError. */
export async function tried<T>(clock: Clock, what: string, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++)
    try {
      return await work();
    } catch (error) {
      if (tries >= mostTries) throw new TransientError(`${what}: ${sentence(error)}`, { cause: error });
      await clock.sleep(100);
    }
}
