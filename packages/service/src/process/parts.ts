import type { Documents } from '@srm/documents';
import type { Clock, Codec, Log } from '@srm/messaging';
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
}>;
