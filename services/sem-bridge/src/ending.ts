import type { Stage } from './stage.ts';
import type { JobEnding } from './job-file.ts';
import { outputsOf, valuesOf, type FilledOutput } from './values.ts';
import type { Version } from './version.ts';
import { workloadOf } from './workload.ts';

export type Ended = JobEnding;

const none = { reason: '', code: null, retryable: false, effect: 'none', unchanged: false, outputs: [], evidence: null } as const;

export const failed = (reason: string, how: Pick<Ended, 'code' | 'retryable' | 'effect' | 'evidence'>): Ended => ({
  ...none,
  state: 'failed',
  reason,
  ...how,
});

export const cancelled = (reason: string, effect: Ended['effect'], evidence: string | null): Ended => ({
  ...none,
  state: 'cancelled',
  reason,
  effect,
  evidence,
});

export const done = (outputs: readonly FilledOutput[], unchanged: boolean): Ended => ({
  ...none,
  state: 'succeeded',
  effect: unchanged ? 'none' : 'done',
  outputs,
  unchanged,
});

/** With the outputs that the version declares. */
export function succeeded(stage: Stage, version: Version, unchanged: boolean): Ended {
  const workload = workloadOf(version.workload);
  const { ports, run } = stage.record();
  const around = { host: stage.host, stable: ports, own: run?.ports ?? new Map<string, number>(), volumes: stage.places.volumes };
  return done(outputsOf(version, valuesOf(version, workload, around)), unchanged);
}
