import type { Clock, Log, Outgoing } from '@srm/messaging';
import type { Book } from './book.ts';
import type { Driver, Job } from './driver.ts';
import type { JobDocument } from './job-document.ts';
import type { Way } from './way.ts';

/** What a loop carries its jobs on with. */
export type Carrying = Readonly<{
  /** The bridge: ci, sem, scm. */
  name: string;
  book: Book;
  drivers: ReadonlyMap<string, Driver>;
  clock: Clock;
  log: Log;
  /** Who takes start rights: one id for each start of the loop. */
  holder: string;
  /** What is added to T for a holder that was paused (protocol 13), in milliseconds. */
  pause: number;
  say: (batch: readonly Outgoing[]) => Promise<void>;
  signal: AbortSignal;
}>;

/** One job under way, as it stood when it was read. */
export type Carried = Readonly<{ c: Carrying; way: Way; found: JobDocument; job: Job; driver: Driver }>;

/** T of protocol 13 and 17, counted from when the start right is first seen here. */
export const longestLate = ({ driver, c }: Carried): number => driver.timing.call + driver.timing.hold + c.pause;
