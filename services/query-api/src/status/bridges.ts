import type { StepView } from '../views/operation-view.ts';
import { silentSince } from '../views/silence.ts';
import type { Hearing } from '../views/waits.ts';

export type BridgeStatus = Readonly<{
  name: string;
  lastHeard: string | null;
  openSteps: number;
  /** What it was asked for first and has not begun. */
  oldestUnanswered: Readonly<{ operation: string; step: string; since: string }> | null;
  silentSince: string | null;
}>;

/** Those that every SRM has. */
export const usualBridges = ['ci', 'scm', 'sem'] as const;

/** `steps`: all that are under way in operations that have not ended, the oldest first. */
export function bridgesOf(steps: readonly StepView[], { heard, now }: Hearing): readonly BridgeStatus[] {
  const names = new Set<string>([...usualBridges, ...steps.map(({ bridge }) => bridge)]);
  return [...names].sort().map((name) => {
    const own = steps.filter(({ bridge, state }) => bridge === name && (state === 'requested' || state === 'started'));
    const oldest = own.find(({ state }) => state === 'requested');
    const lastHeard = heard.get(name) ?? null;
    return {
      name,
      lastHeard,
      openSteps: own.length,
      oldestUnanswered: oldest === undefined ? null : { operation: oldest.operation, step: oldest.id, since: oldest.since },
      silentSince: oldest === undefined ? null : silentSince(oldest.since, lastHeard, now),
    };
  });
}
