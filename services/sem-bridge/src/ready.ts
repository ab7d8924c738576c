import type { Clock } from '@srm/messaging';
import { ask, type Answer } from './probe.ts';
import type { Ending, Living } from './process.ts';
import type { Prepared } from './launch.ts';
import type { Probe } from './workload.ts';

export type Readiness =
  | Readonly<{ state: 'ready' }>
  | Readonly<{ state: 'ended'; ending: Ending }>
  | Readonly<{ state: 'late'; limit: number; answer: Answer | null }>
  | Readonly<{ state: 'stopped' }>;

export const usualLimit = 30_000;

/** The time between two looks: what the probe says; else soon at first, then each second. */
const pause = (probe: Probe | null, look: number): number =>
  probe?.periodSeconds == null ? Math.min(1000, 50 * 2 ** look) : probe.periodSeconds * 1000;

/** How long it has to stay ready. What has neither probe nor port is ready by living on for a second. */
function settleTime({ workload }: Prepared): number {
  const mute = workload.readinessProbe === null && (workload.ports?.size ?? 0) === 0;
  return (workload.settle ?? 0) > 0 || !mute ? (workload.settle ?? 0) : 1000;
}

/** A signal that aborts when the process ends, or when `signal` does. */
export function untilEnd(living: Living, signal: AbortSignal): AbortSignal {
  const ended = new AbortController();
  void living.ended.then(() => ended.abort());
  return AbortSignal.any([ended.signal, signal]);
}

/** Waits until it is ready and has stayed so; `said` hears every answer. */
export async function waitReady(
  living: Living,
  prepared: Prepared,
  clock: Clock,
  signal: AbortSignal,
  said: (answer: Answer) => void,
): Promise<Readiness> {
  const { workload, asked } = prepared;
  const probe = workload.readinessProbe;
  const settle = settleTime(prepared);
  const limit = workload.readyWithin ?? usualLimit;
  const over = untilEnd(living, signal);
  const began = clock.now();
  let [since, failures, last]: [number | null, number, Answer | null] = [null, 0, null];
  await clock.sleep((probe?.initialDelaySeconds ?? 0) * 1000, over);
  for (let look = 0; ; look += 1) {
    if (!over.aborted) last = await ask(probe, workload, asked);
    const ending = living.ending();
    if (ending !== null) return { state: 'ended', ending };
    if (over.aborted || last === null) return { state: 'stopped' };
    said(last);
    const now = clock.now();
    failures = last.ok ? 0 : failures + 1;
    if (last.ok) since ??= now;
    else if (failures >= (probe?.failureThreshold ?? 3)) since = null;
    if (since !== null && last.ok && now - since >= settle) return { state: 'ready' };
    const left = began + limit + (since === null ? 0 : settle) - now;
    if (left <= 0) return { state: 'late', limit, answer: last };
    const rest = since === null ? left : Math.min(left, Math.max(1, since + settle - now));
    await clock.sleep(Math.min(pause(probe, look), rest), over);
  }
}
