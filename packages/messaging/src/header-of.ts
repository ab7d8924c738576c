import type { BusRecord } from './bus.ts';

/** The first header of this name; null: there is none. */
export const headerOf = ({ headers }: Pick<BusRecord, 'headers'>, wanted: string): string | null =>
  headers.find(([name]) => name === wanted)?.[1] ?? null;
