import type { Clock } from '@srm/messaging';
import type { Prepared } from './launch.ts';
import { ask, type Answer } from './probe.ts';
import type { Living } from './process.ts';
import { untilEnd, waitReady } from './ready.ts';
import { lastLines } from './log-file.ts';
import { endedWords } from './words.ts';
import type { Probe } from './workload.ts';

export type Health = Readonly<{ health: 'starting' | 'healthy' | 'unhealthy'; reason: string | null }>;

/** Keeps a version running: starts it again when it dies, looks at its health. */
export type Keeper = Readonly<{
  mark: string;
  version: string;
  /** Starts it no more when it dies. */
  retire: () => void;
  /** Keeps no longer, and ends the process. */
  stop: () => Promise<void>;
}>;

export type Kept = Readonly<{
  component: string;
  version: string;
  mark: string;
  clock: Clock;
  prepared: Prepared;
  /** null: to be started. */
  living: Living | null;
  ready: boolean;
  /** Durable before it resolves: what is started must be found again. */
  started: (living: Living) => Promise<void>;
  health: (health: Health) => Promise<void>;
}>;

const longest = 30_000;
const steady = 60_000;

export function keep(kept: Kept): Keeper {
  const stopping = new AbortController();
  let current = kept.living;
  const running = run(kept, stopping.signal, (living) => (current = living));
  return {
    mark: kept.mark,
    version: kept.version,
    retire: () => stopping.abort(),
    stop: async () => {
      stopping.abort();
      await current?.stop();
      await running;
      await current?.stop();
    },
  };
}

async function run(kept: Kept, signal: AbortSignal, now: (living: Living) => void): Promise<void> {
  const { clock } = kept;
  let wait = 1000;
  let living = kept.living;
  for (let ready = kept.ready; !signal.aborted; ready = false) {
    if (living === null) {
      living = await kept.prepared.start();
      now(living);
      await kept.started(living);
      if (signal.aborted) return living.stop();
    }
    const began = clock.now();
    const watching = watch(kept, living, ready, signal);
    const ending = await living.ended;
    const dead = await watching;
    if (signal.aborted) return;
    await living.stop();
    const words =
      dead === null
        ? endedWords(kept.component, ending, await lastLines(kept.prepared.log, 40))
        : `${kept.component} was not alive (${answered(dead)}): it was ended and is started again`;
    await kept.health({ health: 'unhealthy', reason: words });
    if (clock.now() - began > steady) wait = 1000;
    await clock.sleep(wait, signal);
    wait = Math.min(longest, wait * 2);
    living = null;
  }
}

/** Looks at the health of one process until it ends; gives the answer for which it was ended, if any. */
async function watch(kept: Kept, living: Living, ready: boolean, signal: AbortSignal): Promise<Answer | null> {
  let dead: Answer | null = null;
  const judgeLife = async (answer: Answer): Promise<void> => {
    if (answer.ok) return;
    dead = answer;
    await living.stop();
  };
  const over = untilEnd(living, signal);
  const { readinessProbe, livenessProbe } = kept.prepared.workload;
  await Promise.all([
    becomesReady(kept, living, ready, signal).then(() => look(kept, readinessProbe, over, (answer) => judge(kept, answer))),
    look(kept, livenessProbe, over, judgeLife),
  ]);
  return dead;
}

async function becomesReady(kept: Kept, living: Living, ready: boolean, signal: AbortSignal): Promise<void> {
  if (ready) return;
  const found = await waitReady(living, kept.prepared, kept.clock, signal, () => undefined);
  if (found.state === 'ready') await kept.health({ health: 'healthy', reason: null });
  if (found.state === 'late')
    await kept.health({ health: 'unhealthy', reason: `${kept.component} is not ready (${answered(found.answer)})` });
}

const answered = (answer: Answer | null): string => (answer === null ? 'it was not asked yet' : `${answer.probe} → ${answer.answer}`);

const judge = (kept: Kept, answer: Answer): Promise<void> =>
  kept.health(
    answer.ok
      ? { health: 'healthy', reason: null }
      : { health: 'unhealthy', reason: `${kept.component} is not ready (${answered(answer)})` },
  );

/** Tells `heard` of every good answer, and of a bad one once the threshold is reached. */
async function look(kept: Kept, probe: Probe | null, over: AbortSignal, heard: (answer: Answer) => Promise<void>): Promise<void> {
  if (probe === null) return;
  await kept.clock.sleep((probe.initialDelaySeconds ?? 0) * 1000, over);
  for (let failures = 0; !over.aborted;) {
    await kept.clock.sleep((probe.periodSeconds ?? 10) * 1000, over);
    if (over.aborted) return;
    const answer = await ask(probe, kept.prepared.workload, kept.prepared.asked);
    failures = answer.ok ? 0 : failures + 1;
    if (!over.aborted && (answer.ok || failures >= (probe.failureThreshold ?? 3))) await heard(answer);
  }
}
