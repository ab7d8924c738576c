import { closeSync, openSync, writeSync } from 'node:fs';

/** The log of a job, as its runner writes it. */
export type JobLog = Readonly<{ write(bytes: Uint8Array | string): void; close(): void }>;

/** bytes: written before it begins to leave out; tail: of the end that are kept all the same. */
export type LogLimits = Readonly<{ bytes: number; tail: number }>;
const usual: LogLimits = { bytes: 16 * 1024 ** 2, tail: 64 * 1024 };

/** Written at once, in order. A log that grows too long is cut in its middle. */
export function jobLog(file: string, limits: LogLimits = usual): JobLog {
  const fd = openSync(file, 'a');
  let [written, leftOut] = [0, 0];
  let tail: Uint8Array = new Uint8Array();
  const keep = (bytes: Uint8Array): void => {
    const all = Buffer.concat([tail, bytes]);
    tail = all.subarray(Math.max(0, all.length - limits.tail));
    leftOut += all.length - tail.length;
  };
  return {
    write: (text) => {
      const bytes = Buffer.from(text);
      const room = Math.max(0, limits.bytes - written);
      if (room > 0) writeSync(fd, bytes.subarray(0, room));
      written += Math.min(room, bytes.length);
      if (bytes.length > room) keep(bytes.subarray(room));
    },
    close: () => {
      if (tail.length > 0) writeSync(fd, Buffer.concat([Buffer.from(`\n… ${leftOut} bytes left out …\n`), tail]));
      closeSync(fd);
    },
  };
}
