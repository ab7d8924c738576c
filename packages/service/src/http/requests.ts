import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Log } from '@srm/messaging';
import { sentence } from '../transient.ts';

/** The requests under way. */
export type Requests = Readonly<{
  /** Its signal aborts when the client goes or the server drains; `work` is what close() waits for. */
  during: (response: ServerResponse, work: (signal: AbortSignal) => Promise<void>) => void;
  draining: () => boolean;
  /** Aborts all, resolves when all have ended. */
  drain: () => Promise<void>;
}>;

export function requests(log: Log): Requests {
  const open = new Map<AbortController, Promise<void>>();
  let draining = false;
  return {
    during: (response, work) => {
      const one = new AbortController();
      setMaxListeners(0, one.signal);
      response.once('close', () => one.abort());
      if (draining) one.abort();
      const failed = (error: unknown): void => {
        log.error({ err: error }, `an answer could not be sent: ${sentence(error)}`);
        response.destroy();
      };
      const working = work(one.signal).catch(failed);
      open.set(
        one,
        working.finally(() => open.delete(one)),
      );
    },
    draining: () => draining,
    drain: async () => {
      draining = true;
      for (const one of open.keys()) one.abort();
      await Promise.allSettled(open.values());
    },
  };
}
