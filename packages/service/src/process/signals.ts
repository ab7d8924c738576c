import { ends } from './ends.ts';

/** What is used of Node's `process`. */
export interface Host {
  on(event: 'SIGTERM' | 'SIGINT', listener: () => void): unknown;
  on(event: 'uncaughtException', listener: (error: Error) => void): unknown;
  on(event: 'unhandledRejection', listener: (error: unknown) => void): unknown;
  exit(code: number): never;
}

/** Aborted by the first signal; the second one ends the process at once. */
export function asked(host: Host): AbortSignal {
  const first = new AbortController();
  const heard = (): void => {
    if (first.signal.aborted) host.exit(ends.hasty);
    first.abort();
  };
  host.on('SIGTERM', heard);
  host.on('SIGINT', heard);
  return first.signal;
}

export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
