import type { Documents } from '@srm/documents';
import type { Clock, Codec, Gauges, Log } from '@srm/messaging';
import type { Health } from '../health.ts';
import type { Metrics } from './metrics.ts';

/** What a service is made of. */
export type Parts = Readonly<{
  documents: Documents;
  codec: Codec;
  clock: Clock;
  newId: () => string;
  log: Log;
  metrics: Metrics;
  version: string;
  gauges: Gauges;
  /** Of what runs in this process. */
  health: () => readonly Health[];
}>;
