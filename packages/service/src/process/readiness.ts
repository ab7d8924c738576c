import { sentence, type Clock } from '@srm/messaging';
import type { Documents } from '@srm/documents';
import type { Health } from '../health.ts';
import type { RunningService } from '../run-service.ts';

/** What a process knows of itself, for `/readyz`. */
export type Readiness = Readonly<{
  /** What is waited for, and why; null: nothing. */
  waits: (text: string | null) => void;
  store: (documents: Documents) => void;
  runs: (service: RunningService) => void;
  ends: () => void;
  health: () => Health | null;
  /** Why no work should come here, in sentences. What is set aside is told, and no such reason: the rest goes on. */
  missing: () => Promise<readonly string[]>;
}>;

/** Milliseconds that the store may take to answer. */
const patience = 2_000;
/** Milliseconds that publishing may fail before it is no passing trouble. */
const passing = 30_000;

export function readiness(clock: Clock): Readiness {
  let waiting: string | null = 'it begins';
  let ending = false;
  let running: RunningService | null = null;
  let stored: Documents | null = null;
  const missing = async (): Promise<readonly string[]> => {
    if (ending) return ['it ends'];
    if (running === null || stored === null) return [waiting ?? 'it begins'];
    const health = running.health();
    const store = await unreachable(stored, clock);
    return [...(waiting === null ? [] : [waiting]), ...(store === null ? [] : [`the store: ${store}`]), ...standing(health, clock.now())];
  };
  return {
    waits: (text) => void (waiting = text),
    store: (documents) => void (stored = documents),
    runs: (service) => void (running = service),
    ends: () => void (ending = true),
    health: () => running?.health() ?? null,
    missing,
  };
}

/** A sentence; null: it answers. */
async function unreachable(documents: Documents, clock: Clock): Promise<string | null> {
  const late = new AbortController();
  const asked = documents
    .collection('readiness')
    .findOne({ _id: 'asked' })
    .then(() => null, sentence);
  const answer = await Promise.race([asked, clock.sleep(patience, late.signal).then(() => `no answer within ${patience / 1000} s`)]);
  late.abort();
  return answer;
}

/** Parts that do not run, and those that have been unable to say anything for long. */
const standing = ({ parts }: Health, now: number): readonly string[] =>
  parts.flatMap(({ name, state, lastError, setAside }) => {
    const deaf = state === 'running' || (state === 'ended' && lastError === null) ? [] : [`${name} is ${state}`];
    const mute = setAside.filter(({ what, since }) => ['publishing', 'encoding'].includes(what) && now - since > passing);
    return [...deaf, ...mute.map(({ what, reason }) => `${name}: ${what} fails: ${reason}`)];
  });
