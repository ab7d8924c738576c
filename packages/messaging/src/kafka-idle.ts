import { createRequire } from 'node:module';

type Timer = ReturnType<typeof setTimeout>;
type Queue = {
  pending: readonly unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: Timer | null;
  checkPendingRequests: () => void;
};

/** Milliseconds: what kafkajs itself waits where it is not throttled. */
const interval = 10;

const isQueue = (made: unknown): made is { prototype: Queue & { scheduleCheckPendingRequests: () => void } } =>
  typeof made === 'function' && 'scheduleCheckPendingRequests' in made.prototype && 'checkPendingRequests' in made.prototype;

let mended = false;

/** kafkajs 2.2.4 arms a timer of 1 ms for ever in an idle client, since it counts back from a throttling that never was. Armed only while something is
 *  pending, an idle client sleeps. Throws when this is not the version that was looked at. */
export function mendIdleTimer(): void {
  if (mended) return;
  const require = createRequire(import.meta.url);
  const { version }: { version: string } = require('kafkajs/package.json');
  const queue: unknown = require('kafkajs/src/network/requestQueue');
  if (version !== '2.2.4' || !isQueue(queue))
    throw new Error(`kafkajs is ${version}, not 2.2.4: look whether its idle timer still has to be mended (kafka-idle.ts)`);
  queue.prototype.scheduleCheckPendingRequests = function (this: Queue): void {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    // This is the client's own time, inside the client.
    // eslint-disable-next-line no-restricted-properties
    const throttled = this.throttledUntil - Date.now();
    // eslint-disable-next-line no-restricted-globals
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      throttled > 0 ? throttled : interval,
    );
  };
  mended = true;
}
