import { Refused } from '@srm/cli';
import type { Clock } from '@srm/messaging';
import type { Asking } from '@srm/standalone/kill';

/** Milliseconds between one preview and the next. */
const pause = 500;

/** For tests: somebody who asks for a preview of the small product again and again, and follows each to its end. `ended`: asks for no more; what was accepted. */
export function previewsOf(asking: Asking, clock: Clock): Readonly<{ ended: () => Promise<readonly string[]>; count: () => number }> {
  const accepted: string[] = [];
  let over = false;
  const all = async (): Promise<void> => {
    for (let n = 1; !over; n += 1) {
      const asked = { kind: 'release', product: 'small', environment: 'development', preview: true } as const;
      // Before the product is defined there is nothing to be planned.
      const operation = await asking.insist((client) =>
        client.request(asked, `preview-${n}`).catch((error: unknown) => (error instanceof Refused ? null : Promise.reject(error))),
      );
      if (operation !== null) {
        accepted.push(operation.id);
        await asking.follow(operation.id).ended;
      }
      await clock.sleep(pause);
    }
  };
  const running = all();
  running.catch(() => undefined);
  return { ended: () => ((over = true), running.then(() => accepted)), count: () => accepted.length };
}
