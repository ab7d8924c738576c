import { definitionsKey, environmentKey } from '@srm/schemas';
import { count } from './counts.ts';
import type { DrawnFreeze } from './draw-operations.ts';
import type { Playing } from './operators.ts';

/** Freezes come and are lifted; those that are late are lifted when the storm is over. Resolves when all are. */
export async function frozen(playing: Playing): Promise<void> {
  await Promise.all(playing.draw.freezes.map((freeze, n) => one(playing, freeze, n)));
}

async function one(playing: Playing, freeze: DrawnFreeze, n: number): Promise<void> {
  const { on, calm, counts } = playing;
  await on.clock.sleep(freeze.after, calm);
  if (calm.aborted) return;
  count(counts, freeze.holdRunning ? 'freeze that holds' : 'freeze');
  const until = freeze.ends === null ? null : new Date(on.clock.now() + freeze.ends).toISOString();
  await said(playing, freeze.environment, `freeze-${n}`, { frozen: true, reason: 'the festival', until, holdRunning: freeze.holdRunning });
  await on.clock.sleep(freeze.lifted, calm);
  await said(playing, freeze.environment, `thaw-${n}`, { frozen: false, reason: null, until: null, holdRunning: false });
}

type Word = Readonly<{ frozen: boolean; reason: string | null; until: string | null; holdRunning: boolean }>;

async function said({ on, by, acknowledged }: Playing, environment: string | null, requestId: string, word: Word): Promise<void> {
  const subject = environment === null ? definitionsKey('acme') : environmentKey('acme', environment);
  const actor = { name: by.of(['li', 'wang']), authenticated: false };
  const data = { tenant: 'acme', environment, requestId, bodyDigest: 'sha256:b', actor, ...word };
  const message = { subject, id: requestId, message: { type: 'SetFreeze', data } };
  await on.say(...(by.is(0.2) ? [message, message] : [message]));
  acknowledged.push({ key: subject, requestId });
}
