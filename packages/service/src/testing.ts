import type { Outgoing } from '@srm/messaging';
import type { Answer, Method, Request, Route } from './service.ts';

export { listLog, wallClock } from '@srm/messaging/testing';

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
