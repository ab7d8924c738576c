import type { DeadLetters, Lag } from '@srm/messaging';
import type { Health } from '@srm/service';

/** Bytes. `size`: of the folder. */
export type Disk = Readonly<{ folder: string; free: number; size: number }>;

/** What only the process knows that runs the services; handed to the query side as a function. `startedAt`: milliseconds since 1970. */
export type Facts = Readonly<{
  version: string;
  startedAt: number;
  services: readonly Health[];
  lag: readonly Lag[];
  deadLetters: readonly DeadLetters[];
  disk: Disk | null;
}>;

/** What a service cannot go on with, by itself and in its parts. */
export const asideOf = ({ parts, setAside }: Health): Health['setAside'] => [...setAside, ...parts.flatMap((part) => part.setAside)];
