import { backoff } from './backoff.ts';
import { sentence } from './errors.ts';
import type { Loop } from './handler.ts';
import { Stopped, type Persistence } from './persistence.ts';
import { sayForSure, type Speech } from './say.ts';
import type { Clock, Log } from './world.ts';

export type LoopParts = Speech & Readonly<{ clock: Clock; log: Log; name: string; loop: Loop; signal: AbortSignal }>;

/** Runs a loop until it ends by itself or the signal aborts; what it yields is published before it is resumed. One that throws is started again. */
export async function runLoop(parts: LoopParts): Promise<void> {
  const { name, signal, log, clock } = parts;
  const persistence: Persistence = { clock, log, signal, alive: () => !signal.aborted, heartbeat: async () => undefined };
  for (let failures = 0; !signal.aborted;) {
    try {
      for await (const outgoing of parts.loop(signal)) {
        await sayForSure(parts, persistence, `said by ${name}`, outgoing);
        failures = 0;
        if (signal.aborted) return;
      }
      return;
    } catch (error) {
      if (error instanceof Stopped) return;
      failures += 1;
      log.error({ loop: name, failures }, `${name} is started again: ${sentence(error)}`);
      await clock.sleep(backoff(name, failures), signal);
    }
  }
}
