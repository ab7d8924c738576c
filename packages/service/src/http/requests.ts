import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { sentence, type Log } from '@srm/messaging';

/** The requests under way. */
export type Requests = Readonly<{
  /** Its signal aborts when the client goes or the server drains. It is under way until its work is done and the answer has left. */
  during: (response: ServerResponse, work: (signal: AbortSignal) => Promise<void>) => void;
  draining: () => boolean;
  /** Aborts all, resolves when all have ended. */
  drain: () => Promise<void>;
}>;

export function requests(log: Log): Requests {
  const open = new Map<AbortController, Promise<unknown>>();
  let draining = false;
  return {
    during: (response, work) => {
      const one = new AbortController();
      setMaxListeners(0, one.signal);
      const gone = new Promise<void>((resolve) => (response.closed ? resolve() : response.once('close', resolve))).then(() => one.abort());
      if (draining) one.abort();
      const failed = (error: unknown): void => {
        log.error({ err: error }, `an answer could not be sent: ${sentence(error)}`);
        response.destroy();
      };
      open.set(
        one,
        Promise.all([work(one.signal).catch(failed), gone]).finally(() => open.delete(one)),
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
