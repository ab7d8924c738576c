import type { Clock, Log, Outgoing } from '@srm/messaging';
import type { Answer, Method, Request, Route } from './service.ts';

/** For tests: real time. */
export const wallClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      }
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** For tests: what was logged, as `level text`. */
export function listLog(): Log & Readonly<{ lines: readonly string[] }> {
  const lines: string[] = [];
  const to = (level: string) => (_: object, text: string) => void lines.push(`${level} ${text}`);
  return { lines, info: to('info'), warn: to('warn'), error: to('error') };
}

/** For tests: something that happens once, and can be waited for. */
export function happening(): Readonly<{ happened: Promise<void>; happens: () => void }> {
  let resolved = (): void => undefined;
  const happened = new Promise<void>((resolve) => (resolved = resolve));
  return { happened, happens: () => resolved() };
}

/** For tests: a route that says nothing. */
export const route = (method: Method, path: string, answer: (request: Request) => Answer | Promise<Answer>): Route => ({
  method,
  path,
  async *answer(request) {
    return answer(request);
  },
});

export const record = (key: string): Outgoing => ({ topic: 'srm.inputs.v1', key, headers: [], value: Buffer.from(key) });
